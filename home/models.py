"""The front page and plain pages."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.blocks import CharBlock, StructBlock, TextBlock
from wagtail.models import Page
from wagtail.search import index

from core.blocks import BodyStreamBlock, Heading, StoredStreamBlock, headings
from core.fields import StreamField
from core.models import BasePage
from core.page_tags import PICTURE


class PromiseBlock(StructBlock):
    title = CharBlock(label=_("Title"), max_length=80)
    text = TextBlock(label=_("Text"))

    class Meta:
        icon = "tick"
        label = _("Promise")
        description = _("One thing people can count on here.")
        template = "blocks/promise.html"
        preview_template = "blocks/preview/promise.html"
        preview_value = {"title": "Checked by name", "text": "We look up every specialist in their register."}


class PromisesStreamBlock(StoredStreamBlock):
    promise = PromiseBlock()


class HomePage(BasePage):
    """The front page of one language."""

    headline = models.CharField(_("headline"), max_length=90)
    introduction = models.TextField(_("introduction"), max_length=300)
    picture = models.ForeignKey(
        "core.Picture",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    free_title = models.CharField(_("title of the free consultation"), max_length=90)
    free_text = models.TextField(_("text of the free consultation"), max_length=300)
    articles_title = models.CharField(_("title above the articles"), max_length=90)
    specialists_title = models.CharField(_("title above the specialists"), max_length=90)
    promise_title = models.CharField(_("title above the promises"), max_length=90)
    promises = StreamField(PromisesStreamBlock(), verbose_name=_("promises"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("headline"), FieldPanel("introduction"), FieldPanel("picture")], _("Opening")
        ),
        MultiFieldPanel([FieldPanel("free_title"), FieldPanel("free_text")], _("Free consultation")),
        MultiFieldPanel([FieldPanel("articles_title"), FieldPanel("specialists_title")], _("Sections")),
        MultiFieldPanel([FieldPanel("promise_title"), FieldPanel("promises")], _("Promises")),
    ]
    parent_page_types = ["wagtailcore.Page"]
    page_description = _("The front page. There is one in each language.")
    template = "pages/home/home_page.html"
    routing_related = ("picture",)
    routing_kinds = (PICTURE,)

    class Meta:
        verbose_name = _("front page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["breadcrumbs"] = []
        return context


class StandardPage(BasePage):
    """A plain page: about, privacy, policies, crisis help."""

    introduction = models.TextField(_("introduction"), max_length=400, blank=True)
    body = StreamField(BodyStreamBlock(), verbose_name=_("body"))

    content_panels = [*BasePage.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    page_description = _("A plain page with text: about, privacy, policies, crisis help.")
    template = "pages/home/standard_page.html"
    search_fields = [
        *Page.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = _("plain page")

    def headings(self) -> list[Heading]:
        return headings(self.body)
