"""The form of the page *Your data*."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ErasureForm(forms.Form):
    """A box to tick, so that nobody is erased by a slip."""

    understood = forms.BooleanField(
        label=_("Yes, erase my account and all that is listed above"),
        error_messages={"required": _("Tick this box if you want your account to be erased.")},
    )
