"""What the worker does for all apps by itself."""

from datetime import timedelta

from core.media_files import delete_left_parts
from core.worker.periodic import periodic


@periodic(every=timedelta(days=1))
def forget_half_files() -> None:
    """Delete what was being written when a process was killed."""
    delete_left_parts()
