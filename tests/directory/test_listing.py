"""The page of the directory: what it says, what it offers when nobody fits, and what search engines may keep."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from wagtail.models import Locale

from core.merging import merge_terms
from core.models import Topic
from directory import rows
from directory.models import Specialist
from directory.search import finding
from directory.search.asked import money
from directory.search.cards import price
from directory.tasks import rebuild_described_by
from tests.factories.demo import ground
from tests.factories.directory import SpecialistFactory, listed
from tests.factories.pages import make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db: None) -> Any:
    """An English directory, and a function that puts somebody in it."""
    ground()
    locale = Locale.objects.get(language_code="en")

    def put(name: str, *topics: str, **fields: Any) -> Specialist:
        texts = {key: fields.pop(key) for key in ("headline", "story") if key in fields}
        specialist = SpecialistFactory(name=name, slug=name.lower().replace(" ", "-"), **fields)
        specialist.topics.set(Topic.objects.filter(locale=locale, slug__in=topics))
        listed(specialist, **texts)
        return specialist

    return put


def found(client: Client, query: str = "", language: str = "en") -> list[str]:
    response = client.get(f"/{language}/specialists/{query}")
    assert response.status_code == 200
    return [card["name"] for card in response.context["listing"].cards]


def text_of(client: Client, query: str = "") -> str:
    return re.sub(r"\s+", " ", client.get(f"/en/specialists/{query}").content.decode())


def test_names_topics_methods_and_own_words_are_found_in_every_spelling(place: Any, client: Client) -> None:
    place("Zoë Müller-Example", "sleep", story="<p>I have worked with night shifts for years.</p>")
    place("Олена Приклад", "grief")
    assert found(client, "?q=zoe+muller") == ["Zoë Müller-Example"]
    assert found(client, "?q=ZOË") == ["Zoë Müller-Example"]
    assert found(client, "?q=olena+pryklad") == ["Олена Приклад"]
    assert found(client, "?q=олена") == ["Олена Приклад"]
    assert found(client, "?q=sleeping") == ["Zoë Müller-Example"]
    assert found(client, "?q=shift+working") == ["Zoë Müller-Example"]
    assert found(client, "?q=grie") == ["Олена Приклад"]


def test_a_topic_or_a_name_counts_for_more_than_a_word_in_passing(place: Any, client: Client) -> None:
    place("Anna Example", "sleep", story="<p>Grief. I have known grief, and what grief does.</p>")
    place("Berta Example", "grief")
    place("Grief Example", "sleep")
    assert found(client, "?q=grief") == ["Grief Example", "Berta Example", "Anna Example"]


def test_a_name_that_many_have_is_cut_where_the_listing_ends(
    place: Any, client: Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr(finding, "NAMESAKES", 2)
    for number in range(3):
        place(f"Quirina Example{number}", "sleep")
    listing = client.get("/en/specialists/?q=quirian").context["listing"]
    assert (listing.total, len(listing.cards)) == (2, 2)


def test_a_mistake_is_forgiven_and_said(place: Any, client: Client) -> None:
    place("Vera Example", "anxiety")
    assert found(client, "?q=anxeity") == ["Vera Example"]
    assert "Nobody fits “anxeity”. Shown instead: “Anxiety”." in text_of(client, "?q=anxeity")
    assert found(client, "?q=vera+exmaple") == ["Vera Example"]
    assert "Names like this one" in text_of(client, "?q=vera+exmaple")
    assert found(client, "?q=anxiety+submarine") == ["Vera Example"]
    assert "Nobody fits all of these words." in text_of(client, "?q=anxiety+submarine")


def test_no_results_say_which_choice_to_drop_with_how_many(place: Any, client: Client) -> None:
    place("Anna Example", "sleep", session_languages=["de"])
    place("Bella Example", "grief", session_languages=["uk"])
    place("Carla Example", "grief", session_languages=["uk"])
    response = client.get("/en/specialists/?topic=grief&language=de")
    listing = response.context["listing"]
    assert listing.total == 0
    assert [way["label"] for way in listing.ways_out] == [
        "Without “Grief”: 1",
        "Without “German”: 2",
        "Everyone",
    ]
    for way, names in zip(listing.ways_out, [1, 2, 3], strict=True):
        url = way["url"] if way["url"].startswith("/") else f"/en/specialists/{way['url']}"
        assert len(client.get(url).context["listing"].cards) == names


def test_a_lone_word_that_nobody_fits_has_one_way_out(place: Any, client: Client) -> None:
    place("Anna Example", "sleep")
    text = text_of(client, "?q=qwrtzpsdfg")
    assert "Nobody fits that" in text
    assert "Take one choice away" not in text
    assert "Without “" not in text
    assert "Why this order?" not in text


def test_addresses_with_an_old_slug_mean_the_term_that_stays(place: Any, client: Client) -> None:
    place("Anna Example", "grief")
    sleep, grief, panic = (
        Topic.objects.get(locale__language_code="en", slug=s) for s in ("sleep", "grief", "panic")
    )
    merge_terms(gone=sleep, kept=grief, by=None)
    merge_terms(gone=grief, kept=panic, by=None)
    panic.slug = "fear"
    panic.save()
    rows.rebuild(Specialist.objects.values_list("pk", flat=True))
    for slug in ("sleep", "grief", "panic", "fear"):
        listing = client.get(f"/en/specialists/?topic={slug}").context["listing"]
        assert (listing.asked.options, listing.total) == ({"topic": ("fear",)}, 1), slug
    both = client.get("/en/specialists/?topic=sleep&topic=grief").context["listing"]
    assert [chip["title"] for chip in both.chips] == ["Panic"]
    assert Topic.find_slug("never-there") == ""


def test_a_slug_that_is_used_again_means_its_new_term(db: None) -> None:
    sleep = make_topic("Sleep", "sleep")
    sleep.slug = "rest"
    sleep.save()
    assert Topic.find_slug("sleep") == "rest"
    make_topic("Sleep again", "sleep")
    assert Topic.find_slug("sleep") == "sleep"
    sleep.delete()
    assert Topic.find_slug("rest") == ""


def test_words_that_nobody_fits_are_no_dead_end(place: Any, client: Client) -> None:
    place("Anna Example", "sleep")
    listing = client.get("/en/specialists/?q=xylophone").context["listing"]
    assert (listing.total, [way["label"] for way in listing.ways_out]) == (
        0,
        ["Without “xylophone”: 1", "Everyone"],
    )


def test_strange_input_is_as_if_nothing_was_said(place: Any, client: Client) -> None:
    place("Anna Example", "sleep")
    for query in (
        "?topic=%00&language='--&price_max=cheap&soon=never&sort=random&page=zero&q=",
        "?q=%00",
        "?q=" + "%27%22)(%26!|:*" * 9,
        "?" + "&".join(f"topic=t{number}" for number in range(500)),
        "?page=999999999",
    ):
        assert found(client, query) == ["Anna Example"], query


def test_chosen_topics_come_first_on_the_card_and_are_marked(place: Any, client: Client) -> None:
    place("Anna Example", "anxiety", "sleep", "trust")
    (card,) = client.get("/en/specialists/?topic=trust").context["listing"].cards
    assert card["topics"][0] == "Trust"
    assert card["in_common"] == ["Trust"]


def test_only_pages_that_make_sense_are_for_search_engines(place: Any, client: Client) -> None:
    for number in range(3):
        place(f"Anna Example {number}", "sleep", session_languages=["en", "uk"])
    kept = text_of(client, "?topic=sleep")
    assert "noindex" not in kept
    assert '<link rel="canonical" href="http://localhost:8000/en/specialists/?topic=sleep">' in kept
    assert "<h1>Sleep: specialists</h1>" in kept.replace(' class="display"', "")
    both = text_of(client, "?topic=sleep&language=uk")
    assert "Sleep: specialists who speak Ukrainian" in both
    assert "noindex" not in both
    for query in (
        "?topic=grief",
        "?topic=sleep&format=online",
        "?q=sleep",
        "?topic=sleep&sort=name",
        "?free=1",
    ):
        assert '<meta name="robots" content="noindex, follow">' in text_of(client, query), query
    sitemap = client.get("/sitemap.xml").content.decode()
    assert "<loc>http://localhost:8000/en/specialists/?topic=sleep</loc>" in sitemap
    assert "/en/specialists/?topic=sleep&amp;language=uk</loc>" in sitemap
    assert "topic=grief" not in sitemap


def test_a_suspended_specialist_is_gone_even_if_the_row_is_still_there(place: Any, client: Client) -> None:
    one = place("Anna Example", "sleep")
    Specialist.objects.filter(pk=one.pk).update(state="suspended")  # past every service
    assert found(client) == []


def test_the_first_release_with_rows_makes_them(place: Any, client: Client) -> None:
    from django.core.management import call_command

    place("Anna Example", "sleep")
    from directory.models import SearchRow

    SearchRow.objects.all().delete()
    assert found(client) == []
    call_command("migrate", verbosity=0)
    assert found(client) == ["Anna Example"]


def test_a_renamed_topic_is_found_under_its_new_name(
    place: Any, client: Client, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place("Anna Example", "sleep")
    topic = Topic.objects.get(slug="sleep", locale__language_code="en")
    topic.name = "Slumber"
    # What the worker does in a process of its own.
    monkeypatch.setattr(type(rebuild_described_by), "enqueue", lambda task, *args: task.func(*args))
    with django_capture_on_commit_callbacks(execute=True):
        topic.save()
    assert found(client, "?q=slumber") == ["Anna Example"]


def test_a_private_page_takes_its_specialist_out_of_the_list(place: Any, client: Client) -> None:
    from wagtail.models import PageViewRestriction

    one = place("Anna Example", "sleep")
    restriction = PageViewRestriction.objects.create(page=one.pages.get().page_ptr, restriction_type="login")
    assert found(client) == []
    restriction.delete()
    assert found(client) == ["Anna Example"]


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (None, ""),
        (0, "Settled at once"),
        (1, "Usually answers within an hour"),
        (61, "Usually answers within 2 hours"),
        (800, "Usually answers within a day"),
        (2000, "Usually answers within 2 days"),
    ],
)
def test_how_long_answers_take_is_rounded_up(minutes: int | None, text: str) -> None:
    from directory.search.cards import reply_time

    assert reply_time(minutes) == text


@pytest.mark.parametrize(
    ("language", "span", "other"),
    [
        ("en", "€95–120", "95\u00a0CHF"),
        ("uk", "95–120\u00a0€", "95\u00a0CHF"),
        ("de", "95–120\u00a0€", "95\u00a0CHF"),
        ("ar", "\u206895–120\u00a0€\u2069", "\u206895\u00a0CHF\u2069"),
    ],
)
def test_money_is_written_as_each_language_does(language: str, span: str, other: str) -> None:
    with translation.override(language):
        assert price(SpecialistFactory.build(price_min=95, price_max=120, currency="EUR")) == span
        assert money(95, "CHF") == other
