"""What the worker does for articles by itself."""

from datetime import timedelta

from django.core.management import call_command

from core.worker.periodic import periodic


@periodic(every=timedelta(minutes=5))
def scheduled() -> None:
    """Publish and unpublish pages whose scheduled time has come."""
    call_command("publish_scheduled", verbosity=0)
