"""Names shared by several apps, translated as snippets."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Self

from django.conf import settings
from django.db import connection, models, transaction
from django.dispatch import Signal
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from core.caching import forget, remembered
from core.page_cache.reading import apart, depends_on, reading
from core.page_cache.tags import Kind, kinds
from core.page_tags import FORMER_SLUG

slug_changed = Signal()  # sent in the transaction of the change, with the term and its slug `before`


class Names(Mapping[str, str]):
    """The names of terms by slug, which say what is shown of them: a page depends on the names that it asks for."""

    def __init__(self, kind: Kind, names: dict[str, str]) -> None:
        self.kind, self._names = kind, names

    def __getitem__(self, slug: str) -> str:
        depends_on(self.kind(slug))
        return self._names[slug]

    def __iter__(self) -> Iterator[str]:
        depends_on(self.kind)
        return iter(self._names)

    def __len__(self) -> int:
        depends_on(self.kind)
        return len(self._names)


class Term(TranslatableMixin, index.Indexed, models.Model):
    """A named entry of a taxonomy. The slug is the same in every language and stands in addresses."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(
        _("slug"), max_length=80, help_text=_("Stands in addresses, the same in every language.")
    )
    also_called = models.CharField(
        _("also called"),
        max_length=1000,
        blank=True,
        help_text=_(
            "Other words that people search for, in any language, with commas between them: depression, Depression, "
            "депресія. They are shown nowhere."
        ),
    )

    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("also_called")]
    translatable_fields = [
        TranslatableField("name"),
        SynchronizedField("slug", overridable=False),
        SynchronizedField("also_called", overridable=False),
    ]
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep one slug for all languages, that of the source language; who leans on it hears of a new one."""
        manager = type(self)._default_manager
        languages = manager.filter(translation_key=self.translation_key).exclude(pk=self.pk)
        # A translation may be made from an older original.
        if self.locale.language_code != settings.LANGUAGE_CODE:
            source = languages.filter(locale__language_code=settings.LANGUAGE_CODE)
            self.slug = source.values_list("slug", flat=True).first() or self.slug
        with transaction.atomic():
            before = manager.filter(pk=self.pk).values_list("slug", flat=True).first()
            super().save(*args, **kwargs)
            if before and before != self.slug:
                languages.update(slug=self.slug)
                FormerSlug.keep(self, before)
                slug_changed.send(type(self), term=self, before=before)

    @property
    def name_here(self) -> str:
        """The name in the language being read, whatever the term's own. 1 query for all terms of a kind, or none."""
        return self.names(get_language() or "").get(self.slug, self.name)

    @classmethod
    def find_slug(cls, slug: str) -> str:
        """The slug of the term that has `slug`, or had it before it was renamed or merged; empty if none has.

        Addresses with an old slug have been shared and kept. No query, or 2.
        """
        if not slug or slug in cls.names("all"):
            return slug
        with apart():
            former = remembered(f"{cls._meta.label_lower}_former", "all", cls._read_former)
        now = former.get(slug, "")
        depends_on(FORMER_SLUG, cls.page_tag()(now))
        return now

    @classmethod
    def locked(cls, terms: "Collection[Self]") -> dict[int, Self]:
        """What these terms are now, by the numbers that they had, and kept so until the commit.

        One that has been merged into another is that one; one that is gone is left out. Others may lock the same
        terms so at the same time; merging and deleting wait. 1 query, 4 for each merge that somebody hasn't seen.
        """
        wanted = {term.pk: term for term in terms}
        while True:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT id FROM {cls._meta.db_table} WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE",  # noqa: S608
                    [[term.pk for term in wanted.values()]],
                )
                there = {pk for (pk,) in cursor.fetchall()}
            if all(term.pk in there for term in wanted.values()):
                return wanted
            now = {pk: term if term.pk in there else term._became() for pk, term in wanted.items()}
            wanted = {pk: term for pk, term in now.items() if term is not None}

    def _became(self) -> Self | None:
        """The term that this one, which isn't there any more, was merged into. Not from the cache of `find_slug`."""
        former = FormerSlug.objects.filter(kind=self._meta.label_lower, slug=self.slug)
        successor: Self | None = (
            type(self)
            ._default_manager.filter(
                translation_key__in=former.values("translation_key"), locale=self.locale_id
            )
            .first()
        )
        return successor

    @classmethod
    def _read_former(cls) -> dict[str, str]:
        former = FormerSlug.objects.filter(kind=cls._meta.label_lower)
        with reading(FORMER_SLUG, cls.page_tag()):
            now = dict(cls._default_manager.order_by("-locale_id").values_list("translation_key", "slug"))
            return {
                slug: now[key] for slug, key in former.values_list("slug", "translation_key") if key in now
            }

    @classmethod
    def page_tag(cls) -> Kind:
        """What pages that show a term of this kind depend on, with its slug."""
        return kinds[cls._meta.model_name or ""]

    @classmethod
    def names(cls, language_code: str) -> "Names":
        """The names of all terms by slug, in `language_code`, else in the language they were written in.

        One query, or none: taxonomies hold some dozens of terms, so pages remember them all rather than join.
        """
        # A page depends on those that it shows, not on all that were read for it.
        with apart():
            names = remembered(cls._meta.label_lower, language_code, lambda: cls._read_names(language_code))
        return Names(cls.page_tag(), names)

    @classmethod
    def _read_names(cls, language_code: str) -> dict[str, str]:
        names: dict[str, str] = {}
        rows: Any = cls._default_manager.order_by("locale_id").values_list(
            "slug", "name", "locale__language_code"
        )
        with reading(cls.page_tag()):
            for slug, name, code in rows:
                if code == language_code or slug not in names:
                    names[slug] = name
        return names


class Topic(Term):
    """What an article, a specialist or a question is about."""

    class Meta(Term.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")


class FormerSlug(models.Model):
    """A slug that a term had before it was renamed or merged into another one."""

    kind = models.CharField(max_length=80, help_text="The term's model, such as `core.topic`.")
    slug = models.SlugField(max_length=80)
    translation_key = models.UUIDField(help_text="Of the term that is meant now.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="core_former_slug_unique")]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"

    @classmethod
    def keep(cls, term: Term, slug: str) -> None:
        """Remember that `term` is what `slug` meant."""
        kind = term._meta.label_lower
        cls.objects.update_or_create(kind=kind, slug=slug, defaults={"translation_key": term.translation_key})
        forget(f"{kind}_former")
