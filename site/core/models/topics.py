"""Names shared by several apps, translated as snippets."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from core.caching import remembered


class Term(TranslatableMixin, index.Indexed, models.Model):
    """A named entry of a taxonomy. The slug is the same in every language and stands in addresses."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(
        _("slug"), max_length=80, help_text=_("Stands in addresses, the same in every language.")
    )

    panels = [FieldPanel("name"), FieldPanel("slug")]
    translatable_fields = [TranslatableField("name"), SynchronizedField("slug", overridable=False)]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("locale_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        abstract = True
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["locale", "slug"], name="%(app_label)s_%(class)s_slug_unique")
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def names(cls, language_code: str) -> dict[str, str]:
        """The names of all terms by slug, in `language_code`, else in the language they were written in.

        One query, or none: taxonomies hold some dozens of terms, so pages remember them all rather than join.
        """
        return remembered(cls._meta.label_lower, language_code, lambda: cls._read_names(language_code))

    @classmethod
    def _read_names(cls, language_code: str) -> dict[str, str]:
        names: dict[str, str] = {}
        rows: Any = cls._default_manager.order_by("locale_id").values_list(
            "slug", "name", "locale__language_code"
        )
        for slug, name, code in rows:
            if code == language_code or slug not in names:
                names[slug] = name
        return names


class Topic(Term):
    """What an article, a specialist or a question is about."""

    class Meta(Term.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
