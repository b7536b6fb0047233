"""Choices among terms: what specialists are described by, in the language being read."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.utils.translation import get_language
from wagtail.models import Locale

from core.models import Term
from directory.terms import BY_RELATION


def terms(model: type[Term]) -> dict[str, Any]:
    """The options of a taxonomy: the record points at the source language's terms, people read their own."""
    names = model.names(get_language() or "")
    return {
        "queryset": model._default_manager.filter(locale=Locale.get_default()),
        "label": lambda term: names.get(term.slug, term.name),
    }


class TermChoice(forms.ModelChoiceField):
    """One term, by its name in the language being read."""

    name_of: Callable[[Any], str] = staticmethod(str)

    def label_from_instance(self, obj: Any) -> str:
        return self.name_of(obj)


class TermsChoice(forms.ModelMultipleChoiceField):
    """Some terms, by their names in the language being read."""

    name_of: Callable[[Any], str] = staticmethod(str)

    def label_from_instance(self, obj: Any) -> str:
        return self.name_of(obj)


def fill_terms(form: forms.Form) -> None:
    """Give the fields that choose among terms their options."""
    for name, field in form.fields.items():
        if name in BY_RELATION:
            options, choice = terms(BY_RELATION[name].model), cast(Any, field)
            choice.name_of, choice.queryset = options["label"], options["queryset"]
