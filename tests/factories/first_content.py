"""What `manage.py first_content` makes."""

import io

from django.core.management import call_command
from django.test import TestCase


def make_first_content() -> None:
    """Run the command, and what it leaves for after its commits: publishing translations."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_command("first_content", stdout=io.StringIO())
