"""Samples of forms, and of pages that ask to log in."""

from collections.abc import Iterator
from typing import Any

from accounts.login_required import LoginReason
from dev.pages.component_samples.sample import Sample, SampleForm


def form_samples(words: dict[str, Any]) -> Iterator[Sample]:
    """Forms, empty and with errors."""
    fresh, wrong = SampleForm(auto_id="fresh_%s"), SampleForm({"email": "no"}, auto_id="wrong_%s")
    yield Sample("error_summary", "", {"form": wrong})
    for bound in fresh:
        yield Sample("form_field", bound.name, {"field": bound})
    for bound in wrong:
        yield Sample("form_field", f"{bound.name}, wrong", {"field": bound})
    yield Sample("field_mark", "required", {"required": True})
    yield Sample("field_notes", "", {"id": "alone", "help": words["point"], "errors": [words["empty_title"]]})
    options = [
        {"value": str(number), "name": name, "count": 7 * number, "is_chosen": number == 1}
        for number, name in enumerate([words["topic"], words["languages"], words["where"]])
    ]
    group = {"kind": "sample", "title": words["heading"], "options": options, "chosen": 1, "is_open": True}
    yield Sample("options", "one chosen", {"group": group})


def gate_samples() -> Iterator[Sample]:
    """Why a page asks to log in: each reason, in the words of the site."""
    for reason in LoginReason:
        gate = {"title": reason.label, "text": reason.why, "next": "/en/"}
        yield Sample("gate", reason.value, {**gate, "kept": reason == LoginReason.QUESTION})
