"""What every page of the site has."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField


class BasePage(Page):
    """A page in one language. Its slug is the same in every language, so addresses are never transliterated."""

    social_image = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        verbose_name=_("social image"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown where somebody shares the page. 1200 × 630 pixels are best."),
    )

    # Foreign keys that are read with the page itself, in the routing query.
    routing_related: ClassVar[tuple[str, ...]] = ()

    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("slug"),
                FieldPanel("seo_title"),
                FieldPanel("search_description"),
                FieldPanel("social_image"),
            ],
            _("For search engines and sharing"),
        ),
        MultiFieldPanel([FieldPanel("show_in_menus")], _("In menus")),
    ]
    override_translatable_fields = [SynchronizedField("slug", overridable=False)]

    class Meta:
        abstract = True

    @cached_property
    def written_in(self) -> str:
        """The language code of the text really on the page: an alias shows its source's."""
        return (self.alias_of.locale if self.alias_of_id else self.locale).language_code

    @cached_property
    def written_direction(self) -> str:
        """`rtl` or `ltr`, of the text really on the page."""
        return "rtl" if get_language_info(self.written_in)["bidi"] else "ltr"

    def breadcrumb_pages(self) -> list[Page]:
        """Pages from the home page down to this page's parent, for breadcrumbs. One query."""
        return list(self.get_ancestors().filter(depth__gt=1).defer_streamfields())

    def structured_data(self, request: Any) -> list[dict[str, Any]]:
        """schema.org objects for this page, as Python data; the template prints them as JSON-LD."""
        return []
