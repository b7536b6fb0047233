"""Who may translate what. Numbers: docs/rules/translation.md."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale, Page, PageViewRestriction
from wagtail_localize.models import StringTranslation, Translation

from accounts.models import User
from articles.models import Person
from core.models import Topic
from tests.factories.pages import (
    Tree,
    edit,
    fill,
    fresh,
    locale_of,
    make_article,
    make_topic,
    set_string,
    submitted,
    translated,
)
from tests.factories.people import (
    log_in_to_cms,
    make_administrator,
    make_editor,
    make_moderator,
    make_translator,
    make_user,
)
from translation.desk import work_in

pytestmark = pytest.mark.django_db
TREE = ("uk", "de")


@pytest.fixture
def log_in(client: Client, tree: Tree) -> Callable[[User], Client]:
    def log_in(user: User) -> Client:
        log_in_to_cms(client, user)
        return client

    return log_in


def cms_user(*codenames: str) -> User:
    """Somebody who may open the CMS, with these permissions and no others."""
    user = make_user("cms@attune.example")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
    return user


def string_address(translation: Translation) -> str:
    segment = translation.source.stringsegment_set.order_by("order")[0]
    return reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])


def put(cms: Client, address: str, value: str = "text") -> Any:
    return cms.generic("PUT", address, f"value={value}", content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize("model", ["core/topic", "articles/person"])
def test_case_34_the_snippets_api_tells_nothing_without_a_permission(
    log_in: Callable[[User], Client], model: str
) -> None:
    topic = make_topic("Secret")
    person = Person.objects.create(name="Secret", slug="secret")
    cms = log_in(cms_user("submit_translation"))
    address = f"/cms/localize/api/snippets/{model}/"
    for path in [address, f"{address}{topic.pk if model == 'core/topic' else person.pk}/"]:
        response = cms.get(path, HTTP_ACCEPT="application/json")
        assert response.status_code in {302, 403}
        assert b"Secret" not in response.content


def test_case_34_the_snippets_api_answers_those_who_may_see_the_model(
    log_in: Callable[[User], Client],
) -> None:
    make_topic("Open")
    response = log_in(cms_user("view_topic")).get("/cms/localize/api/snippets/core/topic/")
    assert [item["title"] for item in response.json()] == ["Open"]


def test_case_34_the_list_of_translations_is_for_those_who_translate(
    log_in: Callable[[User], Client], tree: Tree
) -> None:
    address = reverse("wagtail_localize:translations_report")
    assert log_in(make_moderator()).get(address).status_code == 302
    page = log_in(make_translator("uk")).get(address).content.decode()
    assert "[uk] Sleep" in page
    assert "[de] Sleep" not in page


@pytest.mark.parametrize("live", [True, False])
def test_case_35_submitting_needs_more_than_its_permission(
    log_in: Callable[[User], Client], tree: Tree, live: bool
) -> None:
    article = make_article(tree["en"].index, title="Rest", slug="rest")
    if not live:
        article.unpublish()
    cms = log_in(cms_user("submit_translation"))
    address = reverse("wagtail_localize:submit_page_translation", args=[article.pk])
    cms.post(address, {"locales": [locale_of("uk").pk]})
    assert not Page.objects.filter(translation_key=article.translation_key).exclude(pk=article.pk).exists()


def test_case_35_a_translator_submits_into_their_language_alone(
    log_in: Callable[[User], Client], tree: Tree
) -> None:
    article = make_article(tree["en"].index, title="Rest", slug="rest")
    cms = log_in(make_translator("uk"))
    address = reverse("wagtail_localize:submit_page_translation", args=[article.pk])
    cms.post(address, {"locales": [locale_of("de").pk]})
    cms.post(address, {"locales": [locale_of("uk").pk]})
    made = Locale.objects.filter(translations__source__object_id=article.translation_key)
    assert [locale.language_code for locale in made] == ["uk"]


@pytest.mark.parametrize("kind", ["draft", "private"])
def test_a_translator_cannot_read_drafts_and_private_pages_by_submitting_them(
    log_in: Callable[[User], Client], tree: Tree, kind: str
) -> None:
    article = make_article(tree["en"].index, title="Rest", slug="rest")
    if kind == "draft":
        article.unpublish()
    else:
        PageViewRestriction.objects.create(page=article, restriction_type=PageViewRestriction.LOGIN)
    cms = log_in(make_translator("uk"))
    address = reverse("wagtail_localize:submit_page_translation", args=[article.pk])
    assert cms.get(address).status_code == 302
    cms.post(address, {"locales": [locale_of("uk").pk]})
    assert not Translation.objects.filter(source__object_id=article.translation_key).exists()


def test_a_translator_does_not_submit_the_pages_below(log_in: Callable[[User], Client], tree: Tree) -> None:
    """Some of them may be drafts."""
    for page in (fresh(tree["uk"].article), fresh(tree["uk"].index)):
        page.delete()
    cms = log_in(make_translator("uk"))
    address = reverse("wagtail_localize:submit_page_translation", args=[tree["en"].index.pk])
    cms.post(address, {"locales": [locale_of("uk").pk], "include_subtree": "on"})
    assert tree["en"].index.has_translation(locale_of("uk"))
    assert not tree["en"].article.has_translation(locale_of("uk"))


def test_case_35_sync_publishes_only_where_one_may_publish(
    log_in: Callable[[User], Client], tree: Tree
) -> None:
    article = edit(tree["en"].article, body=list(tree["en"].article.body.raw_data)[:1])
    source = Translation.objects.filter(source__object_id=article.translation_key)[0].source
    cms = log_in(make_translator("uk"))
    with TestCase.captureOnCommitCallbacks(execute=True):
        cms.post(
            reverse("wagtail_localize:update_translations", args=[source.pk]), {"publish_translations": "on"}
        )
    assert len(fresh(tree["uk"].article).body) == 1
    assert len(fresh(tree["de"].article).body) == 3


def test_case_35_sync_is_refused_without_any_of_its_languages(
    log_in: Callable[[User], Client], tree: Tree
) -> None:
    source = Translation.objects.filter(source__object_id=tree["en"].article.translation_key)[0].source
    before = source.last_updated_at
    cms = log_in(cms_user("submit_translation"))
    with TestCase.captureOnCommitCallbacks(execute=True):
        cms.post(
            reverse("wagtail_localize:update_translations", args=[source.pk]), {"publish_translations": "on"}
        )
    source.refresh_from_db()
    assert source.last_updated_at == before


@pytest.mark.parametrize("kind", ["page", "snippet"])
def test_case_36_a_ukrainian_translator_cannot_save_german_strings(
    log_in: Callable[[User], Client], tree: Tree, kind: str
) -> None:
    thing = tree["en"].article if kind == "page" else make_topic("Calm", "calm")
    cms = log_in(make_translator("uk"))
    for code, refused in [("de", True), ("uk", False)]:
        address = string_address(submitted(thing, code))
        assert (put(cms, address).status_code in {302, 403}) is refused
        saved = StringTranslation.objects.filter(locale=locale_of(code), data="text")
        assert saved.exists() is not refused


def test_case_36_a_ukrainian_translator_cannot_open_german_snippets(
    log_in: Callable[[User], Client], tree: Tree
) -> None:
    topic = make_topic("Calm", "calm")
    cms = log_in(make_translator("uk"))
    for code, status in [("de", 302), ("uk", 200), ("en", 302)]:
        if code != "en":
            submitted(topic, code)
        snippet = Topic.objects.get(translation_key=topic.translation_key, locale=locale_of(code))
        assert cms.get(f"/cms/snippets/core/topic/edit/{snippet.pk}/").status_code == status


def test_an_editor_makes_english_snippets_only(log_in: Callable[[User], Client], tree: Tree) -> None:
    cms = log_in(make_editor())
    assert cms.get("/cms/snippets/core/topic/add/").status_code == 200
    assert cms.get("/cms/snippets/core/topic/add/?locale=de").status_code == 302


def test_strings_of_a_locked_page_stay_as_they_are(log_in: Callable[[User], Client], tree: Tree) -> None:
    page = fresh(tree["uk"].article)
    page.locked = True
    page.save()
    cms = log_in(make_translator("uk"))
    assert put(cms, string_address(submitted(tree["en"].article, "uk"))).status_code in {302, 403}


def test_case_37_without_the_right_to_publish_there_is_no_publishing_from_the_editor(
    log_in: Callable[[User], Client], tree: Tree
) -> None:
    article = make_article(tree["en"].index, title="Rest", slug="rest")
    translation = submitted(article, "uk")
    fill(translation)
    user = make_translator("uk")
    user.groups.get().page_permissions.filter(permission__codename="publish_page").delete()  # type: ignore[attr-defined]
    page = translation.get_target_instance()
    with TestCase.captureOnCommitCallbacks(execute=True):
        log_in(user).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {"action": "publish"})
    assert fresh(page).live is False


def test_turning_a_translation_into_an_alias_needs_the_right_to_publish(
    log_in: Callable[[User], Client], tree: Tree
) -> None:
    user = make_translator("uk")
    user.groups.get().page_permissions.filter(permission__codename="publish_page").delete()  # type: ignore[attr-defined]
    log_in(user).post(reverse("wagtail_localize:convert_to_alias", args=[tree["uk"].article.pk]))
    assert fresh(tree["uk"].article).alias_of_id is None


def test_case_39_saving_a_string_needs_the_csrf_token(tree: Tree) -> None:
    cms = Client(enforce_csrf_checks=True)
    log_in_to_cms(cms, make_translator("uk"))
    address = string_address(submitted(tree["en"].article, "uk"))
    assert put(cms, address).status_code == 403
    assert not StringTranslation.objects.filter(data="text").exists()


def test_the_desk_shows_what_to_do_in_ones_own_language(log_in: Callable[[User], Client], tree: Tree) -> None:
    make_article(tree["en"].index, title="New article", slug="new")
    make_article(tree["en"].index, title="Secret draft", slug="secret").unpublish()
    submitted(make_article(tree["en"].index, title="Begun article", slug="begun"), "uk")
    edit(tree["en"].article, title="Changed article")
    cms = log_in(make_translator("uk"))
    text = cms.get("/cms/translate/").content.decode().split("<section>", 1)[1]
    assert re.findall("<h2>(.*?)</h2>", text) == ["Ukrainian"]
    order = ["Outdated", ">Sleep<", ">Begun<", ">Begun article<", ">Not begun<", ">New article<"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "Secret draft" not in text
    for address in re.findall(r'<li><a href="([^"]+)"', text[places[0] :]):
        assert cms.get(unescape(address)).status_code == 200


def test_the_desk_is_for_translators(log_in: Callable[[User], Client]) -> None:
    assert log_in(make_moderator()).get("/cms/translate/").status_code == 302


def test_the_desk_asks_as_often_for_many_pages_and_snippets_as_for_few(tree: Tree) -> None:
    administrator = make_administrator()

    def add(number: int) -> None:
        make_article(tree["en"].index, title=f"New {number}", slug=f"new-{number}")
        submitted(make_article(tree["en"].index, title=f"Begun {number}", slug=f"begun-{number}"), "uk")
        make_topic(f"Not begun {number}", f"not-begun-{number}")
        outdated = make_article(tree["en"].index, title=f"Old {number}", slug=f"old-{number}")
        changed = make_article(tree["en"].index, title=f"Changed {number}", slug=f"changed-{number}")
        for page in (outdated, changed):
            translated(page, "uk")
        edit(outdated, summary="Another")
        set_string(
            Translation.objects.get(source__object_id=changed.translation_key), "title", f"[uk] {number}"
        )
        topic = make_topic(f"Topic {number}", f"topic-{number}")
        translated(topic, "uk")
        incomplete = make_topic(f"Incomplete {number}", f"incomplete-{number}")
        translated(incomplete, "uk")
        Topic.objects.filter(pk=topic.pk).update(name=f"Renamed {number}")
        StringTranslation.objects.filter(context__object_id=incomplete.translation_key).delete()

    def count() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            work = work_in(locale_of("uk"), administrator)
        return len(queries), sum(map(len, (work.missing, work.drafts, work.unpublished, work.outdated)))

    add(0)
    count()
    queries, rows = count()
    for number in range(1, 4):
        add(number)
    queries_later, rows_later = count()
    assert rows_later >= rows + 3 * 7
    assert queries_later == queries
