"""What people change in their account."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notifications import kinds_for, wants
from core import zones
from core.names import NameField


class PreferencesForm(forms.ModelForm):
    """How somebody wants to be called and written to."""

    display_name = NameField(
        label=_("Name or nickname"),
        required=False,
        help_text=_("What we call you, and what others see where you write to them."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    wanted = forms.MultipleChoiceField(
        label=_("E-mails you want"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields = ["display_name", "language", "time_zone"]
        help_texts = {
            "language": _("Of our e-mails, and of the site after you log in."),
            "time_zone": _("Times are shown on this clock."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["time_zone"].widget = forms.Select(choices=zones.choices())
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


class ChangePasswordForm(AllauthChangePasswordForm):
    """Wrong tries at the present password count like those at the log-in page, and together with them."""

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password
