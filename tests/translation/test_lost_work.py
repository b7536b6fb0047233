"""Nothing is lost, opened or overwritten in silence: two translators, stopping and restarting, copies, restrictions."""

import re
from html import unescape
from time import time
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group
from django.test import Client, TestCase
from django.urls import reverse
from wagtail.images.models import Image
from wagtail.models import Page, PageViewRestriction
from wagtail_localize.models import OverridableSegment, SegmentOverride, StringTranslation, Translation

from core.models import Topic
from tests.factories.pages import (
    Tree,
    body,
    edit,
    fill,
    fresh,
    locale_of,
    make_article,
    make_topic,
    publish,
    set_string,
    submitted,
    translated,
)
from tests.factories.people import log_in_to_cms, make_administrator, make_translator
from translation.desk import work_in
from translation.restart import take_over

pytestmark = pytest.mark.django_db
TREE = ("uk", "de")


@pytest.fixture
def administrator(client: Client, tree: Tree) -> Client:
    log_in_to_cms(client, make_administrator())
    return client


def browser_of(user: Any) -> Client:
    browser = Client()
    log_in_to_cms(browser, user)
    return browser


def translation_to(language: str, page: Page) -> Translation:
    return Translation.objects.get(
        source__object_id=page.translation_key, target_locale__language_code=language
    )


def words(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def put(browser: Client, address: str, value: str) -> Any:
    return browser.generic(
        "PUT", address, urlencode({"value": value}), content_type="application/x-www-form-urlencoded"
    )


def field_of(translation: Translation, path: str = "title") -> str:
    segment = translation.source.stringsegment_set.get(context__path=path)
    return reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])


def editor_of(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


# --- The desk, and one language at a time -----------------------------------------------------------------------


def titles(tasks: list[Any]) -> list[str]:
    return [task.title for task in tasks]


def test_submit_in_one_language_leaves_the_others_and_the_page_on_their_desks(tree: Tree) -> None:
    edit(tree["en"].article, title="Sleep better")
    german = StringTranslation.objects.filter(locale__language_code="de")
    before = set(german.values_list("pk", "data", "has_error"))
    translator = make_translator("uk")
    task = next(
        task for task in work_in(locale_of("uk"), translator).outdated if task.title == "Sleep"
    )  # the source still has its old name
    browser_of(translator).post(task.url)
    assert set(german.values_list("pk", "data", "has_error")) == before
    for language in ("uk", "de"):
        assert titles(work_in(locale_of(language), translator).unpublished) == [f"[{language}] Sleep"], (
            language
        )


def test_a_language_that_was_not_submitted_still_gets_its_previous_translation(tree: Tree) -> None:
    edit(tree["en"].article, title="Sleep better")
    translator = make_translator("uk")
    browser_of(translator).post(
        next(t for t in work_in(locale_of("uk"), translator).outdated if t.title == "Sleep").url
    )
    response = browser_of(make_administrator()).get(editor_of(tree["de"].article))
    assert "[de] Sleep" in response.context["props"]


def test_whoever_opens_an_outdated_translation_is_led_to_the_changes(tree: Tree) -> None:
    edit(tree["en"].article, title="Sleep better")
    translator = browser_of(make_translator("uk"))
    said = words(translator.get(editor_of(tree["uk"].article)))
    found = re.search(r'href="([^"]+)"', said)
    assert found
    screen = translator.get(unescape(found[1]))
    assert screen.status_code == 200
    assert "will use the original language" not in screen.content.decode()
    assert "Only complete translations are published" in screen.content.decode()


def test_a_language_in_the_address_is_the_only_one(administrator: Client, tree: Tree) -> None:
    edit(tree["en"].article, summary="Better")
    translation = translation_to("uk", tree["en"].article)
    for language in ("uk", "de"):
        set_string(translation_to(language, tree["en"].article), "title", f"{language} new")
    page_before = fresh(tree["de"].article).last_published_at
    address = reverse("wagtail_localize:update_translations", args=[translation.source_id])
    with TestCase.captureOnCommitCallbacks(execute=True):
        administrator.post(f"{address}?language=uk", {"publish_translations": "on"})
    assert fresh(tree["de"].article).last_published_at == page_before


def test_the_desk_has_snippets(tree: Tree) -> None:
    make_topic("Grief", "grief")
    translated(make_topic("Anger", "anger"), "uk")
    administrator = make_administrator()
    work = work_in(locale_of("uk"), administrator)
    assert any("Grief" in title for title in titles(work.missing))
    Topic.objects.filter(slug="anger", locale=locale_of("en")).update(name="Rage")
    assert any("Rage" in title for title in titles(work_in(locale_of("uk"), administrator).outdated))


# --- Two people -------------------------------------------------------------------------------------------------


def test_the_second_of_two_translators_sees_the_firsts_text_before_replacing_it(tree: Tree) -> None:
    first, second = browser_of(make_translator("uk")), browser_of(make_administrator())
    translation = translation_to("uk", tree["en"].article)
    page = tree["uk"].article
    addresses = []
    for browser in (first, second):
        props = browser.get(editor_of(page)).context["props"]
        start = props.index(field_of(translation))
        addresses.append(props[start : props.index('"', start)])
    assert put(first, addresses[0], "Сон").status_code == 200
    answer = put(second, addresses[1], "Спання")
    assert answer.status_code == 409
    assert answer.json()["data"] == "Сон"
    assert "Сон" in answer.json()["error"]
    assert "Спання" in answer.json()["error"]
    row = StringTranslation.objects.get(
        locale=locale_of("uk"), context__path="title", context__object_id=page.translation_key
    )
    assert row.data == "Сон"
    address = f"{field_of(translation)}?opened={answer.json()['seen']}"
    assert put(second, address, "Спання").status_code == 200
    row.refresh_from_db()
    assert row.data == "Спання"


def test_one_translator_is_not_in_their_own_way(tree: Tree) -> None:
    browser = browser_of(make_translator("uk"))
    address, seen = field_of(translation_to("uk", tree["en"].article)), str(time())
    for text in ("Сон", "Спання", "Сни"):
        answer = put(browser, f"{address}?opened={seen}", text)
        assert answer.status_code == 200, text
        seen = answer.json()["seen"]


def test_two_windows_of_one_translator_do_not_overwrite_each_other(tree: Tree) -> None:
    browser = browser_of(make_translator("uk"))
    address, opened = field_of(translation_to("uk", tree["en"].article)), time()
    assert put(browser, f"{address}?opened={opened}", "Сон").status_code == 200
    for answer in (
        put(browser, f"{address}?opened={opened}", "Спання"),
        browser.delete(f"{address}?opened={opened}"),
    ):
        assert answer.status_code == 409
        assert "You changed this in another window" in answer.json()["error"]
        assert "Сон" in answer.json()["error"]


def test_deleting_somebody_elses_new_text_is_refused_once(tree: Tree) -> None:
    address = field_of(translation_to("uk", tree["en"].article))
    put(browser_of(make_translator("uk")), address, "Сон")
    other = browser_of(make_administrator())
    refused = other.delete(address)
    assert refused.status_code == 409
    assert "not deleted" in refused.json()["error"]
    assert other.delete(f"{address}?opened={refused.json()['seen']}").status_code == 200


@pytest.mark.parametrize("value", ["a\x00b", "a\x07b", "\ud800"])
def test_control_characters_are_refused_with_a_sentence(tree: Tree, value: str) -> None:
    address = field_of(translation_to("uk", tree["en"].article))
    text = urlencode({"value": value}, errors="surrogatepass")
    answer = browser_of(make_translator("uk")).generic(
        "PUT", address, text, content_type="application/x-www-form-urlencoded"
    )
    # A lone surrogate is no UTF-8: Django replaces it before anybody reads it.
    assert answer.status_code in ({400} if value != "\ud800" else {200, 400})


def test_a_string_that_the_original_lost_meanwhile_is_answered_with_a_sentence(tree: Tree) -> None:
    translation = translation_to("uk", tree["en"].article)
    address = field_of(translation)
    edit(tree["en"].article, title="Sleep better")
    translation.source.update_from_db()
    answer = put(browser_of(make_translator("uk")), address, "Сон")
    assert answer.status_code == 410
    assert answer.json()["data"] == "Сон"


def test_a_locked_page_and_a_logged_out_person_save_nothing(client: Client, tree: Tree) -> None:
    address = field_of(translation_to("uk", tree["en"].article))
    assert put(client, address, "Сон").status_code in {302, 403}
    Page.objects.filter(pk=tree["uk"].article.pk).update(locked=True)
    assert put(browser_of(make_translator("uk")), address, "Сон").status_code == 403


# --- Stopped and started again ----------------------------------------------------------------------------------


def test_what_was_written_by_hand_survives_the_restart_and_the_next_publication(
    administrator: Client, tree: Tree
) -> None:
    translation = translation_to("uk", tree["en"].article)
    Translation.objects.filter(pk=translation.pk).update(enabled=False)
    edit(tree["uk"].article, title="Рукою", body=body(heading="Також рукою", html="[uk] <p>Інше</p>"))
    response = administrator.post(
        editor_of(tree["uk"].article), {"localize-restart-translation": "1"}, follow=True
    )
    assert "by hand" in words(response)
    fill(translation)
    StringTranslation.objects.filter(has_error=True).update(has_error=False, data="Інше")
    rows = dict(
        StringTranslation.objects.filter(
            locale=locale_of("uk"), context__object_id=translation.source.object_id
        ).values_list("context__path", "data")
    )
    assert rows["title"] == "Рукою"
    assert "Також рукою" in rows.values()


def test_what_the_original_has_no_place_for_is_named(tree: Tree) -> None:
    translation = translation_to("uk", tree["en"].article)
    more = [{"id": "8b1f0c8e-0000-4000-8000-000000000001", "type": "text", "value": "<p>Додане</p>"}]
    edit(tree["uk"].article, body=[*body(), *more])
    _changed, left = take_over(fresh(tree["uk"].article), translation, user=None)
    assert left == ["Додане"]


def test_a_restart_without_an_original_is_refused(administrator: Client, tree: Tree) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        Page.objects.get(pk=tree["en"].article.pk).delete()
    page = tree["uk"].article
    response = administrator.post(editor_of(page), {"localize-restart-translation": "1"}, follow=True)
    assert "deleted" in words(response)
    assert administrator.get(editor_of(page)).status_code == 200


def test_submitting_a_page_does_not_restart_its_stopped_topic(administrator: Client, tree: Tree) -> None:
    from articles.models import ArticleTopic

    topic = make_topic("Grief", "grief")
    theirs = translated(topic, "uk")
    Translation.objects.filter(source__object_id=topic.translation_key).update(enabled=False)
    Topic.objects.filter(pk=theirs.pk).update(name="Власна назва")
    article = make_article(tree["en"].index, title="Loss", slug="loss")
    edit(article, article_topics=[ArticleTopic(topic=topic, locale=article.locale)])
    administrator.post(
        reverse("wagtail_localize:submit_page_translation", args=[article.pk]),
        {"locales": [locale_of("uk").pk]},
    )
    assert article.get_translation(locale_of("uk"))
    assert Topic.objects.get(pk=theirs.pk).name == "Власна назва"
    assert not Translation.objects.get(source__object_id=topic.translation_key).enabled


# --- Restrictions -----------------------------------------------------------------------------------------------


def test_a_restriction_on_the_translation_stays(tree: Tree) -> None:
    PageViewRestriction.objects.create(page=tree["uk"].article, restriction_type="login")
    translation = translation_to("uk", tree["en"].article)
    set_string(translation, "title", "Сон")
    publish(translation)
    assert fresh(tree["uk"].article).title == "Сон"
    assert fresh(tree["uk"].article).view_restrictions.get().restriction_type == "login"


def test_what_is_private_by_the_page_above_it_is_private_in_translation(tree: Tree) -> None:
    PageViewRestriction.objects.create(page=tree["en"].index, restriction_type="login")
    publish(translation_to("uk", tree["en"].article))
    assert fresh(tree["uk"].article).view_restrictions.exists()


def test_a_stricter_original_makes_the_translation_stricter_and_never_looser(tree: Tree) -> None:
    few, many = Group.objects.create(name="few"), Group.objects.create(name="many")
    ours = PageViewRestriction.objects.create(page=tree["uk"].article, restriction_type="groups")
    ours.groups.set([few, many])
    theirs = PageViewRestriction.objects.create(page=tree["en"].article, restriction_type="login")
    publish(translation_to("uk", tree["en"].article))
    assert set(ours.groups.all()) == {few, many}
    theirs.restriction_type = "groups"
    theirs.save()
    theirs.groups.set([few])
    publish(translation_to("uk", tree["en"].article))
    assert set(ours.groups.all()) == {few}


def test_an_alias_of_a_private_page_is_private(administrator: Client, tree: Tree) -> None:
    PageViewRestriction.objects.create(page=tree["en"].article, restriction_type="login")
    address = reverse("wagtail_localize:convert_to_alias", args=[tree["uk"].article.pk])
    assert administrator.post(address).status_code == 302
    assert fresh(tree["uk"].article).alias_of_id == tree["en"].article.pk
    assert fresh(tree["uk"].article).view_restrictions.exists()


# --- Copies and moves -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alias", [{}, {"alias": "on"}])
def test_a_copy_below_another_language_is_refused_with_a_sentence(
    administrator: Client, tree: Tree, alias: dict[str, str]
) -> None:
    count = Page.objects.count()
    response = administrator.post(
        reverse("wagtailadmin_pages:copy", args=[tree["en"].article.pk]),
        {"new_title": "Copy", "new_slug": "copy", "new_parent_page": tree["uk"].index.pk, **alias},
        follow=True,
    )
    assert "readers wouldn't find it" in words(response)
    assert Page.objects.count() == count


def test_a_copy_in_its_own_language_is_made(administrator: Client, tree: Tree) -> None:
    administrator.post(
        reverse("wagtailadmin_pages:copy", args=[tree["uk"].article.pk]),
        {"new_title": "Копія", "new_slug": "copy", "new_parent_page": tree["uk"].index.pk},
    )
    assert Page.objects.filter(slug="copy", locale=locale_of("uk")).exists()


def test_a_move_below_another_language_is_refused_alone_and_in_bulk(
    administrator: Client, tree: Tree
) -> None:
    page, index = make_article(tree["en"].index, title="Move", slug="move"), tree["uk"].index
    response = administrator.post(
        reverse("wagtailadmin_pages:move_confirm", args=[page.pk, index.pk]), follow=True
    )
    assert "readers wouldn't find it" in words(response)
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    response = administrator.post(f"{bulk}?id={page.pk}", {"chooser": index.pk}, follow=True)
    assert response.status_code == 200
    assert "pages_without_destination_access" in response.context  # Wagtail's own screen names the page
    assert [item["item"].pk for item in response.context["pages_without_destination_access"]] == [page.pk]
    assert fresh(page).get_parent().pk == tree["en"].index.pk


# --- Deleted pictures and originals -----------------------------------------------------------------------------


def make_picture() -> Image:
    from django.core.files.images import ImageFile
    from wagtail.images import get_image_model
    from wagtail.images.tests.utils import get_test_image_file

    file = get_test_image_file()
    assert isinstance(file, ImageFile)
    return get_image_model().objects.create(title="Picture", file=file)


@pytest.fixture
def illustrated(tree: Tree) -> tuple[Any, Image]:
    """A published English article with a picture in its body, and the picture."""
    picture = make_picture()
    article = make_article(tree["en"].index, title="Pictures", slug="pictures")
    picture_block = {
        "id": "8b1f0c8e-0000-4000-8000-000000000002",
        "type": "image",
        "value": {"image": picture.pk, "alt_text": "A bed", "caption": ""},
    }
    return edit(article, body=[*body(), picture_block]), picture


def test_publishing_after_the_originals_picture_was_deleted(
    administrator: Client, illustrated: tuple[Any, Image]
) -> None:
    article, picture = illustrated
    page = translated(article, "uk")
    picture.delete()
    for data in ({"action": "publish"}, {}):
        with TestCase.captureOnCommitCallbacks(execute=True):
            assert administrator.post(editor_of(page), data, follow=True).status_code == 200
    source = translation_to("uk", article).source
    address = reverse("wagtail_localize:update_translations", args=[source.pk])
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert administrator.post(address, {"publish_translations": "on"}, follow=True).status_code == 200


def test_publishing_after_the_picture_of_an_override_was_deleted(
    administrator: Client, illustrated: tuple[Any, Image]
) -> None:
    article, _picture = illustrated
    page = translated(article, "uk")
    translation = translation_to("uk", article)
    ours = make_picture()
    segment = OverridableSegment.objects.get(source=translation.source, context__path__endswith="image")
    address = reverse("wagtail_localize:edit_override", args=[translation.pk, segment.pk])
    assert put(administrator, address, str(ours.pk)).status_code == 201
    ours.delete()
    response = administrator.post(editor_of(page), {"action": "publish"}, follow=True)
    assert response.status_code == 200
    assert "has been deleted" in words(response)
    assert administrator.delete(address).status_code == 200
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert "Published" in words(administrator.post(editor_of(page), {"action": "publish"}, follow=True))
    assert not SegmentOverride.objects.exists()


@pytest.mark.parametrize("in_bulk", [False, True])
def test_translations_are_taken_off_the_site_with_a_deleted_original_and_kept(
    administrator: Client, tree: Tree, in_bulk: bool
) -> None:
    page = tree["en"].article
    address = reverse("wagtailadmin_pages:delete", args=[page.pk])
    if in_bulk:
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?id={page.pk}"
    with TestCase.captureOnCommitCallbacks(execute=True):
        administrator.post(address)
    assert not Page.objects.filter(pk=page.pk).exists()
    for language in ("uk", "de"):
        assert fresh(tree[language].article).live is False


def test_every_action_on_a_deleted_translation_or_original_is_answered(
    administrator: Client, tree: Tree
) -> None:
    page = tree["en"].article
    translation = translation_to("uk", page)
    field = field_of(translation)
    update = reverse("wagtail_localize:update_translations", args=[translation.source_id])
    names = ["download_pofile", "upload_pofile", "preview_translation", "stop_translation"]
    addresses = [reverse(f"wagtail_localize:{name}", args=[translation.pk]) for name in names]
    # Deleted while the editor is open: no signal has stopped the translation yet.
    Page.objects.get(pk=page.pk).delete()
    Translation.objects.filter(pk=translation.pk).update(enabled=True)
    assert administrator.get(editor_of(tree["uk"].article), follow=True).status_code == 200
    Translation.objects.filter(pk=translation.pk).update(enabled=True)
    for address in [*addresses, update]:
        for method in (administrator.get, administrator.post):
            assert method(address).status_code < 500, address
    assert put(administrator, field, "Сон").status_code < 500
    Page.objects.get(pk=tree["uk"].article.pk).delete()
    for address in [*addresses, update]:
        for method in (administrator.get, administrator.post):
            assert method(address).status_code < 500, address
    assert put(administrator, field, "Сон").status_code == 410


def test_two_who_submit_at_once_get_one_translation(administrator: Client, tree: Tree) -> None:
    article = make_article(tree["en"].index, title="Rest", slug="rest")
    submitted(article, "uk")
    response = administrator.post(
        reverse("wagtail_localize:submit_page_translation", args=[article.pk]),
        {"locales": [locale_of("uk").pk]},
        follow=True,
    )
    assert response.status_code == 200
    assert Page.objects.filter(translation_key=article.translation_key, locale=locale_of("uk")).count() == 1
