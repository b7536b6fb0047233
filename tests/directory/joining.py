"""Shared by tests: what test_joining.py and others lean on."""

from typing import Any

from django.test import Client

from directory.models import Specialist
from tests.factories.people import log_in_with_factor


def client_of(specialist: Specialist) -> Client:
    client = Client()
    log_in_with_factor(client, specialist.user)
    return client


def now(specialist: Specialist) -> Specialist:
    return Specialist.objects.get(pk=specialist.pk)


def told(response: Any) -> str:
    """The messages that the next page shows."""
    return " ".join(str(message) for message in response.context["messages"])
