"""The page that explains the free consultation."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.blocks import CharBlock, StructBlock
from wagtail.contrib.forms.models import AbstractFormField
from wagtail.fields import RichTextField
from wagtail.models import Page, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from core.blocks import StoredStreamBlock
from core.blocks.body import SHORT_TEXT_FEATURES, QuestionBlock
from core.fields import OneALineField, StreamField
from core.models import BasePage
from directory.search.cards import free_soon

MOST_QUESTIONS = 8
CHOICES = range(2, 13)  # how many a question may offer
LONGEST_CHOICE = 100


class DifferenceBlock(StructBlock):
    """One row of the comparison with a therapy session."""

    aspect = CharBlock(label=_("What"), max_length=80)
    consultation = CharBlock(label=_("Free consultation"), max_length=200)
    therapy = CharBlock(label=_("Therapy session"), max_length=200)

    class Meta:
        icon = "table"
        label = _("Difference")
        description = _("One row: how a free consultation and a therapy session differ.")
        template = "blocks/difference.html"
        preview_template = "blocks/preview/difference.html"
        preview_value = {"aspect": "Length", "consultation": "30 minutes", "therapy": "Usually 50 minutes"}


class DifferencesStreamBlock(StoredStreamBlock):
    difference = DifferenceBlock()


class QuestionsStreamBlock(StoredStreamBlock):
    question = QuestionBlock(
        label=_("Question and answer"),
        icon="help",
        description=_("A question about the free consultation, with its answer."),
        template="blocks/question.html",
        preview_template="blocks/preview/question.html",
        preview_value={"question": "Do I have to decide at once?", "html": "<p>No.</p>"},
    )


class FreeConsultationPage(BasePage):
    """What the free consultation is, for whom, and how it differs from a therapy session."""

    introduction = models.TextField(_("introduction"), max_length=400)
    what_it_is = RichTextField(_("what it is"), features=SHORT_TEXT_FEATURES)
    benefits = RichTextField(_("what you get from it"), features=SHORT_TEXT_FEATURES)
    for_whom = RichTextField(_("whom it suits"), features=SHORT_TEXT_FEATURES)
    important = RichTextField(_("what is important to know"), features=SHORT_TEXT_FEATURES)
    for_specialists = RichTextField(_("what it gives a specialist"), features=SHORT_TEXT_FEATURES)
    differences = StreamField(DifferencesStreamBlock(), verbose_name=_("differences"), blank=True)
    questions = StreamField(QuestionsStreamBlock(), verbose_name=_("questions and answers"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("introduction"),
        MultiFieldPanel(
            [
                FieldPanel("what_it_is"),
                FieldPanel("benefits"),
                FieldPanel("for_whom"),
                FieldPanel("important"),
            ],
            _("For clients"),
        ),
        FieldPanel("differences"),
        FieldPanel("for_specialists"),
        FieldPanel("questions"),
        MultiFieldPanel(
            [
                HelpPanel(
                    content=_(
                        "Clients answer these when they book, in their language, and the specialist alone reads the "
                        "answers. Ask little, and nothing that must be answered if it can be left open. Never ask for "
                        "an address, a date of birth or a diagnosis."
                    )
                ),
                InlinePanel("intake_questions", label=_("question"), max_num=MOST_QUESTIONS),
            ],
            _("Questions to clients who book"),
        ),
    ]
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    page_description = _("Explains the free consultation. There is one in each language.")
    template = "pages/booking/free_consultation_page.html"
    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("what_it_is")]

    class Meta:
        verbose_name = _("free consultation")
        verbose_name_plural = _("free consultation pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return {**context, "cards": free_soon(self.locale.language_code, limit=6)}


class IntakeQuestion(TranslatableMixin, AbstractFormField):
    """One of the editors' own questions on the booking form. What is asked is translated, how it is asked isn't."""

    class Kind(models.TextChoices):
        LINE = "singleline", _("one line")
        TEXT = "multiline", _("several lines")
        DROPDOWN = "dropdown", _("one choice, from a list that opens")
        RADIO = "radio", _("one choice, all of them shown")
        CHECKBOXES = "checkboxes", _("any number of choices")
        CHECKBOX = "checkbox", _("one box to tick")
        NUMBER = "number", _("a number")

    WITH_CHOICES = (Kind.DROPDOWN, Kind.RADIO, Kind.CHECKBOXES)

    page = ParentalKey(FreeConsultationPage, on_delete=models.CASCADE, related_name="intake_questions")
    label = models.CharField(_("question"), max_length=150)
    help_text = models.CharField(
        _("help"), max_length=200, blank=True, help_text=_("A line below the question.")
    )
    field_type = models.CharField(_("kind of answer"), max_length=16, choices=Kind.choices, default=Kind.LINE)
    required = models.BooleanField(
        _("must be answered"), default=False, help_text=_("Who doesn't answer can't book. Rarely worth it.")
    )
    choices = OneALineField(
        _("choices"),
        max_length=900,
        blank=True,
        help_text=_("One a line, 2 to 12 of them, where there is a choice."),
    )

    panels = [
        FieldPanel("label"),
        FieldPanel("help_text"),
        FieldPanel("field_type"),
        FieldPanel("choices"),
        FieldPanel("required"),
    ]
    translatable_fields = [
        TranslatableField("label"),
        TranslatableField("help_text"),
        TranslatableField("choices"),
        *[
            SynchronizedField(name, overridable=False)
            for name in ("field_type", "required", "clean_name", "sort_order")
        ],
    ]

    class Meta(TranslatableMixin.Meta, AbstractFormField.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.label

    def get_field_clean_name(self) -> str:
        """What the form calls it: the same in every language, and whatever the question is changed to."""
        return f"intake_{self.translation_key.hex}"

    def clean(self) -> None:
        super().clean()
        if self.field_type not in self.WITH_CHOICES:
            self.choices = ""
            return
        choices = lines(self.choices)
        self.choices = "\n".join(choices)
        if len(choices) not in CHOICES:
            raise ValidationError({"choices": _("Please write 2 to 12 choices, one a line.")})
        if len(set(choices)) < len(choices):
            raise ValidationError({"choices": _("Two of the choices are the same.")})
        if max(map(len, choices)) > LONGEST_CHOICE:
            raise ValidationError({"choices": _("One of the choices is longer than 100 characters.")})


def lines(text: str) -> list[str]:
    """What stands on each line; empty ones are left out."""
    return [line.strip() for line in text.splitlines() if line.strip()]
