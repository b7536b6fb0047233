"""The Atom feed of a language's articles: what each entry says, who is in it, and that readers can rely on it."""

import html
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles import feeds
from articles.models import ArticlePage, Person
from tests.articles.writing import (
    HIDDEN,
    hide_from_readers,
    index_in,
    person_called,
    save_as_draft,
    take_down_all_articles,
    write,
)
from tests.factories.content import LANGUAGES
from tests.factories.pages import edit, fresh, locale_of

ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

pytestmark = pytest.mark.usefixtures("content")


def feed_in(client: Client, language: str = "en") -> ElementTree.Element:
    """The root element of a language's feed."""
    response = client.get(f"/{language}/articles/feed/")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own


def entries_in(client: Client, language: str = "en") -> list[ElementTree.Element]:
    return feed_in(client, language).findall(f"{ATOM}entry")


def text(element: ElementTree.Element, name: str) -> str:
    (found,) = element.findall(f"{ATOM}{name}")
    return found.text or ""


def titles(client: Client, language: str = "en") -> list[str]:
    return [text(entry, "title") for entry in entries_in(client, language)]


def entry_of(client: Client, page: ArticlePage) -> ElementTree.Element:
    path = f"/{page.locale.language_code}/articles/{page.slug}/"
    (found,) = [
        entry
        for entry in entries_in(client, page.locale.language_code)
        if entry.find(f"{ATOM}link[@rel='alternate']").get("href") == settings.SITE_URL + path
    ]
    return found


def link_of(element: ElementTree.Element, rel: str) -> str | None:
    (found,) = element.findall(f"{ATOM}link[@rel='{rel}']")
    return found.get("href")


def faults(feed: ElementTree.Element) -> list[str]:
    """What RFC 4287 forbids: sections 4.1.1 and 4.1.2 for what is there how often, 3.3 for dates, 4.2.6 for ids."""
    found = [] if feed.tag == f"{ATOM}feed" else [f"the root is {feed.tag}"]
    entries = feed.findall(f"{ATOM}entry")
    for element in [feed, *entries]:
        where = element.findtext(f"{ATOM}title") or element.tag
        count = Counter(child.tag for child in element)
        found += [
            f"{where}: {count[ATOM + name]} {name}"
            for name in ("id", "title", "updated")
            if count[ATOM + name] != 1
        ]
        found += [
            f"{where}: {count[ATOM + name]} {name}"
            for name in ("subtitle", "summary", "published", "rights")
            if count[ATOM + name] > 1
        ]
        if not feed.findall(f"{ATOM}author") and not element.findall(f"{ATOM}author"):
            found.append(f"{where}: no author")
        for author in element.findall(f"{ATOM}author"):
            if not author.findtext(f"{ATOM}name"):
                found.append(f"{where}: an author without a name")
        for name in ("updated", "published"):
            for moment in element.findall(f"{ATOM}{name}"):
                if not RFC_3339.fullmatch(moment.text or ""):
                    found.append(f"{where}: {name} is {moment.text!r}")
        for part in [*element.findall(f"{ATOM}title"), *element.findall(f"{ATOM}summary")]:
            if part.get("type", "text") not in {"text", "html"} or not (part.text or "").strip():
                found.append(f"{where}: {part.tag} is {part.attrib} {part.text!r}")
        for category in element.findall(f"{ATOM}category"):
            if not category.get("term"):
                found.append(f"{where}: a category without a term")
        links = [link.get("href", "") for link in element.findall(f"{ATOM}link")]
        ids = [one.text or "" for one in element.findall(f"{ATOM}id")]
        found += [f"{where}: {one!r} isn't absolute" for one in links + ids if not urlsplit(one).scheme]
        alternates = element.findall(f"{ATOM}link[@rel='alternate']")
        if len(alternates) != 1:
            found.append(f"{where}: {len(alternates)} alternate links")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    return found + [f"{one} stands for {count} entries" for one, count in Counter(ids).items() if count > 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_is_valid_atom_in_the_words_of_its_language(client: Client, language: str) -> None:
    feed = feed_in(client, language)
    assert faults(feed) == []
    assert feed.get(XML_LANG) == language
    own = f"{settings.SITE_URL}/{language}/articles/"
    assert (link_of(feed, "alternate"), link_of(feed, "self")) == (own, f"{own}feed/")
    assert text(feed, "id") == f"{own}feed/"
    pages = ArticlePage.objects.child_of(index_in(language))
    assert len(titles(client, language)) == pages.count() > 0
    assert set(titles(client, language)) == {page.title for page in pages}
    name, says = {
        "en": ("Attune: articles", "Calm, checked reading about mental health."),
        "uk": ("Attune: статті", "Спокійні, перевірені тексти про психічне здоров’я."),
        "de": ("Attune: Artikel", "Ruhige, geprüfte Texte über psychische Gesundheit."),
        "ar": ("Attune: مقالات", "قراءة هادئة وموثّقة عن الصحة النفسية."),
    }[language]
    assert (text(feed, "title"), text(feed, "subtitle")) == (name, says)


def test_an_entry_says_what_its_article_does(client: Client) -> None:
    person_called("Zoë Sample", slug="zoe", honorific="Dr")
    with time_machine.travel(datetime(2026, 5, 6, 10, 17, tzinfo=UTC), tick=False):
        page = write(
            "Ten quiet minutes",
            summary="A pause that fits into any day.",
            topics=("sleep", "trust"),
            authors=("Zoë Sample", "Mara Sample"),
            reviewers=("Oleh Zrazok",),
            published_on=date(2026, 5, 4),
        )
    entry = entry_of(client, page)
    assert text(entry, "title") == "Ten quiet minutes"
    assert text(entry, "summary") == "A pause that fits into any day."
    assert text(entry, "published") == "2026-05-04T00:00:00+00:00"
    assert text(entry, "updated") == "2026-05-06T10:17:00+00:00"
    assert UUID(text(entry, "id")).urn == text(entry, "id")
    names = [author.findtext(f"{ATOM}name") for author in entry.findall(f"{ATOM}author")]
    assert names == ["Dr Zoë Sample", "Mara Sample"], "authors in their order, and no reviewer"
    terms = [category.get("term") for category in entry.findall(f"{ATOM}category")]
    assert terms == [topic.name for topic in page.topics]
    assert len(terms) == 2


def test_topics_are_named_in_the_language_of_the_feed(client: Client) -> None:
    page = write("Сон", language="uk", topics=("sleep",), slug="son")
    (category,) = entry_of(client, page).findall(f"{ATOM}category")
    assert category.get("term") == page.topics[0].name != "Sleep"


def test_an_article_without_authors_is_the_sites(client: Client) -> None:
    page = write("Nobody's")
    feed = feed_in(client)
    assert faults(feed) == []
    assert entry_of(client, page).findall(f"{ATOM}author") == []
    assert feed.find(f"{ATOM}author").findtext(f"{ATOM}name") == "Attune"


def test_an_author_who_was_erased_is_a_former_author(client: Client) -> None:
    page = write("Kept", authors=("Mara Sample",))
    Person.objects.filter(name="Mara Sample").update(name="", honorific="")
    assert entry_of(client, page).find(f"{ATOM}author").findtext(f"{ATOM}name") == "a former author"


def test_the_newest_come_first_and_of_a_day_the_one_written_last(client: Client) -> None:
    take_down_all_articles()
    for title, day in [("Second", 2), ("Third", 3), ("First", 1), ("Third too", 3)]:
        write(title, published_on=date(2026, 3, day))
    assert titles(client) == ["Third too", "Third", "Second", "First"]


def test_older_articles_leave_the_feed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    take_down_all_articles()
    for day in range(1, 5):
        write(f"Of day {day}", published_on=date(2026, 3, day))
    monkeypatch.setattr(feeds, "NEWEST", 3)
    assert titles(client) == ["Of day 4", "Of day 3", "Of day 2"]


def test_what_readers_cannot_read_is_not_in_the_feed(client: Client) -> None:
    before = titles(client)
    hide_from_readers()
    assert titles(client) == before
    write(HIDDEN, topics=("trust",), authors=("Mara Sample",))
    assert HIDDEN in titles(client), "the test looks where there is never anything"


def test_articles_below_a_private_list_are_not_in_the_feed(client: Client) -> None:
    assert titles(client)
    index_in().view_restrictions.create(restriction_type="login")
    assert titles(client) == []


def test_an_article_in_another_languages_words_is_not_in_the_feed(client: Client) -> None:
    page = write("Only in English", authors=("Mara Sample",))
    alias = page.copy_for_translation(locale_of("ar"), alias=True)
    assert (alias.live, alias.title) == (True, "Only in English")
    assert "Only in English" in titles(client)
    assert "Only in English" not in titles(client, "ar")


def test_markup_is_shown_as_it_was_written(client: Client) -> None:
    """A title is text. A summary is declared as HTML: a reader takes what it says as markup once more."""
    said = "<b>Tired</b> & awake: 5 < 6 “quotes”"
    page = write("Markup", summary=said)
    ArticlePage.objects.filter(pk=page.pk).update(title=said)
    entry = entry_of(client, page)
    assert (text(entry, "title"), entry.find(f"{ATOM}title").get("type", "text")) == (said, "text")
    assert entry.find(f"{ATOM}summary").get("type") == "html"
    assert html.unescape(text(entry, "summary")) == said
    assert BeautifulSoup(text(entry, "summary"), "html.parser").get_text() == said


def test_a_pasted_control_character_does_not_stop_the_feed(client: Client) -> None:
    page = write("Pasted", summary="One\x0btwo\x0c\x1fthree", topics=("sleep",), authors=("Mara Sample",))
    Person.objects.filter(name="Mara Sample").update(name="Mara\x0bSample")
    ArticlePage.objects.filter(pk=page.pk).update(title="Pas\x0bted")
    feed = feed_in(client)
    assert faults(feed) == []
    entry = entry_of(client, page)
    assert (text(entry, "title"), text(entry, "summary")) == ("Pas ted", "One two three")


def test_right_to_left_words_arrive_as_they_are(client: Client) -> None:
    said = "النوم «الهادئ» \u200f(2026)\u200f"
    page = write("Arabic", language="ar", summary=said)
    ArticlePage.objects.filter(pk=page.pk).update(title=said)
    entry = entry_of(client, page)
    assert (text(entry, "title"), text(entry, "summary")) == (said, said)


def test_an_entry_keeps_its_id_whatever_changes_about_the_article(client: Client) -> None:
    with time_machine.travel(datetime(2026, 5, 6, tzinfo=UTC), tick=False):
        page = write("Rest")
    before = entry_of(client, page)
    with time_machine.travel(datetime(2026, 6, 7, 8, 9, tzinfo=UTC), tick=False):
        page = edit(page, title="Rest, again", slug="rest-again", summary="Anew")
    after = entry_of(client, page)
    assert text(after, "id") == text(before, "id")
    assert text(after, "published") == text(before, "published")
    assert text(before, "updated") == "2026-05-06T00:00:00+00:00"
    assert text(after, "updated") == "2026-06-07T08:09:00+00:00"
    assert link_of(after, "alternate") != link_of(before, "alternate")


def test_translations_of_an_article_have_ids_of_their_own(client: Client) -> None:
    ids = [text(entry, "id") for language in LANGUAGES for entry in entries_in(client, language)]
    assert len(ids) == len(set(ids)) > len(LANGUAGES)


def test_a_draft_of_changes_is_not_told(client: Client) -> None:
    page = write("Rest")
    before = entry_of(client, page)
    page.title, page.summary = "Draft", "Draft"
    page.save_revision()
    after = entry_of(client, page)
    assert ElementTree.tostring(after) == ElementTree.tostring(before)


def test_the_feed_is_as_new_as_its_newest_change(client: Client) -> None:
    moment = datetime(2030, 5, 6, 10, 17, tzinfo=UTC)
    page = write("Old, and changed", published_on=date(2020, 1, 1))
    ArticlePage.objects.filter(pk=page.pk).update(last_published_at=moment)
    assert text(feed_in(client), "updated") == "2030-05-06T10:17:00+00:00"
    response = client.get("/en/articles/feed/")
    assert response.headers["Last-Modified"] == "Mon, 06 May 2030 10:17:00 GMT"


def test_an_article_that_came_past_the_cms_has_a_date_of_change_too(client: Client) -> None:
    page = write("Imported", published_on=date(2026, 4, 5))
    ArticlePage.objects.filter(pk=page.pk).update(last_published_at=None)
    assert faults(feed_in(client)) == []
    assert text(entry_of(client, page), "updated") == "2026-04-05T00:00:00+00:00"


def test_a_feed_without_entries_is_valid(client: Client) -> None:
    take_down_all_articles()
    save_as_draft("Still being written")
    for language in LANGUAGES:
        feed = feed_in(client, language)
        assert faults(feed) == []
        assert feed.findall(f"{ATOM}entry") == []


def test_the_list_of_articles_leads_to_the_feed_of_its_language(client: Client) -> None:
    for language in LANGUAGES:
        page = BeautifulSoup(client.get(f"/{language}/articles/").content, "html.parser")
        (link,) = page("link", rel="alternate", type="application/atom+xml")
        assert link["href"] == f"/{language}/articles/feed/"
        assert page.main.find("a", href=link["href"])
        assert link["title"] == index_in(language).title


def test_the_feed_asks_as_often_for_many_articles_as_for_one(client: Client) -> None:
    """Pages, their topics, pictures and sizes of those; contributions and people."""

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/en/articles/feed/").status_code == 200
        return len(queries)

    picture = ArticlePage.objects.exclude(picture=None)[0].picture
    take_down_all_articles()
    told = {"topics": ("sleep", "trust"), "authors": ("Mara Sample",), "picture": picture}
    write("One", **told)
    few = asked()
    for number in range(5):
        write(f"Another {number}", **told)
    assert asked() == few == 5


def test_dates_are_the_same_whatever_clock_is_set(client: Client, settings: Any) -> None:
    page = write("Rest", published_on=date(2026, 5, 4))
    moment = fresh(page).last_published_at.astimezone(UTC)
    settings.TIME_ZONE = "Pacific/Auckland"
    entry = entry_of(client, page)
    assert text(entry, "published") == "2026-05-04T00:00:00+00:00"
    updated = datetime.fromisoformat(text(entry, "updated"))
    assert abs(updated - moment) < timedelta(seconds=1)
