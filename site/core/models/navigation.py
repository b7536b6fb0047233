"""Menus, edited and translated in the CMS."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel
from wagtail.models import Orderable, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField


class Menu(TranslatableMixin, ClusterableModel):
    """One menu of the site in one language: the header's, or a column of the footer."""

    class Position(models.TextChoices):
        HEADER = "header", _("header")
        FOOTER_FIRST = "footer-1", _("footer, first column")
        FOOTER_SECOND = "footer-2", _("footer, second column")
        FOOTER_THIRD = "footer-3", _("footer, third column")

    position = models.CharField(_("position"), max_length=12, choices=Position.choices)
    title = models.CharField(_("title"), max_length=60, help_text=_("The heading of a footer column."))

    panels = [
        HelpPanel(content=_("Pages that aren't published in a language are left out of its menus.")),
        FieldPanel("position"),
        FieldPanel("title"),
        InlinePanel("items", label=_("page")),
    ]
    translatable_fields = [
        SynchronizedField("position", overridable=False),
        TranslatableField("title"),
        TranslatableField("items"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("menu")
        verbose_name_plural = _("menus")
        constraints = [
            models.UniqueConstraint(fields=["locale", "position"], name="core_menu_position_unique")
        ]

    def __str__(self) -> str:
        return f"{self.get_position_display()} ({self.locale.language_code})"


class MenuItem(TranslatableMixin, Orderable):
    """A page in a menu; a translated page takes its place in the other languages."""

    menu = ParentalKey(Menu, on_delete=models.CASCADE, related_name="items")
    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="+", verbose_name=_("page")
    )
    label = models.CharField(
        _("label"),
        max_length=40,
        blank=True,
        help_text=_("Instead of the page's title, when that is too long."),
    )

    panels = [FieldPanel("page"), FieldPanel("label")]
    translatable_fields = [SynchronizedField("page", overridable=False), TranslatableField("label")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("menu item")
        verbose_name_plural = _("menu items")

    def __str__(self) -> str:
        return self.label or self.page.title
