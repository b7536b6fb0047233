"""Fields of the account's forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.mail.addresses import AddressField

ADDRESS = _("E-mail address")
PASSWORD_HELP = _("10 characters or more. Long ones are welcome, spaces too.")


def without_placeholders(fields: dict[str, forms.Field]) -> None:
    """Take the hints out of the controls of `fields`: they vanish as soon as somebody types."""
    for field in fields.values():
        field.widget.attrs.pop("placeholder", None)


class CodeField(forms.CharField):
    """A code of digits, however somebody writes it: with spaces or dashes, in Arabic-Indic or other digits."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Code"))
        options.setdefault(
            "widget",
            forms.TextInput(
                attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
            ),
        )
        super().__init__(max_length=40, **options)

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        return "".join(str(int(one)) if one.isdecimal() else one for one in typed if one.isalnum())


def ask_for_address(form: forms.Form, label: Any = ADDRESS, *, name: str = "email") -> None:
    """Take the address of one of allauth's forms as the site takes it: however it is typed, written in one way."""
    field = form.fields[name]
    form.fields[name] = AddressField(
        label=label, required=field.required, widget=field.widget, help_text=field.help_text
    )
