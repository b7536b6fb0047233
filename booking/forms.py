"""What people type when they book."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from booking import intake, verified_email
from booking.services import ClientDetails, Shown
from core.forms.controls import refuse_lines
from core.forms.email_typos import AsksAboutTypos
from core.forms.honeypot import HoneypotForm
from core.forms.zones import ZoneField
from core.i18n import cities, zones
from core.mail.addresses import AddressField
from core.names import CHOOSE, NameField

START_FORMAT = "%Y-%m-%dT%H:%MZ"
FARTHEST = timedelta(days=400)  # nobody offers times as far away, and clocks run out in the years 1 and 9999


class Age(models.TextChoices):
    """Whether somebody may book on their own."""

    ADULT = "adult", _("I am 18 or older")
    GUARDIAN = "guardian", _("I am younger, and a parent or guardian agrees")
    ALONE = "alone", _("I am younger, and nobody has agreed yet")


class BookingForm(HoneypotForm, AsksAboutTypos):
    """Who books. Never an address, a birth date or a diagnosis."""

    name = NameField(
        label=_("Name or nickname"),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        help_text=_("Whatever you like to be called."),
    )
    email = AddressField(
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
    age = forms.ChoiceField(
        label=_("Your age"),
        choices=Age.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE},
    )
    privacy = forms.BooleanField(
        label=_("I have read how my details are used."),
        error_messages={"required": _("Please read this and tick the box.")},
    )
    start = forms.CharField(widget=forms.HiddenInput, max_length=20)
    time_zone = forms.CharField(widget=forms.HiddenInput, max_length=64)
    key = forms.UUIDField(widget=forms.HiddenInput)
    asked = forms.CharField(widget=forms.HiddenInput, required=False)
    DETAILS = ("name", "email", "email_meant", "language", "note")  # what is asked first
    # Of each form that is shown; all else stays when a time has gone and another one is chosen.
    FRESH = ("start", "key", "website", "shown")

    def __init__(
        self, data: Any = None, *, request: HttpRequest, initial: dict[str, Any] | None = None
    ) -> None:
        self.request = request
        before = (data or initial or {}).get("asked")
        self.intake = intake.asked_before(before) or intake.current()
        initial_values = {
            "key": uuid.uuid4(),
            "language": get_language(),
            **(initial or {}),
            "asked": self.intake.signed(),
        }
        super().__init__(data, initial=initial_values)
        questions = self.intake.fields()
        self.fields |= questions
        self.order_fields([*self.DETAILS, *questions])

    @property
    def about_them(self) -> list[forms.BoundField]:
        """The fields before the editors' questions."""
        return [self[name] for name in self.DETAILS if name in self.fields]

    @property
    def questions(self) -> list[forms.BoundField]:
        """The fields of the editors' questions."""
        return [self[question.clean_name] for question in self.intake.questions]

    @property
    def typed(self) -> list[forms.BoundField]:
        """The fields that are kept when another time is chosen."""
        return [field for field in self if field.name not in self.FRESH]

    def as_typed(self) -> dict[str, Any]:
        """What was sent, right or wrong, as another form's `initial`."""
        return {field.name: field.data for field in self.typed}

    @property
    def is_alone(self) -> bool:
        """Whether it was sent by somebody young whom nobody stands by: they are shown help."""
        return self.is_bound and self.data.get("age") == Age.ALONE

    def clean_age(self) -> str:
        if self.cleaned_data["age"] == Age.ALONE:
            raise forms.ValidationError(
                _(
                    "It is good that you look for somebody to talk to. For a consultation here, a parent or another "
                    "adult who is responsible for you must agree. Others listen today, without that."
                )
            )
        return self.cleaned_data["age"]

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
        is_theirs = verified_email.is_theirs(self.request, data["email"])
        return ClientDetails(
            name=data["name"],
            email=data["email"],
            language=data["language"],
            time_zone=data["time_zone"],
            note=data["note"],
            with_guardian=data["age"] == Age.GUARDIAN,
            answers=tuple(self.intake.answers(data)),
            # An account that types a stranger's address must not find the stranger's booking among its own.
            user=self.request.user if is_theirs and self.request.user.is_authenticated else None,
            is_verified=is_theirs,
        )


class CityForm(forms.Form):
    """Whose clock times are shown on."""

    city = ZoneField(label=_("City"), help_text=_("Type a city and choose it from the list."))

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, label_suffix="", auto_id="zone_%s", **options)

    @property
    def near(self) -> list[str]:
        """Zones to offer when what was typed means none, or several."""
        return cities.nearest(self.data.get("city", ""))


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


def as_shown(booking: Any) -> str:
    """What a form about `booking` carries, so that it settles what its page showed, or nothing."""
    return f"{booking.starts_at.astimezone(UTC).isoformat()} {booking.sequence}"


def parse_shown(text: str | None) -> Shown:
    """What a form carried. Nothing, or what can't be read, is no booking's, so it settles nothing. Never fails."""
    start, _blank, sequence = (text or "").partition(" ")
    try:
        return Shown(datetime.fromisoformat(start).astimezone(UTC), int(sequence))
    except (ValueError, OverflowError):
        return Shown(datetime.min.replace(tzinfo=UTC), -1)


def one_line(text: str) -> str:
    """The text, if it is one line: it is printed in mails and calendar files."""
    refuse_lines(text)
    return text
