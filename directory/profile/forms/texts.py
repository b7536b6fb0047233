"""What specialists write about themselves, in each language they work in."""

import hashlib
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from core.i18n.languages import join_words
from directory.checking.flags import Flag, flags
from directory.models import Specialist, SpecialistPage
from directory.profile.wording import to_plain
from directory.profile_fields import REQUIRED_WORDS

BLANK_QUESTIONS = 2
MOST_QUESTIONS = 20


class WordsForm(forms.Form):
    """What is written in one language. `lang` and `dir` are said of the controls, for spelling and for voices."""

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
        for field in self.fields.values():
            field.widget.attrs |= {"lang": language, "dir": direction}


class TextForm(WordsForm):
    """A specialist's own words in one language."""

    headline = forms.CharField(
        label=_("Headline"),
        max_length=140,
        required=False,
        help_text=_("What you help with, in one line: “Calm ways out of panic”."),
    )
    story = forms.CharField(
        label=_("Your story"),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "Who you are and how it is to talk to you. An empty line begins a paragraph; lines that begin with "
            "“- ” become a list."
        ),
    )
    approach = forms.CharField(
        label=_("How you work"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What happens in a first session, and afterwards."),
    )

    def __init__(
        self, data: Any = None, *, language: str, page: SpecialistPage | None, specialist: Specialist
    ) -> None:
        initial = {}
        if page is not None:
            initial = {
                "headline": page.headline,
                "story": to_plain(page.story),
                "approach": to_plain(page.approach),
            }
        super().__init__(data, initial=initial, language=language)
        for name in REQUIRED_WORDS:
            self.fields[name].required = specialist.is_approved


def flagged_words(found: list[Flag]) -> str:
    """What is wrong with the words of a field, in a sentence."""
    words = join_words(f"“{flag.words}”" for flag in found)
    return _(
        "Profiles mustn’t have contact details, prices or promises of a cure in their texts: %(words)s."
    ) % {"words": words}


class QuestionForm(WordsForm):
    """A question and its answer; both or neither."""

    question = forms.CharField(label=_("Question"), max_length=200, required=False)
    answer = forms.CharField(
        label=_("Answer"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        question, answer = data.get("question"), data.get("answer")
        if question and not answer and "answer" not in self.errors:
            self.add_error("answer", _("Write the answer, or take the question away."))
        if answer and not question and "question" not in self.errors:
            self.add_error("question", _("Write the question, or take the answer away."))
        return data


Questions = forms.formset_factory(
    QuestionForm, extra=BLANK_QUESTIONS, max_num=MOST_QUESTIONS, validate_max=True
)


class TextsForm:
    """The texts of a language and the questions below them as one: valid together, saved together."""

    def __init__(
        self, data: Any = None, *, language: str, page: SpecialistPage | None, specialist: Specialist
    ) -> None:
        self.text = TextForm(data, language=language, page=page, specialist=specialist)
        faq = [
            {"question": block.value["question"], "answer": to_plain(block.value["html"].source)}
            for block in (page.faq if page is not None else [])
        ]
        self.questions: BaseFormSet[Any] = Questions(
            data, initial=faq, prefix="faq", form_kwargs={"language": language}
        )

    def is_valid(self) -> bool:
        """Whether it can be saved. Words that are flagged are said beside their field once, and saved if it stays so.

        The button for that posts `flags_seen`, what was flagged then: other words are said again.
        """
        valid = [self.text.is_valid(), self.questions.is_valid()]  # both, so that both tell their mistakes
        if not all(valid):
            return False
        flags_by_field = self._flags()
        self.flags_seen = (
            hashlib.sha256(repr(sorted(flags_by_field.values())).encode()).hexdigest()[:16]
            if flags_by_field
            else ""
        )
        if not flags_by_field or self.text.data.get("flags_seen") == self.flags_seen:
            return True
        for (form, name), flagged in flags_by_field.items():
            form.add_error(name, flagged_words(flagged))
        self.is_flagged = True
        return False

    is_flagged = False
    flags_seen = ""

    def _flags(self) -> dict[tuple[forms.Form, str], list[Flag]]:
        """What is flagged in what was typed, by form and field. Words that were there before aren't said again."""
        fields = [
            (form, name, value)
            for form in (self.text, *self.questions)
            for name, value in form.cleaned_data.items()
            if isinstance(value, str)
        ]
        before = {
            flag
            for form, name, _value in fields
            for flag in flags(str(form.get_initial_for_field(form.fields[name], name) or ""))
        }
        flags_by_field = {
            (form, name): [flag for flag in flags(value) if flag not in before]
            for form, name, value in fields
        }
        return {place: flagged for place, flagged in flags_by_field.items() if flagged}

    def texts(self) -> dict[str, Any]:
        """What there is to save, as `services.save_texts` takes it; empty rows are none."""
        rows = [form.cleaned_data for form in self.questions if form.cleaned_data]
        return {
            **self.text.cleaned_data,
            "faq": [(row["question"], row["answer"]) for row in rows if row.get("question")],
        }

    # What the component error_summary asks of a form.

    @property
    def errors(self) -> dict[str, Any]:
        return {field.html_name: field.errors for field in self if field.errors}

    @property
    def non_field_errors(self) -> list[str]:
        errors = self.questions.non_form_errors() if self.questions.is_bound else []
        return [str(error) for error in errors]

    def __iter__(self) -> Iterator[forms.BoundField]:
        return chain(self.text, *self.questions)
