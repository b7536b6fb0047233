"""Articles, the people who write and review them, and their list."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.paginator import Page as ResultPage
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page, PageManager, PageQuerySet, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from articles.page_tags import ARTICLES, ARTICLES_ABOUT, CARD, PERSON
from core.blocks import BodyStreamBlock, Heading, headings, reading_minutes
from core.fields import StreamField
from core.models import BasePage, Topic
from core.models.pages import unrestricted
from core.models.pictures import READ_FOR_SIZES
from core.page_cache.reading import goes_by, reading
from core.page_tags import PAGE, PICTURE, RESTRICTION, TOPIC
from directory.page_tags import PROFESSION, SPECIALIST


class Person(index.Indexed, models.Model):
    """Somebody who writes or reviews articles. The same in every language."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), unique=True)
    honorific = models.CharField(
        _("title before the name"), max_length=20, blank=True, help_text=_("For example: Dr.")
    )
    profession = models.ForeignKey(
        "directory.Profession",
        verbose_name=_("profession"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    specialist = models.OneToOneField(
        "directory.Specialist",
        verbose_name=_("specialist"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="person",
        help_text=_("When this person is in the directory: articles then link to the profile."),
    )

    panels = [
        FieldRowPanel([FieldPanel("honorific"), FieldPanel("name")]),
        FieldPanel("slug"),
        FieldPanel("profession"),
        FieldPanel("specialist"),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("author or reviewer")
        verbose_name_plural = _("authors and reviewers")
        ordering = ["name"]

    def __str__(self) -> str:
        # Who was erased has no name any more (articles.personal_data).
        return f"{self.honorific} {self.name}".strip() or gettext("a former author")


CARD_KINDS = (CARD, PICTURE, TOPIC)


class ArticleQuerySet(PageQuerySet):
    def for_listing(self) -> Self:
        """Newest first, with what a card shows: 1 query, 1 for the topics and 1 for the pictures of all cards."""
        topics = ArticleTopic.objects.select_related("topic").order_by("sort_order")
        return (
            unrestricted(self.live())
            .select_related("picture", "locale")
            .defer("body")
            .prefetch_related(Prefetch("article_topics", queryset=topics), "picture__renditions")
            .order_by("-published_on", "-pk")
        )

    def for_cards(self) -> Self:
        """The same, and nothing else of the articles than their cards show."""
        return self.for_listing().only(
            *("title", "url_path", "summary", "published_on", "locale__language_code"),
            *(f"picture__{name}" for name in READ_FOR_SIZES),
        )

    def read(self, *tags: str) -> list[Any]:
        """The articles, for a list that depends on `tags` beside what its cards show."""
        with reading(*tags, RESTRICTION, found=CARD_KINDS):
            return list(self)

    def about(self, topic_slugs: list[str]) -> Self:
        """Articles with any of these topics."""
        return self.filter(article_topics__topic__slug__in=topic_slugs).distinct()


ArticleManager = PageManager.from_queryset(ArticleQuerySet)


class ArticleIndexPage(BasePage):
    """The list of a language's articles, by topic."""

    introduction = models.TextField(_("introduction"), max_length=400, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["articles.ArticlePage"]
    max_count_per_parent = 1
    page_description = _("The list of articles. There is one in each language.")
    template = "pages/articles/article_index_page.html"
    page_size: ClassVar[int] = 12

    class Meta:
        verbose_name = _("list of articles")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        names = Topic.names(self.locale.language_code)
        articles = ArticlePage.objects.child_of(self).for_cards()
        live = unrestricted(ArticlePage.objects.child_of(self).live())
        slugs = ArticleTopic.objects.filter(page__in=live).order_by().values_list("topic__slug", flat=True)
        with reading(ARTICLES(self.locale.language_code), RESTRICTION, found=[TOPIC]):
            used = set(slugs.distinct())
        chosen = Topic.find_slug(request.GET.get("topic", ""))
        if chosen:
            goes_by(("topic", chosen))
            articles = articles.about([chosen])
        context["topics"] = sorted(
            ((slug, names[slug]) for slug in used if slug in names), key=lambda pair: pair[1]
        )
        context["topic"] = chosen
        context["topic_name"] = names.get(chosen, "")
        context["results"] = self.page_of(articles, request.GET.get("page"))
        return context

    def page_of(self, articles: ArticleQuerySet, number: str | None) -> "ResultPage[ArticlePage]":
        """The page of results with this number; a number that doesn't exist gives the nearest one."""
        with reading(ARTICLES(self.locale.language_code), RESTRICTION, found=CARD_KINDS):
            results = Paginator(articles, self.page_size).get_page(number)
            results.object_list = list(results.object_list)
        if number:
            goes_by(("page", str(results.number)))
        return results


class ArticlePage(BasePage):
    """An article in one language."""

    summary = models.TextField(
        _("summary"), max_length=300, help_text=_("One or two sentences, shown in lists too.")
    )
    picture = models.ForeignKey(
        "core.Picture",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    picture_alt = models.CharField(
        _("alternative text"),
        max_length=250,
        blank=True,
        help_text=_(
            "Says what the picture shows to people who don't see it. Leave it empty for mere decoration."
        ),
    )
    body = StreamField(BodyStreamBlock(), verbose_name=_("body"))
    published_on = models.DateField(_("published on"))
    last_reviewed_on = models.DateField(_("last reviewed on"), null=True, blank=True)
    next_review_on = models.DateField(_("next review on"), null=True, blank=True)

    objects = ArticleManager()

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("picture"), FieldPanel("picture_alt")], _("Picture")),
        FieldPanel("body"),
        InlinePanel("article_topics", label=_("topic"), heading=_("Topics"), min_num=1, max_num=4),
        InlinePanel("contributions", label=_("person"), heading=_("Authors and reviewers"), min_num=1),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("published_on"), FieldPanel("last_reviewed_on")]),
                FieldPanel("next_review_on"),
            ],
            _("Dates"),
        ),
    ]
    parent_page_types = ["articles.ArticleIndexPage"]
    subpage_types: list[str] = []
    page_description = _("An article by named authors and a reviewer, with its sources.")
    template = "pages/articles/article_page.html"
    routing_related = ("picture",)
    routing_kinds = (PICTURE,)
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    @cached_property
    def contributors(self) -> "list[Contribution]":
        """Authors first, then reviewers, each with the person. 1 query unless prefetched."""
        if "contributions" in getattr(self, "_prefetched_objects_cache", {}):
            rows = self.contributions.all()
        else:
            people = self.contributions.select_related("person__profession", "person__specialist")
            with reading(PAGE(self.pk), found=[PERSON, PROFESSION, SPECIALIST]):
                rows = list(people)
        return sorted(rows, key=lambda row: (row.role != Contribution.Role.AUTHOR, row.sort_order or 0))

    @property
    def authors(self) -> "list[Person]":
        return [row.person for row in self.contributors if row.role == Contribution.Role.AUTHOR]

    @property
    def reviewers(self) -> "list[Person]":
        return [row.person for row in self.contributors if row.role == Contribution.Role.REVIEWER]

    @cached_property
    def topics(self) -> list[Topic]:
        """The article's topics in order; the first is the main one. 1 query unless prefetched."""
        if "article_topics" in getattr(self, "_prefetched_objects_cache", {}):
            return [row.topic for row in self.article_topics.all()]
        with reading(PAGE(self.pk), found=[TOPIC]):
            rows = list(self.article_topics.select_related("topic").order_by("sort_order"))
        return [row.topic for row in rows]

    @property
    def minutes(self) -> int:
        return reading_minutes(self.body)

    def headings(self) -> list[Heading]:
        return headings(self.body)

    def structured_data(self) -> list[dict[str, Any]]:
        """schema.org Article beside the breadcrumbs. There, it is its page that is reviewed at a time by somebody."""
        web_page: dict[str, Any] = {"@type": "WebPage", "@id": self.full_address, "url": self.full_address}
        if self.reviewers:
            web_page["reviewedBy"] = [{"@type": "Person", "name": str(person)} for person in self.reviewers]
        if self.last_reviewed_on:
            web_page["lastReviewed"] = self.last_reviewed_on
        article: dict[str, Any] = {
            "@type": "Article",
            "headline": self.title,
            "description": self.summary,
            "inLanguage": self.written_in,
            "mainEntityOfPage": web_page,
            "datePublished": self.published_on,
            "dateModified": self.last_published_at or self.published_on,
            "author": [{"@type": "Person", "name": str(person)} for person in self.authors],
            "publisher": {
                "@type": "Organization",
                "name": settings.WAGTAIL_SITE_NAME,
                "url": settings.SITE_URL,
            },
            "about": [{"@type": "Thing", "name": topic.name} for topic in self.topics],
        }
        if self.picture and (large := self.picture.in_sizes("fill-1200x630|format-webp|webpquality-80")):
            article["image"] = f"{settings.SITE_URL}{large[0].url}"
        return [*super().structured_data(), article]

    def related(self, limit: int = 3) -> "list[ArticlePage]":
        """Other articles in this language that share a topic, newest first."""
        slugs = [topic.slug for topic in self.topics]
        matching = ArticlePage.objects.filter(locale_id=self.locale_id).exclude(pk=self.pk).about(slugs)
        return matching.for_cards()[:limit].read(
            *(ARTICLES_ABOUT(f"{self.locale.language_code}.{slug}") for slug in slugs)
        )


class ArticleTopic(TranslatableMixin, Orderable):
    """A topic of an article. A model of its own, since wagtail-localize doesn't translate many-to-many fields."""

    page = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="article_topics")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+", verbose_name=_("topic"))

    panels = [FieldPanel("topic")]
    translatable_fields = [TranslatableField("topic")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        pass


class Contribution(TranslatableMixin, Orderable):
    """Who wrote or reviewed an article."""

    class Role(models.TextChoices):
        AUTHOR = "author", _("author")
        REVIEWER = "reviewer", _("reviewer")

    page = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="contributions")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="contributions", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.AUTHOR)

    panels = [FieldPanel("person"), FieldPanel("role")]
    translatable_fields = [
        SynchronizedField("person", overridable=False),
        SynchronizedField("role", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        pass
