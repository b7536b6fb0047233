"""The editors' own questions on the booking form: what is asked, the fields for it, and the answers as they are kept.

A form carries its questions with it, signed. So they are answered as they were asked, whatever an editor has changed
in the meantime, and nobody can change them on the way.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from wagtail.contrib.forms.forms import FormBuilder

from booking.models import FreeConsultationPage, IntakeQuestion
from booking.models.pages import lines
from core.forms.controls import refuse_controls, refuse_lines
from core.models.pages import unrestricted
from core.names import CHOOSE

ASKED = (
    "booking intake 1"  # another number when `Question` changes, so that older forms ask what is asked now
)
LONGEST_LINE, LONGEST_TEXT = 300, 1000


@dataclass(frozen=True)
class Question:
    """A question as somebody was asked it; named as Wagtail's form builder wants it."""

    clean_name: str
    label: str
    help_text: str
    field_type: str
    required: bool
    choices: str


@dataclass(frozen=True)
class Intake:
    """The questions, and the language they are written in."""

    language: str = ""
    questions: tuple[Question, ...] = ()

    @property
    def direction(self) -> str:
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"

    def signed(self) -> str:
        """As a form carries them; empty for none."""
        if not self.questions:
            return ""
        return signing.dumps([self.language, *map(astuple, self.questions)], salt=ASKED, compress=True)

    def fields(self) -> dict[str, forms.Field]:
        """A field for each question, by its name."""
        return dict(IntakeFormBuilder(self.questions).formfields)

    def answers(self, cleaned: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Question and answer as `Booking.answers` keeps them; what wasn't answered is left out."""
        for question in self.questions:
            if text := answer_text(cleaned.get(question.clean_name)):
                yield question.label, text


def answer_text(value: Any) -> str:
    """An answer in words; empty for none."""
    if value is None or value is False:
        return ""
    if value is True:
        return _("Yes")
    if isinstance(value, list):
        return "\n".join(value)
    return str(value).replace("\r\n", "\n")


def current() -> Intake:
    """What the consultation page asks in the language being read, else in the source's. 2 queries."""
    wanted = [get_language(), settings.LANGUAGE_CODE]
    pages = unrestricted(FreeConsultationPage.objects.live().filter(locale__language_code__in=wanted))
    candidates = sorted(
        pages.select_related("locale", "alias_of__locale").defer_streamfields(),
        key=lambda page: wanted.index(page.locale.language_code),
    )
    if not candidates:
        return Intake()
    return Intake(candidates[0].written_in, tuple(map(as_asked, candidates[0].intake_questions.all())))


def as_asked(row: IntakeQuestion) -> Question:
    return Question(row.clean_name, row.label, row.help_text, row.field_type, row.required, row.choices)


def asked_before(signed: str | None) -> Intake | None:
    """The questions of a form that was shown; None if it shows none, or somebody has changed them."""
    try:
        language, *questions = signing.loads(signed or "", salt=ASKED)
    except signing.BadSignature:
        return None
    return Intake(language, tuple(Question(*question) for question in questions))


class IntakeFormBuilder(FormBuilder):
    """Wagtail's form builder with our limits; what is optional can be left open again."""

    def create_singleline_field(self, field: Question, options: dict[str, Any]) -> forms.Field:
        widget = forms.TextInput(attrs={"dir": "auto"})
        return forms.CharField(**options, max_length=LONGEST_LINE, widget=widget, validators=[refuse_lines])

    def create_multiline_field(self, field: Question, options: dict[str, Any]) -> forms.Field:
        widget = forms.Textarea(attrs={"dir": "auto", "rows": 3})
        return forms.CharField(
            **options, max_length=LONGEST_TEXT, widget=widget, validators=[refuse_controls]
        )

    def create_number_field(self, field: Question, options: dict[str, Any]) -> forms.Field:
        return forms.DecimalField(**options, max_digits=9, decimal_places=2)

    def create_checkboxes_field(self, field: Question, options: dict[str, Any]) -> forms.Field:
        return forms.MultipleChoiceField(
            **options, choices=self.get_formatted_field_choices(field), widget=forms.CheckboxSelectMultiple
        )

    def create_dropdown_field(self, field: Question, options: dict[str, Any]) -> forms.Field:
        empty = _("Please choose") if field.required else _("No answer")
        return forms.ChoiceField(**options, choices=[("", empty), *self.get_formatted_field_choices(field)])

    def create_radio_field(self, field: Question, options: dict[str, Any]) -> forms.Field:
        empty = [] if field.required else [("", _("No answer"))]
        return forms.ChoiceField(
            **options,
            choices=[*self.get_formatted_field_choices(field), *empty],
            widget=forms.RadioSelect,
            error_messages={"required": CHOOSE},
        )

    def get_formatted_field_choices(self, field: Question) -> list[tuple[str, str]]:
        """One a line: commas are part of a choice."""
        return [(line, line) for line in lines(field.choices)]

    def get_field_options(self, field: Question) -> dict[str, Any]:
        """Without a default: nobody's answer is given for them."""
        return {"label": field.label, "help_text": field.help_text, "required": field.required}
