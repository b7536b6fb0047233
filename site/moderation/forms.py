"""What visitors fill in to report something, and moderators to close it, or to block an address."""

from typing import Any, ClassVar, cast

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from core.forms.controls import refuse_lines
from core.forms.honeypot import HoneypotForm
from core.mail.addresses import AddressField
from core.names import CHOOSE
from moderation import blocking


class ReportForm(HoneypotForm):
    """What is wrong with something, or with somebody. A form of it names the KINDS, and says who reads the text."""

    TOO_OFTEN = _(
        "There were several reports from you or your network in a short time. Please try again in %(time)s."
    )
    KINDS: ClassVar[Any] = ()
    TEXT_HELP: ClassVar[Any] = ""

    kind = forms.ChoiceField(
        label=_("What is it about?"), widget=forms.RadioSelect, error_messages={"required": CHOOSE}
    )
    text = forms.CharField(
        label=_("What happened?"),
        validators=[MaxLengthValidator(1000)],  # not `max_length`: browsers cut what is pasted without a word
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    email = AddressField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        help_text=_("Only if we may ask you something. You can report without it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["kind"]).choices = self.KINDS
        self.fields["text"].help_text = self.TEXT_HELP

    def told(self) -> dict[str, str]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in ("kind", "text", "email")}


class CloseReportForm(forms.Form):
    """What came of a report."""

    DECISION_HELP: ClassVar[Any] = ""

    decision = forms.CharField(
        label=_("What came of it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].help_text = self.DECISION_HELP


class BlockForm(forms.Form):
    """Why an address is blocked. `shown` is how much the page said would be ended."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        validators=[refuse_lines],
        help_text=_("For the team alone. Don’t write who it is."),
    )
    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)


class BlockAddressForm(BlockForm):
    """The address too, typed in."""

    email = AddressField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("It isn’t kept, only a code that it can be recognised by."),
    )
    field_order = ["email", "reason"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if blocking.is_blocked(email) and not blocking.is_anything_left(email):
            raise forms.ValidationError(_("This address is blocked already."))
        return email
