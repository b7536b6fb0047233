"""Only what was looked at is decided about."""

from typing import Any

import pytest

from moderation.errors import Stale
from moderation.seen import as_seen, digest


def seen(notice: dict[str, Any]) -> str:
    return digest(notice)


@as_seen("notice", seen, Stale)
def approve(*, notice: dict[str, Any], seen: str) -> str:
    return f"{notice['text']} is approved"


def test_what_is_as_it_was_shown_is_decided_about() -> None:
    notice = {"text": "Hello", "languages": ["uk"]}
    assert approve(notice=notice, seen=seen({"languages": ["uk"], "text": "Hello"})) == "Hello is approved"


@pytest.mark.parametrize("later", [{"text": "Bye", "languages": ["uk"]}, {"text": "Hello", "languages": []}])
def test_what_has_changed_since_is_not(later: dict[str, Any]) -> None:
    shown = seen({"text": "Hello", "languages": ["uk"]})
    with pytest.raises(Stale):
        approve(notice=later, seen=shown)
