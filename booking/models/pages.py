"""The page that explains the free consultation."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.blocks import CharBlock, StreamBlock, StructBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from core.blocks.body import SHORT_TEXT_FEATURES, QuestionBlock
from core.models import BasePage
from directory.search.cards import free_soon


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


class DifferencesStreamBlock(StreamBlock):
    difference = DifferenceBlock()


class QuestionsStreamBlock(StreamBlock):
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
