"""The first form of a profile, and the last: beginning it, and sending it in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.names import NameField
from directory.profile.forms.terms import TermChoice, fill_terms


class JoinForm(forms.Form):
    """What a profile begins with."""

    name = NameField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As your register has it: that is how we find you there."),
    )
    profession = TermChoice(queryset=None, label=_("Profession"), empty_label=_("Choose one"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        fill_terms(self)


class SendInForm(forms.Form):
    """What is said with sending a profile in."""

    is_accepting = forms.BooleanField(label=_("I accept new clients at the moment"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
