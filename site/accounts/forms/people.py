"""What an administrator decides about somebody's account."""

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserEditForm


class PersonForm(UserEditForm):
    """Whether the account is active, and its groups. Name, address and password are its owner's to change."""

    email = forms.EmailField(
        label=_("E-mail address"),
        disabled=True,
        required=False,
        help_text=_("Only its owner can change it, under “Your account”."),
    )
    first_name = None
    last_name = None

    class Meta:
        model = get_user_model()
        fields = ["email", "is_active", "groups", "is_superuser"]
        widgets = {"groups": forms.CheckboxSelectMultiple}
        help_texts = {
            "is_active": _(
                "Nobody can log in to an account that isn’t active. Whoever is logged in is logged out."
            )
        }
