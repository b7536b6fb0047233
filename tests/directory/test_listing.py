"""The page of the directory: what it says, what it offers when nobody fits, and what search engines may keep."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from wagtail.models import Locale

from core.merging.terms import merge_terms
from core.models import Topic
from directory import index
from directory.models import SearchRow, SearchWord, Specialist
from directory.search import backend
from directory.search.backend import matching, understand
from directory.search.cards import Show, cards, price, with_cards
from directory.search.query import DirectoryQuery, money
from directory.search.spelling import rebuild_spelling
from directory.search.synonyms import forget_synonyms
from directory.tasks import rebuild, rebuild_described_by
from tests.factories.booking import ScheduleFactory
from tests.factories.demo import ground
from tests.factories.directory import SpecialistFactory, make_listed
from tests.factories.pages import locale_of, make_topic

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
        make_listed(specialist, **texts)
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


def test_of_names_like_the_one_typed_the_most_alike_come_first_and_not_too_many(
    place: Any, client: Client, monkeypatch: Any
) -> None:
    for name in ("Kateryna Shevronenko", "Kateryna Shevchenko", "Katerina Shelkova"):
        place(name, "sleep")
    assert found(client, "?q=kateryna+shevchneko")[0] == "Kateryna Shevchenko"
    assert len(found(client, "?q=kateryna+shevchneko")) > 1
    monkeypatch.setattr(backend, "NAMESAKES", 1)
    listing = client.get("/en/specialists/?q=kateryna+shevchneko").context["listing"]
    assert (listing.total, [card["name"] for card in listing.cards]) == (1, ["Kateryna Shevchenko"])


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("en", "Greta Jones", "jones grief"),
        ("en", "Williams Example", "grief williams"),
        ("en", "Will Example", "will grief"),
        ("en", "Will Example", "the will of grief"),
        ("de", "Dora Schneider", "schneider grief"),
        ("de", "Max Müller", "muller grief"),
    ],
)
def test_a_name_and_a_word_are_found_together(place: Any, language: str, name: str, words: str) -> None:
    place(name, "grief")
    place("Somebody Else", "sleep")
    query = DirectoryQuery(q=words)
    wording = understand(query, language)
    assert wording is not None
    assert [row.specialist.name for row in matching(query, {}, wording)] == [name]
    assert not wording.is_partial
    assert not wording.people


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "depression"),
        ("en", "depressions"),
        ("en", "panic attacks"),
        ("en", "help with panic attack"),
        ("uk", "депресія"),
        ("uk", "панічними атаками"),
        ("uk", "depression"),
        ("uk", "low mood"),
        ("ar", "depression"),
        ("de", "Panikattacken"),
    ],
)
def test_what_people_call_it_finds_who_works_with_it(place: Any, language: str, words: str) -> None:
    source = Locale.objects.get(language_code="en")
    topic = make_topic("Low mood", "low-mood")
    topic.also_called = "depression, депресія, panic attacks, панічні атаки, Panikattacken"
    topic.save()
    assert topic.locale == source
    place("Anna Example", "low-mood", story="<p>I help and listen.</p>")
    place("Berta Example", "sleep")
    query = DirectoryQuery(q=words)
    wording = understand(query, language)
    assert wording is not None
    assert [row.specialist.name for row in matching(query, {}, wording)] == ["Anna Example"]
    assert not wording.is_partial


def test_a_term_that_another_process_has_just_added_breaks_no_search(place: Any, client: Client) -> None:
    place("Anna Example", "sleep")
    assert found(client, "?q=sleep") == ["Anna Example"]
    locale = Locale.objects.get(language_code="en")
    Topic.objects.bulk_create([Topic(name="Rage", slug="rage", locale=locale)])  # this process isn't told
    forget_synonyms()
    assert found(client, "?q=sleep") == ["Anna Example"]


@pytest.mark.parametrize("typed", ["bohdan", "karim", "Bogdan pryklad"])
def test_names_are_found_in_the_letters_of_another_language(place: Any, client: Client, typed: str) -> None:
    place("Богдан Приклад", "sleep")
    place("كريم مثال", "sleep")
    assert len(found(client, f"?q={typed}")) == 1


@pytest.mark.parametrize(
    ("words", "is_said"),
    [
        ("suicide", True),
        ("I want to DIE", True),
        ("i don’t want to live", True),
        ("хочу померти", True),
        ("Я не хочу жити", True),
        ("Selbstmordgedanken", True),
        ("أريد أن أموت", True),
        ("sleep", False),
        ("life changes", False),
        ("Trauer", False),
    ],
)
def test_whoever_may_be_in_danger_sees_first_where_help_is(
    place: Any, client: Client, words: str, is_said: bool
) -> None:
    place("Anna Example", "sleep")
    found_part = text_of(client, f"?q={words}").split('id="found"')[1].split("</section>")[0]
    assert ("/en/help-now/" in found_part) is is_said


def test_the_times_on_cards_are_of_the_part_of_the_week_that_was_asked_for(place: Any) -> None:
    specialist = place("Anna Example", "sleep")
    windows = [(weekday, 9 * 60, 12 * 60) for weekday in range(7)]
    windows += [(weekday, 18 * 60, 20 * 60) for weekday in range(7)]
    ScheduleFactory(specialist=specialist, time_zone="Europe/Kyiv", windows=windows)
    index.rebuild([specialist.pk])
    for parts, hours in (
        ((), range(9, 20)),
        (("evening",), range(18, 20)),
        (("any", "morning"), range(9, 12)),
    ):
        found = with_cards(SearchRow.objects.all(), "en")
        starts = cards(found, Show("en", parts=frozenset(parts)), now=timezone.now())[0]["starts"]
        assert len(starts) == 3
        assert all(start.hour in hours for start in starts), (parts, starts)


def test_prices_offered_are_those_that_make_a_difference_our_own_currency_first(
    place: Any, client: Client
) -> None:
    place("Anna Example", "sleep", currency="EUR", price_min=60, price_max=60)
    place("Berta Example", "sleep", currency="EUR", price_min=85, price_max=85)
    place("Carla Example", "sleep", currency="CHF", price_min=150, price_max=150)
    groups = client.get("/en/specialists/").context["listing"].groups
    prices = next(group for group in groups if group["kind"] == "price_max")
    assert [(option["value"], option["count"]) for option in prices["options"]] == [
        ("70EUR", 1),
        ("90EUR", 2),
        ("200CHF", 1),
    ]
    groups = client.get("/en/specialists/?price_max=150EUR").context["listing"].groups
    values = [
        option["value"] for group in groups if group["kind"] == "price_max" for option in group["options"]
    ]
    assert values == ["70EUR", "90EUR", "150EUR", "200CHF"]


def test_a_search_goes_along_into_another_language(place: Any, client: Client) -> None:
    place("Anna Example", "sleep")
    page = client.get("/en/specialists/?topic=sleep&q=a").content.decode()
    assert 'href="/en/specialists/?topic=sleep&amp;q=a" hreflang="en"' in re.sub(r"\s+", " ", page)


def test_mistakes_in_words_that_several_people_use_are_forgiven_and_said(place: Any, client: Client) -> None:
    for number in range(3):
        place(f"Anna Example{number}", "sleep", story="<p>I work with interpreters.</p>")
    place("Berta Example", "grief", story="<p>My archaeopteryx and I.</p>")
    rebuild_spelling()
    assert set(SearchWord.objects.values_list("language", "word")) >= {("en", "interpret")}
    assert not SearchWord.objects.filter(word__startswith="archaeo").exists()  # one person's own word
    assert not SearchWord.objects.filter(word__startswith="anna").exists()
    assert len(found(client, "?q=intrepreters")) == 3
    assert found(client, "?q=intrepreters+example1") == ["Anna Example1"]
    assert "Nobody fits these words as they are typed." in text_of(client, "?q=intrepreters")
    assert found(client, "?q=xylophone") == []


def test_a_search_without_results_counts_only_some_ways_out(
    place: Any, client: Client, django_assert_max_num_queries: Any
) -> None:
    place("Anna Example", "sleep")
    url = "/en/specialists/?topic=grief" + "".join(
        f"&language={code}" for code in ("uk", "de", "ar", "pl", "fr", "es", "tr", "fa", "ro", "it", "nl")
    )
    client.get(url)
    with django_assert_max_num_queries(16):
        listing = client.get(url).context["listing"]
        assert len(listing.ways_out) <= 7
    assert len(listing.chips) == 12


def test_a_promise_that_has_lapsed_is_not_told(place: Any, client: Client) -> None:
    place("Anna Example", "sleep", accepting_confirmed_on=timezone.localdate() - timedelta(days=60))
    text = text_of(client)
    assert "Not accepting clients at the moment" in text
    assert "Confirmed" not in text


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
    specialist = place("Anna Example", "grief")
    sleep, grief, panic = (
        Topic.objects.get(locale__language_code="en", slug=slug) for slug in ("sleep", "grief", "panic")
    )
    ukrainian = panic.copy_for_translation(locale_of("uk"))
    ukrainian.name = "Паніка"
    ukrainian.save()
    merge_terms(gone=sleep, kept=grief, by=None)
    merge_terms(gone=grief, kept=panic, by=None)
    index.rebuild([specialist.pk])
    panic.slug = "fear"
    panic.save()  # and nothing is rebuilt: the worker comes later
    for slug in ("sleep", "grief", "panic", "fear"):
        listing = client.get(f"/en/specialists/?topic={slug}").context["listing"]
        assert (listing.query.options, listing.total) == ({"topic": ("fear",)}, 1), slug
    both = client.get("/en/specialists/?topic=sleep&topic=grief").context["listing"]
    assert [chip["title"] for chip in both.chips] == ["Panic"]
    assert Topic.names("uk")["fear"] == "Паніка"
    topics = next(group for group in both.groups if group["kind"] == "topic")
    assert [(option["value"], option["count"]) for option in topics["options"]] == [("fear", 1)]
    assert Topic.find_slug("never-there") == ""
    assert not list(index.differences([specialist.pk]))


def test_a_translation_of_an_older_original_keeps_the_slug(db: None) -> None:
    topic = make_topic("Sleep", "sleep")
    ukrainian = topic.copy_for_translation(locale_of("uk"))
    ukrainian.save()
    topic.slug = "rest"
    topic.save()
    ukrainian.name = "Сон"  # as wagtail-localize saves it, with the slug of when it was sent off
    ukrainian.save()
    assert set(Topic.objects.values_list("slug", flat=True)) == {"rest"}


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


def test_privacy_above_many_people_is_left_to_the_worker(
    place: Any, client: Client, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wagtail.models import PageViewRestriction

    above = place("Anna Example", "sleep").pages.get().get_parent()
    place("Bela Example", "sleep")
    tasks: list[list[int]] = []
    monkeypatch.setattr(type(rebuild), "enqueue", lambda _task, ids: tasks.append(ids))
    monkeypatch.setattr(index, "BATCH", 1)
    with django_capture_on_commit_callbacks(execute=True):
        PageViewRestriction.objects.create(page=above, restriction_type="login")
    (ids,) = tasks
    rebuild.func(ids)
    assert not SearchRow.objects.exists()


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
