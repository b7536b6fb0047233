"""Whether the site is well, as whoever looks after it wants to know: `manage.py doctor`.

Checks register with `core.doctor.registry`; each app may have some in a module `doctor.py`.
"""

from django.utils.module_loading import autodiscover_modules

from core.doctor import database, files, mail, pages, running
from core.doctor.registry import Finding, examine

__all__ = ["Finding", "database", "discover", "examine", "files", "mail", "pages", "running"]


def discover() -> None:
    """Import every app's checks."""
    autodiscover_modules("doctor")
