"""Two terms that mean the same become one: all that pointed to one points to the other, in every language."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ReferenceIndex
from wagtail_localize.models import RelatedObjectSegment, TranslationSource

from articles.models import ArticleTopic
from core.merging.terms import merge_terms, uses
from core.models import Term, Topic
from directory import index
from directory.models import ClientGroup, Method, Place, Profession, Specialist
from directory.tasks import rebuild_described_by
from tests.factories.directory import SpecialistFactory, make_listed
from tests.factories.pages import fresh, locale_of, make_article, make_topic, make_tree, submitted, translated
from tests.factories.people import (
    log_in_to_cms,
    make_administrator,
    make_editor,
    make_moderator,
    make_superuser,
    make_translator,
)
from translation.state import is_outdated

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> tuple[Topic, Topic]:
    return make_topic("Insomnia", "insomnia"), make_topic("Sleep", "sleep")


def about(article: Any, *topics: Topic) -> None:
    for order, topic in enumerate(topics):
        ArticleTopic.objects.create(page=article, topic=topic, locale=article.locale, sort_order=order)


def call(topic: Topic) -> list[dict[str, Any]]:
    value = {"title": "Find somebody", "kind": "specialists", "topic": topic.pk}
    return [{"type": "call_to_action", "id": "0f3e9a3c-1111-4c5e-9a51-3f2b1c0d2e4f", "value": value}]


def test_specialists_get_the_term_that_stays_once(pair: tuple[Topic, Topic]) -> None:
    gone, kept = pair
    one, both = SpecialistFactory(), SpecialistFactory()
    one.topics.set([gone])
    both.topics.set([gone, kept])
    assert dict(uses(gone)) == {"specialists": 2}
    merge_terms(gone=gone, kept=kept, by=None)
    assert list(one.topics.all()) == list(both.topics.all()) == [kept]
    assert list(Topic.objects.all()) == [kept]


def test_filters_follow_at_once_and_the_words_when_the_worker_has_been_there(
    pair: tuple[Topic, Topic], monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    gone, kept = pair
    make_tree()
    people = [SpecialistFactory() for _number in range(3)]
    for one, topics in zip(people, ([gone], [gone, kept], [kept]), strict=True):
        one.topics.set(topics)
        make_listed(one)
    ids = [one.pk for one in people]
    tasks: list[dict[str, list[int]]] = []
    monkeypatch.setattr(type(rebuild_described_by), "enqueue", lambda _task, filters: tasks.append(filters))
    rebuild = index.rebuild
    monkeypatch.setattr(index, "rebuild", None)
    with django_capture_on_commit_callbacks(execute=True):
        merge_terms(gone=gone, kept=kept, by=None)
    assert not [difference for difference in index.differences(ids) if "words" not in difference]
    assert not [option for chunk in index.chunks() for option in index.wrong_bits(chunk)]
    assert list(index.differences(ids))
    monkeypatch.setattr(index, "rebuild", rebuild)
    (filters,) = tasks
    rebuild_described_by.func(filters)
    assert not list(index.differences(ids))


def test_places_too() -> None:
    gone, kept = (
        Place.objects.create(name=n, slug=n.lower(), locale=locale_of("en")) for n in ("Kiev", "Kyiv")
    )
    specialist = SpecialistFactory(place=gone)
    merge_terms(gone=gone, kept=kept, by=None)
    assert Specialist.objects.get(pk=specialist.pk).place == kept


def test_articles_their_bodies_and_drafts_follow(pair: tuple[Topic, Topic]) -> None:
    gone, kept = pair
    article = make_article(make_tree()["en"].index, "Night", "night", body=call(gone))
    about(article, gone, kept)
    other = make_article(article.get_parent().specific, "Other", "other")
    about(other, gone)
    draft = fresh(other)
    draft.title = "A draft"
    draft.save_revision()
    ReferenceIndex.create_or_update_for_object(fresh(article))
    merge_terms(gone=gone, kept=kept, by=None)
    assert [row.topic for row in article.article_topics.all()] == [kept]
    assert [row.topic for row in other.article_topics.all()] == [kept]
    assert fresh(article).body[0].value["topic"] == kept
    drafted = fresh(other).get_latest_revision_as_object()
    assert (drafted.title, [row.topic for row in drafted.article_topics.all()]) == ("A draft", [kept])
    body = json.loads(fresh(article).latest_revision.content["body"])
    assert body[0]["value"]["topic"] == kept.pk


def test_each_language_follows_and_translations_stay_whole(pair: tuple[Topic, Topic]) -> None:
    gone, kept = pair
    article = make_article(make_tree("uk")["en"].index, "Night", "night")
    gone_uk, kept_uk = translated(gone, "uk"), translated(kept, "uk")
    about(article, gone)
    article = fresh(article)
    article.save_revision().publish()
    ukrainian = translated(fresh(article), "uk")
    assert [row.topic for row in ukrainian.article_topics.all()] == [gone_uk]
    merge_terms(gone=gone, kept=kept, by=None)
    assert [row.topic for row in fresh(ukrainian).article_topics.all()] == [kept_uk]
    assert set(RelatedObjectSegment.objects.values_list("object_id", flat=True)) == {kept.translation_key}
    source = TranslationSource.objects.get(object_id=article.translation_key)
    assert [row["topic"] for row in json.loads(source.content_json)["article_topics"]] == [kept.pk]
    translation = submitted(fresh(article), "uk")
    assert not is_outdated(translation)
    translation.save_target()
    assert [row.topic for row in fresh(ukrainian).article_topics.all()] == [kept_uk]


def test_a_name_in_a_language_that_the_other_lacks_is_kept(pair: tuple[Topic, Topic]) -> None:
    gone, kept = pair
    gone_uk = translated(gone, "uk")
    merge_terms(gone=gone, kept=kept, by=None)
    gone_uk.refresh_from_db()
    assert (gone_uk.slug, gone_uk.translation_key) == (kept.slug, kept.translation_key)


def test_a_term_is_not_merged_with_itself_or_another_kind(pair: tuple[Topic, Topic]) -> None:
    gone, _kept = pair
    place = Place.objects.create(name="Kyiv", slug="kyiv", locale=locale_of("en"))
    for other in (gone, place):
        with pytest.raises(ValueError, match="can't be merged"):
            merge_terms(gone=gone, kept=other, by=None)


def test_an_editor_chooses_looks_and_merges(client: Client, pair: tuple[Topic, Topic]) -> None:
    make_tree()
    gone, kept = pair
    SpecialistFactory().topics.set([gone])
    log_in_to_cms(client, make_editor())
    listing = client.get(reverse(Topic.snippet_viewset.get_url_name("list"))).content.decode()
    url = reverse(Topic.snippet_viewset.get_url_name("merge"), args=[gone.pk])
    assert url in listing
    assert "Sleep (sleep)" in client.get(url).content.decode()
    content = client.get(url, {"into": kept.pk}).content.decode()
    assert "specialists: 1" in content
    assert Topic.objects.count() == 2
    assert client.post(url, {"into": gone.pk}).status_code == 404
    assert client.post(url, {"into": kept.pk}).status_code == 302
    assert list(Topic.objects.all()) == [kept]


def delete(client: Client, *terms: Any, in_bulk: bool = False) -> str:
    """Press the button that deletes them; the messages of the page after it."""
    url = reverse(terms[0].snippet_viewset.get_url_name("delete"), args=[terms[0].pk])
    if in_bulk:
        kind = terms[0]._meta
        url = reverse("wagtail_bulk_action", args=[kind.app_label, kind.model_name, "delete"])
        url += f"?{urlencode([('id', term.pk) for term in terms])}"
    asked = client.get(url, follow=True).content.decode()
    done = client.post(url, follow=True).content.decode()
    assert ("can’t be deleted" in asked) == ("can’t be deleted" in done)
    return done


@pytest.mark.parametrize("in_bulk", [False, True])
@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (Topic, "topics"),
        (Method, "methods"),
        (ClientGroup, "client_groups"),
        (Profession, "profession"),
        (Place, "place"),
    ],
)
def test_a_term_is_deleted_only_while_nothing_uses_it(
    client: Client, kind: type[Term], field: str, in_bulk: bool
) -> None:
    used, idle = (
        kind.objects.create(name=n, slug=n.lower(), locale=locale_of("en")) for n in ("Used", "Idle")
    )
    specialist = SpecialistFactory()
    if field in {"place", "profession"}:
        Specialist.objects.filter(pk=specialist.pk).update(**{field: used})
    else:
        getattr(specialist, field).set([used])
    log_in_to_cms(client, make_administrator())
    content = delete(client, used, *([idle] if in_bulk else []), in_bulk=in_bulk)
    assert "“Used” is used (specialists: 1), so it can’t be deleted." in content
    url = used.snippet_viewset.get_url_name("merge")
    assert (kind in {Topic, Place}) == ("Merge it with another one instead." in content)
    if kind in {Topic, Place}:
        assert reverse(url, args=[used.pk]) in content
    assert {"Used", "Idle"} <= set(kind.objects.values_list("name", flat=True))
    delete(client, idle, in_bulk=in_bulk)
    assert not kind.objects.filter(name="Idle").exists()


def test_nor_is_its_name_in_another_language(client: Client, pair: tuple[Topic, Topic]) -> None:
    used, _kept = pair
    name = translated(used, "uk")
    SpecialistFactory().topics.set([used])
    log_in_to_cms(client, make_superuser())
    assert "can’t be deleted" in delete(client, name)
    assert Topic.objects.filter(pk=name.pk).exists()


@pytest.mark.parametrize("make", [make_moderator, make_translator])
def test_nobody_else_merges(client: Client, pair: tuple[Topic, Topic], make: Any) -> None:
    make_tree("uk")
    gone, kept = pair
    log_in_to_cms(client, make())
    url = reverse(Topic.snippet_viewset.get_url_name("merge"), args=[gone.pk])
    client.post(url, {"into": kept.pk})
    assert Topic.objects.count() == 2
    list_page = client.get(reverse(Topic.snippet_viewset.get_url_name("list"))).content.decode()
    assert url not in list_page


def test_merging_is_offered_beside_the_source_languages_terms_alone(
    client: Client, pair: tuple[Topic, Topic]
) -> None:
    make_tree("uk")
    translation = translated(pair[0], "uk")
    log_in_to_cms(client, make_editor())
    view = Topic.snippet_viewset
    content = client.get(reverse(view.get_url_name("list"))).content.decode()
    assert reverse(view.get_url_name("edit"), args=[translation.pk]) in content
    assert "Ukrainian" in content
    merges = {
        term.pk
        for term in Topic.objects.all()
        if reverse(view.get_url_name("merge"), args=[term.pk]) in content
    }
    assert merges == {term.pk for term in pair}


@pytest.mark.parametrize("kind", [Topic, Profession, Method, ClientGroup, Place])
def test_other_words_stand_in_the_form_of_every_kind(client: Client, kind: type[Term]) -> None:
    log_in_to_cms(client, make_superuser())
    url = reverse(kind.snippet_viewset.get_url_name("add"))
    assert 'name="also_called"' in client.get(url).content.decode()


def test_a_merge_is_in_the_log(client: Client, pair: tuple[Topic, Topic]) -> None:
    gone, kept = pair
    log_in_to_cms(client, make_superuser())
    client.post(reverse(Topic.snippet_viewset.get_url_name("merge"), args=[gone.pk]), {"into": kept.pk})
    history = client.get(reverse(Topic.snippet_viewset.get_url_name("history"), args=[kept.pk]))
    assert "Merged with another" in history.content.decode()


def test_lists_of_articles_know_old_slugs(pair: tuple[Topic, Topic], client: Client) -> None:
    gone, kept = pair
    above = make_tree()["en"].index
    about(make_article(above, "Night", "night"), gone)
    make_article(above, "Day", "day")
    merge_terms(gone=gone, kept=kept, by=None)
    context = client.get(f"{above.path_here}?topic=insomnia").context
    assert (context["topic"], [str(page) for page in context["results"]]) == ("sleep", ["Night"])
