"""What people type when they book."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from booking import zones
from booking.services import ClientDetails


class BookingForm(forms.Form):
    """Who books. Never an address, a birth date or a diagnosis."""

    name = forms.CharField(
        label=_("Name or nickname"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "dir": "auto"}),
        help_text=_("Whatever you like to be called."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        help_text=_("We send you a link to confirm. Nobody else sees the address but this specialist."),
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
    start = forms.DateTimeField(widget=forms.HiddenInput, input_formats=["%Y-%m-%dT%H:%MZ"])
    time_zone = forms.CharField(widget=forms.HiddenInput, max_length=64)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        known = {"key": uuid.uuid4(), "language": get_language(), **(initial or {})}
        super().__init__(data, initial=known, label_suffix="")

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_note(self) -> str:
        return one_line(self.cleaned_data["note"])

    def clean_time_zone(self) -> str:
        key = self.cleaned_data["time_zone"]
        if zones.load_zone(key) is None:
            raise forms.ValidationError(_("We don't know this time zone. Please choose one from the list."))
        return key

    def details(self, user: Any) -> ClientDetails:
        """The client as the booking service takes them. `user` is whoever is logged in, or nobody."""
        data = self.cleaned_data
        return ClientDetails(
            name=data["name"],
            email=data["email"],
            language=data["language"],
            time_zone=data["time_zone"],
            note=data["note"],
            user=user if user.is_authenticated else None,
        )


def one_line(text: str) -> str:
    """Refuse line breaks and other control characters: the text is printed in mails and calendar files."""
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise forms.ValidationError(_("Please write this on one line."))
    return text
