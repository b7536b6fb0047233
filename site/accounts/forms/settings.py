"""What people change in their account: ours, and allauth's forms in our words."""

from typing import Any, cast

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.forms import AddEmailForm, ChangePasswordForm, SetPasswordForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import PASSWORD_HELP, CodeField, ask_for_address
from accounts.forms.passkeys import ReadsCredential
from accounts.models import User
from accounts.notifications import kinds_for, wants
from core.forms.zones import ZoneField
from core.i18n import zones
from core.names import NameField

# What Django's validators ask, in one line; what is wrong with a password they say themselves.


class PreferencesForm(forms.ModelForm):
    """How somebody wants to be called and written to."""

    display_name = NameField(
        label=_("Name or nickname"),
        required=False,
        help_text=_("What we call you, and what others see where you write to them."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    time_zone = ZoneField(
        label=_("Time zone"),
        help_text=_("Times are shown on this clock. Type a city and choose it from the list."),
    )
    wanted = forms.MultipleChoiceField(
        label=_("E-mails you want"),
        required=False,
        help_text=_("What keeps your account and your consultations safe is always sent."),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = User
        fields = ["display_name", "language", "time_zone"]
        help_texts = {
            "language": _("Of our e-mails, and of the site after you log in."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["language"].widget.choices = [
            (code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES
        ]
        self.offered = kinds_for(self.instance)
        if not self.offered:
            del self.fields["wanted"]
            return
        wanted = cast(forms.MultipleChoiceField, self.fields["wanted"])
        wanted.choices = [(kind.name, kind.label) for kind in self.offered]
        self.initial.setdefault("wanted", [kind.name for kind in self.offered if wants(self.instance, kind)])

    def save(self, commit: bool = True) -> User:
        """Mute the kinds that were offered and not ticked; others stay as they were."""
        if "wanted" in self.fields:
            offered = {kind.name for kind in self.offered}
            others = [name for name in self.instance.muted if name not in offered]
            self.instance.muted = [*others, *sorted(offered - set(self.cleaned_data["wanted"]))]
        return super().save(commit)


class TimeZoneForm(forms.ModelForm):
    """The clock of somebody's own device, offered once."""

    class Meta:
        model = User
        fields = ["time_zone"]

    def clean_time_zone(self) -> str:
        return zones.current_name(self.cleaned_data["time_zone"])


class AddressForm(AddEmailForm):
    """Another e-mail address instead of the present one, once it is confirmed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        ask_for_address(self, _("New e-mail address"))
        self.fields["email"].widget.attrs.pop("placeholder", None)

    def clean_email(self) -> str:
        if self.cleaned_data["email"] == self.user.email:
            raise ValidationError(_("This is your address already."))
        return super().clean_email()


class NewPasswordForm(SetPasswordForm):
    """A first password, for those who have logged in by code or passkey alone. Asked once: it can be reset."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        del self.fields["password2"]
        tidy_passwords(self.fields)


class OtherPasswordForm(ChangePasswordForm):
    """A new password in place of the present one. Wrong tries at that count together with those at logging in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        del self.fields["password2"]
        tidy_passwords(self.fields)
        self.fields["oldpassword"].label = _("Current password")
        self.fields["oldpassword"].help_text = ""

    def clean_oldpassword(self) -> str:
        if not get_account_adapter().reauthenticate(self.user, self.cleaned_data["oldpassword"]):
            raise ValidationError(_("This isn’t your current password."))
        return self.cleaned_data["oldpassword"]


def tidy_passwords(fields: dict[str, forms.Field]) -> None:
    """Our label and help for the new password, and no hints inside the controls."""
    fields["password1"].label = _("New password")
    fields["password1"].help_text = PASSWORD_HELP
    for field in fields.values():
        field.widget.attrs.pop("placeholder", None)


class AppForm(ActivateTOTPForm):
    """The first code of an app shows that it has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["code"] = CodeField(
            label=_("Code from the app"), help_text=_("Six digits. They change every 30 seconds.")
        )


class PasskeyForm(ReadsCredential, AddWebAuthnForm):
    """A new passkey: what the device made, and a name for it. Always one that logs in by itself (PasskeyView)."""

    name = NameField(
        label=_("Name of the passkey"), required=False, help_text=_("Such as the device that keeps it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        del self.fields["passwordless"]


class PasskeyNameForm(EditWebAuthnForm):
    """Another name for a passkey."""

    name = NameField(label=_("Name of the passkey"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class RemovePasskeyForm(forms.Form):
    """Nothing to fill in; refuses what allauth refuses for apps alone: the last factor of staff."""

    def __init__(self, *args: Any, authenticator: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.authenticator = authenticator

    def clean(self) -> dict[str, Any]:
        if not get_adapter().can_delete_authenticator(self.authenticator):
            raise get_adapter().validation_error("cannot_delete_authenticator")
        return super().clean() or {}
