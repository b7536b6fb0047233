"""What the worker does for moderators by itself."""

from datetime import timedelta

from core.worker.periodic import periodic
from moderation import emails


@periodic(every=timedelta(hours=1))
def remind_moderators() -> None:
    """Tell the moderators of what waits, once a day as long as it does: also of what came after the day's mail."""
    emails.remind_moderators()
