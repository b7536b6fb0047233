"""A small page tree: front page, list of articles, one article; as originals in English and translated."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.test import TestCase
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from articles.models import ArticleIndexPage, ArticlePage
from core.models import Topic
from dev.demo import block_id, items, stream, with_texts
from home.models import HomePage

LINK = '<p>Read <a href="https://example.org/sleep">about sleep</a> for 30 minutes.</p>'


@dataclass
class Tree:
    """The pages by language; `tree["uk"].article` is the Ukrainian article."""

    branches: dict[str, "Branch"] = field(default_factory=dict)

    def __getitem__(self, language_code: str) -> "Branch":
        return self.branches[language_code]


@dataclass
class Branch:
    home: HomePage
    index: ArticleIndexPage
    article: ArticlePage


def locale_of(language_code: str) -> Locale:
    return Locale.objects.get_or_create(language_code=language_code)[0]


def body(heading: str = "Why we sleep", html: str = LINK, **more: Any) -> list[dict[str, Any]]:
    """The raw data of a small article body: a heading, a text with a link and a number, key points."""
    return [
        {
            "id": block_id("heading"),
            "type": "heading",
            "value": {"text": heading, "level": "2"},
        },
        {"id": block_id("text"), "type": "text", "value": html},
        {
            "id": block_id("points"),
            "type": "key_points",
            "value": {"title": "In short", "points": items("points", ["Go to bed early", "Get up early"])},
        },
        *stream("more", more.get("blocks", []), lambda block: block["value"]),
    ]


def make_tree(*languages: str) -> Tree:
    """English pages, published, and their complete, published translations into `languages`.

    The front page becomes the site's. Titles in `uk` read `[uk] Sleep`.
    """
    root = Page.get_first_root_node()
    english = locale_of("en")
    texts = {
        name: name.replace("_", " ")
        for name in [
            "headline",
            "introduction",
            "free_title",
            "free_text",
            "articles_title",
            "specialists_title",
            "promise_title",
        ]
    }
    home = add(root, HomePage(title="Attune", slug="attune", locale=english, **texts))
    site = Site.objects.get(is_default_site=True)
    welcome = site.root_page
    site.root_page = home
    site.save()
    Page.objects.get(pk=welcome.pk).delete()
    index = add(home, ArticleIndexPage(title="Articles", slug="articles", locale=english))
    article = make_article(index)
    tree = Tree({"en": Branch(home, index, article)})
    for code in languages:
        tree.branches[code] = Branch(*[translated(page, code) for page in (home, index, article)])
    return tree


def find_tree(*languages: str) -> Tree:
    """What `make_tree` has made, read anew."""
    tree = Tree()
    for code in ("en", *languages):
        home = HomePage.objects.get(locale__language_code=code)
        index = ArticleIndexPage.objects.child_of(home).get()
        tree.branches[code] = Branch(home, index, ArticlePage.objects.child_of(index).get())
    return tree


def make_article(
    parent: ArticleIndexPage, title: str = "Sleep", slug: str = "sleep", **fields: Any
) -> ArticlePage:
    """A published article under `parent`, in its language."""
    page = ArticlePage(
        title=title,
        slug=slug,
        locale=parent.locale,
        published_on=date(2026, 3, 1),
        **{"summary": "How to sleep", **fields},
    )
    return add(parent, with_texts(page, body=fields.pop("body", body())))


def add(parent: Page, page: Any) -> Any:
    """Add `page` under `parent` and publish it."""
    Page.objects.get(pk=parent.pk).add_child(instance=page)
    page.save_revision().publish()
    return fresh(page)


def fresh(page: Any) -> Any:
    """The page as it is in the database now."""
    return type(page).objects.get(pk=page.pk)


def edit(page: Any, **fields: Any) -> Any:
    """Change fields of an original and publish it, as an editor does; a StreamField is given as raw data."""
    page = with_texts(fresh(page), **fields)
    page.save_revision().publish()
    return fresh(page)


def submitted(source: Any, language_code: str) -> Translation:
    """A translation of `source` that nobody has worked on: for pages, a draft in the source's words."""
    record, _made = TranslationSource.update_or_create_from_instance(source)
    translation, made = Translation.objects.get_or_create(
        source=record, target_locale=locale_of(language_code)
    )
    if made:
        with TestCase.captureOnCommitCallbacks(execute=True):
            translation.save_target(publish=not isinstance(source, Page))
    return translation


def fill(translation: Translation, *, leave: str = "") -> None:
    """Translate every string that isn't yet as `[uk] source`; leave out those whose path starts with `leave`."""
    code = translation.target_locale.language_code
    for segment in StringSegment.objects.filter(source=translation.source).select_related(
        "string", "context"
    ):
        if leave and segment.context.path.startswith(leave):
            continue
        StringTranslation.objects.get_or_create(
            translation_of=segment.string,
            context=segment.context,
            locale=translation.target_locale,
            defaults={"data": f"[{code}] {segment.string.data}", "translation_type": "manual"},
        )


def set_string(
    translation: Translation, path: str, data: str, *, source: str | None = None
) -> StringTranslation:
    """Translate the string at `path` (a prefix is enough) as `data`, as saving it in the editor does."""
    segments = StringSegment.objects.filter(source=translation.source, context__path__startswith=path)
    if source is not None:
        segments = segments.filter(string__data=source)
    segment = segments.select_related("string", "context").order_by("order")[0]
    row, _made = StringTranslation.objects.update_or_create(
        translation_of=segment.string,
        context=segment.context,
        locale=translation.target_locale,
        defaults={"data": data, "translation_type": "manual", "has_error": False, "field_error": ""},
    )
    return row


def publish(translation: Translation) -> Any:
    """Publish a translation with what is translated, as the editor's button does; returns its page or snippet."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        translation.save_target(publish=True)
    return translation.get_target_instance()


def translated(source: Any, language_code: str) -> Any:
    """The complete, published translation of `source`."""
    translation = submitted(source, language_code)
    fill(translation)
    return publish(translation)


def make_topic(name: str = "Sleep", slug: str = "sleep", language_code: str = "en") -> Topic:
    topic, _made = Topic.objects.get_or_create(
        slug=slug, locale=locale_of(language_code), defaults={"name": name}
    )
    return topic
