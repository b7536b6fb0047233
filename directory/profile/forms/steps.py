"""What specialists fill in about themselves, one form a step. A draft may have gaps; a public profile may not."""

from operator import itemgetter
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.i18n import countries, currencies, languages
from core.names import NameField
from directory.models import Specialist
from directory.models.specialists import MAX_TOPICS
from directory.models.validators import international_number, practice_address
from directory.profile.forms.base import StepForm
from directory.profile.forms.fields import NumberField, TelephoneField, plain_web_address
from directory.profile.forms.terms import TermChoice, TermsChoice
from directory.profile.portraits import LARGEST_FILE

# Those in which sessions are paid, the most likely first.
CURRENCIES = (
    "EUR",
    "USD",
    "GBP",
    "UAH",
    "CHF",
    "PLN",
    "CZK",
    "SEK",
    "NOK",
    "DKK",
    "RON",
    "HUF",
    "TRY",
    "ILS",
    "AED",
    "EGP",
    "JOD",
    "MAD",
    "SAR",
    "CAD",
    "AUD",
)
MOST_MONEY = 100_000


class AboutForm(StepForm):
    """Who it is. The photo is saved by itself, so that a mistake in the rest doesn't lose it."""

    name = NameField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As your register has it: that is how we find you there."),
    )
    gender = forms.ChoiceField(
        label=_("Gender"),
        required=False,
        choices=[
            ("", _("I’d rather not say")),
            *((value, capfirst(label)) for value, label in Specialist.Gender.choices),
        ],
        help_text=_("Some people look for somebody of their own gender."),
    )
    portrait = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "data-portrait": ""}),
        help_text=_(
            "JPEG, PNG or WebP, at least 300 × 300 pixels, up to 15 MB. We cut it to a square and remove "
            "everything else that the file tells, such as where it was taken."
        ),
    )
    crop = forms.ChoiceField(
        label=_("Which part of a tall photo to keep"),
        required=False,
        choices=[
            ("face", _("A little above the middle")),
            ("top", _("The top")),
            ("middle", _("The middle")),
        ],
    )
    remove_portrait = forms.BooleanField(label=_("Show no photo"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.specialist.portrait_id is None:
            del self.fields["remove_portrait"]

    def clean_portrait(self) -> Any:
        file = self.cleaned_data["portrait"]
        if file and file.size > LARGEST_FILE:
            raise ValidationError(_("This file is larger than 15 MB. Please choose a smaller one."))
        return file

    def clean_crop(self) -> str:
        crop = self.cleaned_data["crop"] or "face"
        has_file = self.cleaned_data.get("portrait") or "portrait" in self.errors
        if crop != "face" and not has_file:  # what was cut off isn't kept
            raise ValidationError(_("Choose the photo again: we keep only the part that you see."))
        return crop

    def forget_photo(self) -> None:
        """Once it is saved, the form shown again is about another one, or none."""
        self.data = {name: value for name, value in self.data.items() if name != "crop"}


class CredentialsForm(StepForm):
    """What a moderator compares with the register."""

    profession = TermChoice(
        queryset=None,
        label=_("Profession"),
        empty_label=None,
        help_text=_("The title that your register entitles you to use."),
    )
    credential_country = forms.ChoiceField(label=_("Country of the register"), required=False)
    credential_register = forms.CharField(
        label=_("Register"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("The chamber, board or association that you are entered with."),
    )
    credential_number = forms.CharField(
        label=_("Number in the register"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    credential_url = forms.URLField(
        label=_("Your entry in the register"),
        max_length=200,
        required=False,
        assume_scheme="https",
        validators=[plain_web_address],
        widget=forms.URLInput(attrs={"dir": "ltr"}),
        help_text=_(
            "The address of the page, if the register is public. It helps clients, and us, to look you up."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = cast(forms.ChoiceField, self.fields["credential_country"])
        country.choices = [("", _("Choose one")), *countries.choices()]


class WorkForm(StepForm):
    """What one works on, how, with whom and where."""

    topics = TermsChoice(
        queryset=None,
        label=_("Topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Six at most: those you know best. Clients find you by them."),
    )
    methods = TermsChoice(
        queryset=None, label=_("Methods"), required=False, widget=forms.CheckboxSelectMultiple
    )
    client_groups = TermsChoice(
        queryset=None, label=_("Whom you work with"), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_online = forms.BooleanField(label=_("I work online"), required=False)
    place = TermChoice(
        queryset=None,
        label=_("Place"),
        required=False,
        empty_label=_("Nowhere in person"),
        help_text=_("Where people can see you in person. Never your address: the city is enough."),
    )
    can_prescribe = forms.BooleanField(
        label=_("I can prescribe medicine"),
        required=False,
        help_text=_("We check that your licence allows it."),
    )
    practising_since = NumberField(
        label=_("Practising since"),
        required=False,
        min_value=1950,
        help_text=_("The year."),
    )

    def clean_topics(self) -> Any:
        chosen = self.cleaned_data["topics"]
        if len(chosen) > MAX_TOPICS:
            raise ValidationError(
                _("You chose %(count)d topics. Choose %(most)d at most."),
                code="too_many",
                params={"count": len(chosen), "most": MAX_TOPICS},
            )
        return chosen

    def clean_practising_since(self) -> int | None:
        year: int | None = self.cleaned_data["practising_since"]
        if year is not None and year > timezone.localdate().year:
            raise ValidationError(_("This year is still to come."))
        return year

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("is_online") and not data.get("place") and "place" not in self.errors:
            self.add_error("place", _("Say where: online, a place, or both."))
        return data


class PricesForm(StepForm):
    """In which languages, and for how much."""

    session_languages = forms.MultipleChoiceField(
        label=_("Session languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Those in which you can hold a session well."),
    )
    price_min = NumberField(
        label=_("Price of a session from"),
        required=False,
        min_value=0,
        max_value=MOST_MONEY,
    )
    price_max = NumberField(
        label=_("Price of a session up to"),
        required=False,
        min_value=0,
        max_value=MOST_MONEY,
        help_text=_("Only if it differs."),
    )
    currency = forms.ChoiceField(label=_("Currency"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        session_languages = cast(forms.MultipleChoiceField, self.fields["session_languages"])
        session_languages.choices = sorted(languages.names().items(), key=itemgetter(1))
        codes = dict.fromkeys([self.specialist.currency, *CURRENCIES])
        cast(forms.ChoiceField, self.fields["currency"]).choices = currencies.choices(codes)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        low, high = data.get("price_min"), data.get("price_max")
        if low is None and high is not None and "price_min" not in self.errors:
            data["price_min"] = high  # one price is a price
        elif low is not None and high is not None and high < low:
            self.add_error("price_max", _("This is below the price from which it starts."))
        return data


class ContactForm(StepForm):
    """How clients reach the practice without this site. Both are checked."""

    practice_url = forms.URLField(
        label=_("Web page of your practice"),
        max_length=200,
        required=False,
        assume_scheme="https",
        validators=[practice_address],
        widget=forms.URLInput(attrs={"dir": "ltr"}),
        help_text=_("A page of your own or of the practice you work in. It has to begin with https://."),
    )
    practice_phone = TelephoneField(
        label=_("Telephone of your practice"),
        required=False,
        validators=[international_number],
        help_text=_("With the code of the country, like +49 30 123456. Everybody can see it."),
    )


class ConsultationForm(StepForm):
    """Whether the first half hour is free."""

    offers_free_consultation = forms.BooleanField(
        label=_("I offer a free 30-minute consultation"), required=False
    )
