"""Blocked addresses are one list for all apps: each asks it, and says what a block ends in it."""

from dataclasses import replace

import pytest
from django.test import Client
from django.utils.translation import ngettext_lazy

from core.errors import Refusal
from core.mail.keys import mailbox_key
from moderation import blocking
from moderation.blocking import Consequence, block_address, is_blocked, is_key_blocked, release_address
from moderation.models import BlockedAddress
from tests.factories.people import log_in_to_cms, make_moderator

pytestmark = pytest.mark.django_db
OWNER = "robin@example.org"
NEW = "/cms/blocked-addresses/new/"


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What two apps have ended, each where it found the address blocked already."""
    found: list[str] = []

    def end(name: str, email: str) -> None:
        assert is_blocked(email)
        found.append(f"{name} of {email}")

    monkeypatch.setattr(blocking, "_consequences", [])
    for name in ("questions", "messages"):
        blocking.register(
            Consequence(
                count=lambda email, name=name: len(name),
                end=lambda email, name=name: end(name, email),
                warning=ngettext_lazy(
                    f"%(number)s of {name} under %(address)s ends",
                    f"%(number)s of {name} under %(address)s end",
                    "number",
                ),
                open_warning=f"{name} end",
                report=ngettext_lazy(
                    f"%(count)s of {name} has ended", f"%(count)s of {name} have ended", "count"
                ),
            )
        )
    return found


def test_a_mailbox_is_blocked_until_it_is_released() -> None:
    assert not is_blocked(OWNER)
    blocked = block_address(email=OWNER, reason="Rude", by=None)
    assert is_blocked("Robin+else@EXAMPLE.org")
    assert is_key_blocked(mailbox_key(OWNER))
    assert not is_blocked("robin@example.com")
    release_address(blocked=blocked, by=None)
    assert not is_blocked(OWNER)


def test_a_block_ends_what_every_app_has_said_and_the_page_tells_it(client: Client, ended: list[str]) -> None:
    log_in_to_cms(client, make_moderator())
    page = client.get(NEW).content.decode()
    assert "questions end" in page
    assert "messages end" in page
    page = client.post(NEW, {"email": OWNER, "reason": "Rude"}, follow=True).content.decode()
    assert "9 of questions have ended" in page
    assert "8 of messages have ended" in page
    assert ended == [f"questions of {OWNER}", f"messages of {OWNER}"]


def test_what_cant_be_ended_now_keeps_nothing_else_and_is_ended_by_pressing_again(
    client: Client, ended: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in_to_cms(client, make_moderator())
    questions = blocking.consequences()[0]

    def refuse(email: str) -> None:
        raise Refusal

    monkeypatch.setattr(
        blocking, "_consequences", [replace(questions, end=refuse), *blocking.consequences()[1:]]
    )
    response = client.post(NEW, {"email": OWNER, "reason": "Rude"})
    assert response.status_code == 503
    assert "press the button once more" in response.content.decode()
    assert 'value="Rude"' in response.content.decode()
    assert is_blocked(OWNER)
    assert ended == [f"messages of {OWNER}"]
    monkeypatch.setattr(blocking, "_consequences", [questions, *blocking.consequences()[1:]])
    assert client.post(NEW, {"email": OWNER, "reason": "Rude"}).status_code == 302
    assert ended[1:] == [f"questions of {OWNER}", f"messages of {OWNER}"]


def test_a_reason_is_one_line(client: Client, ended: list[str]) -> None:
    log_in_to_cms(client, make_moderator())
    response = client.post(NEW, {"email": OWNER, "reason": "Rude\nto all"})
    assert response.context["form"].errors["reason"]
    assert not BlockedAddress.objects.exists()
    assert ended == []
