"""`/.well-known/security.txt`: RFC 9116."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

ADDRESS = "/.well-known/security.txt"


def fields(client: Client) -> dict[str, str]:
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    return dict(line.split(": ", 1) for line in answer.content.decode().splitlines())


@pytest.mark.parametrize("contact", ["mailto:team@example.org", "https://example.org/report"])
def test_it_names_who_to_tell_and_where_it_belongs(client: Client, settings: Any, contact: str) -> None:
    settings.SECURITY_CONTACT = contact
    settings.SITE_URL = "https://attune.example"
    said = fields(client)
    assert said.pop("Expires")
    assert said == {
        "Contact": contact,
        "Preferred-Languages": "en",
        "Canonical": f"https://attune.example{ADDRESS}",
    }


def test_it_holds_for_some_weeks_and_less_than_a_year(client: Client) -> None:
    expires = datetime.strptime(fields(client)["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(weeks=8) < expires - datetime.now(UTC) < timedelta(days=365)


@pytest.mark.django_db
def test_without_a_contact_there_is_none(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACT = ""
    assert client.get(ADDRESS).status_code == 404
