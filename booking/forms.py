"""What people type when they book."""

import unicodedata
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from booking import proofs
from booking.services import ClientDetails
from core import zones
from core.names import NameField
from core.traps import TrappedForm

START_FORMAT = "%Y-%m-%dT%H:%MZ"
FARTHEST = timedelta(days=400)  # nobody offers times as far away, and clocks run out in the years 1 and 9999


class BookingForm(TrappedForm):
    """Who books. Never an address, a birth date or a diagnosis."""

    name = NameField(
        label=_("Name or nickname"),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        help_text=_("Whatever you like to be called."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        help_text=_("We send you a link to confirm. We show the address to nobody."),
    )
    language = forms.ChoiceField(
        label=_("Language of our e-mails"),
        choices=settings.LANGUAGES,
        help_text=_("You can choose any of these."),
    )
    note = forms.CharField(
        label=_("What would you like to talk about?"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("One line, only if you want to. This specialist alone reads it."),
    )
    adult = forms.BooleanField(
        label=_("I am 18 or older, or a parent or guardian agrees."),
        error_messages={"required": _("We need this to be true before we can book.")},
    )
    privacy = forms.BooleanField(
        label=_("I have read how my details are used."),
        error_messages={"required": _("Please read this and tick the box.")},
    )
    start = forms.CharField(widget=forms.HiddenInput, max_length=20)
    time_zone = forms.CharField(widget=forms.HiddenInput, max_length=64)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, request: HttpRequest, initial: dict[str, Any] | None = None
    ) -> None:
        self.request = request
        known = {
            "key": uuid.uuid4(),
            "language": get_language(),
            **(initial or {}),
        }
        super().__init__(data, initial=known)

    def clean_note(self) -> str:
        return one_line(self.cleaned_data["note"])

    def clean_start(self) -> datetime:
        start = parse_start(self.cleaned_data["start"])
        if start is None:
            raise forms.ValidationError(_("Please choose a time from the list."))
        return start

    def clean_time_zone(self) -> str:
        key = self.cleaned_data["time_zone"]
        if zones.load_zone(key) is None:
            raise forms.ValidationError(_("We don't know this time zone. Please choose one from the list."))
        return key

    def details(self) -> ClientDetails:
        """The client as the booking service takes them."""
        data = self.cleaned_data
        is_theirs = proofs.is_theirs(self.request, data["email"])
        return ClientDetails(
            name=data["name"],
            email=data["email"],
            language=data["language"],
            time_zone=data["time_zone"],
            note=data["note"],
            # An account that types a stranger's address must not find the stranger's booking among its own.
            user=self.request.user if is_theirs and self.request.user.is_authenticated else None,
            is_verified=is_theirs,
        )


class ReasonForm(forms.Form):
    """A line to the other side, if one wants to."""

    reason = forms.CharField(
        label=_("A line to the other side"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Only if you want to. They see it on the page of this consultation, not in an e-mail."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])


def parse_start(text: str | None) -> datetime | None:
    """The instant that a slot's button carries, aware, in UTC; or None for anything else."""
    try:
        start = datetime.strptime(text or "", START_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return start if abs(start - timezone.now()) < FARTHEST else None


def one_line(text: str) -> str:
    """Refuse line breaks, other control characters and those that reverse the text around them.

    The text is printed in mails and calendar files. The marks that Arabic and Hebrew need are fine.
    """
    if any(unicodedata.category(one) in {"Cc", "Zl", "Zp"} or one in "\u202d\u202e" for one in text):
        raise forms.ValidationError(_("Please write this on one line."))
    return text
