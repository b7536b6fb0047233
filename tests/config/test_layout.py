"""`site/` is a source root and no package (docs/decisions/0001). What may import what is `make check`'s to say."""

from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]


def test_site_is_a_source_root_and_never_a_package():
    assert (BASE_DIR / "site" / "config" / "settings" / "base.py").exists()
    assert not (BASE_DIR / "site" / "__init__.py").exists()
