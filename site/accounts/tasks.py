"""What the worker does for an account when it is asked to."""

from django_tasks import task

from accounts.exports import fulfil


@task()
def make_export(export_id: str) -> None:
    """Make the copy of somebody's data that was asked for."""
    fulfil(export_id=export_id)
