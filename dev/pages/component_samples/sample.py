"""What a sample of a component is, and what several of them are made of."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Sample:
    """A component on one set of parameters; `note` says what this case shows."""

    name: str
    note: str
    context: dict[str, Any] = field(default_factory=dict)

    def html(self) -> SafeString:
        """The component rendered without a request, as `include … only` would."""
        return render_to_string(f"components/{self.name}.html", self.context)


class SampleForm(forms.Form):
    """One field of each kind that the site's forms have."""

    name = forms.CharField(label="Name or nickname", help_text="It is what your specialist will call you.")
    email = forms.EmailField(label="E-mail", initial="somebody@example.org")
    language = forms.ChoiceField(
        label="Language", choices=[("en", "English"), ("uk", "Українська"), ("ar", "العربية")]
    )
    line = forms.CharField(
        label="What is it about?", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    where = forms.ChoiceField(
        label="Where", widget=forms.RadioSelect, choices=[("online", "Online"), ("place", "In person")]
    )
    adult = forms.BooleanField(label="I am 18 or older, or my guardian knows about this")


def paragraphs(*texts: str) -> SafeString:
    """`texts` as the rendered rich text that blocks give to components."""
    return format_html_join("", "<p>{}</p>", ((text,) for text in texts))
