"""Forms that anybody may send, without an account: what tells a machine from a person, without a riddle."""

import time
from typing import Any

from django import forms
from django.core import signing

SHOWN = "form shown"
FASTEST = 2  # seconds


def shown_before(seconds: int) -> str:
    """What a form carries that was shown so many seconds ago."""
    return signing.dumps(int(time.time()) - seconds, salt=SHOWN)


class HoneypotForm(forms.Form):
    """A form with a field that nobody sees, so only machines fill it in; and nobody fills it in in two seconds."""

    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None, **options: Any) -> None:
        shown = {"shown": shown_before(0)}
        super().__init__(data, initial={**shown, **(initial or {})}, label_suffix="", **options)

    @property
    def is_by_machine(self) -> bool:
        """Whether the honeypot is filled in, or the form was sent within FASTEST of being shown, or never shown."""
        try:
            shown_at = signing.loads(self.cleaned_data["shown"], salt=SHOWN)
        except signing.BadSignature:
            return True
        return bool(self.cleaned_data["website"]) or time.time() - shown_at < FASTEST
