"""What may be published, from every door. Numbers: docs/rules/translation.md."""

from typing import Any

import pytest
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.models import Page
from wagtail_localize.models import OverridableSegment, SegmentOverride, StringTranslation, Translation

from articles.models import ArticleTopic
from core.models import Menu, MenuItem
from tests.factories.pages import (
    Tree,
    add,
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
from translation.state import IncompleteError, outdated, shortcomings

pytestmark = pytest.mark.django_db
TREE = ("uk",)


@pytest.fixture
def article(tree: Tree) -> Any:
    """A published English article that is not translated."""
    return make_article(tree["en"].index, title="Rest", slug="rest")


@pytest.fixture
def cms(client: Client, tree: Tree) -> Client:
    """A browser in which the Ukrainian translator is logged in."""
    log_in_to_cms(client, make_translator("uk"))
    return client


def press_publish(cms: Client, page: Page) -> Any:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return cms.post(
            reverse("wagtailadmin_pages:edit", args=[page.pk]), {"action": "publish"}, follow=True
        )


def submit(cms: Client, page: Page, *languages: str, **fields: Any) -> Any:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return cms.post(
            reverse("wagtail_localize:submit_page_translation", args=[page.pk]),
            {"locales": [locale_of(code).pk for code in languages], **fields},
        )


def sync(cms: Client, page: Page, **fields: Any) -> Any:
    source = Translation.objects.get(
        source__object_id=page.translation_key, target_locale=locale_of("uk")
    ).source
    with TestCase.captureOnCommitCallbacks(execute=True):
        return cms.post(
            reverse("wagtail_localize:update_translations", args=[source.pk]), fields, follow=True
        )


def words(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def save(cms: Client, translation: Translation, path: str, value: str) -> Any:
    """What the editor's field sends."""
    segment = translation.source.stringsegment_set.filter(context__path__startswith=path).order_by("order")[0]
    address = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
    # as the editor sends it: PUT, form-encoded
    return cms.generic("PUT", address, f"value={value}", content_type="application/x-www-form-urlencoded")


def test_case_1_a_submitted_page_is_a_draft(cms: Client, article: Any) -> None:
    submit(cms, article, "uk")
    assert article.get_translation(locale_of("uk")).live is False


def test_case_2_a_subtree_is_submitted_whole(client: Client, tree: Tree) -> None:
    locale_of("de")
    log_in_to_cms(client, make_administrator())
    submit(client, tree["en"].home, "de", include_subtree="on")
    home = tree["en"].home.get_translation(locale_of("de"))
    assert home.numchild == home.get_children().count() == 1
    assert home.get_descendants().count() == tree["en"].home.get_descendants().count()
    assert Page.find_problems() == ([], [], [], [], [])


def test_case_4_an_incomplete_page_is_not_published_from_the_editor(cms: Client, article: Any) -> None:
    translation = submitted(article, "uk")
    fill(translation, leave="title")
    page = translation.get_target_instance()
    response = press_publish(cms, page)
    assert "1 string is missing or wrong" in words(response)
    assert fresh(page).live is False
    set_string(translation, "title", "Відпочинок")
    assert "Published" in words(press_publish(cms, page))
    assert (fresh(page).live, fresh(page).title) == (True, "Відпочинок")


def test_case_4_an_incomplete_page_is_not_published_in_bulk(cms: Client, article: Any) -> None:
    translation = submitted(article, "uk")
    page = translation.get_target_instance()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={page.pk}"
    fill(translation, leave="title")
    with TestCase.captureOnCommitCallbacks(execute=True):
        cms.post(address)
    assert fresh(page).live is False
    fill(translation)
    with TestCase.captureOnCommitCallbacks(execute=True):
        cms.post(address)
    # The latest revision was made before anything was translated; the translation is published, not that.
    assert (fresh(page).live, fresh(page).title) == (True, "[uk] Rest")


def test_case_4_an_incomplete_page_is_not_published_with_those_above_it(
    cms: Client, tree: Tree, article: Any
) -> None:
    page = submitted(article, "uk").get_target_instance()
    index = tree["uk"].index
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={index.pk}"
    with TestCase.captureOnCommitCallbacks(execute=True):
        cms.post(address, {"include_descendants": "on"})
    assert fresh(page).live is False


def test_case_4_no_script_workflow_or_schedule_publishes_an_incomplete_page(tree: Tree, article: Any) -> None:
    translation = submitted(article, "uk")
    page = translation.get_target_instance()
    revision = page.get_latest_revision()
    with pytest.raises(PublishPagePermissionError, match="missing or wrong"):
        revision.publish()
    fill(translation)
    with pytest.raises(PublishPagePermissionError, match="older than its translation"):
        revision.publish()
    revision.approved_go_live_at = timezone.now()
    revision.publish()  # nobody to tell: logged, and nothing happens
    assert fresh(page).live is False
    assert publish(translation).live is True


def test_case_4_an_incomplete_translation_is_not_stopped(cms: Client, article: Any) -> None:
    """Stopped, it could be published in English from the ordinary editor."""
    translation = submitted(article, "uk")
    address = reverse("wagtail_localize:stop_translation", args=[translation.pk])
    cms.post(address)
    translation.refresh_from_db()
    assert translation.enabled is True
    fill(translation)
    cms.post(address)
    translation.refresh_from_db()
    assert translation.enabled is False


def test_a_translation_does_not_start_below_an_untranslated_page(client: Client, tree: Tree) -> None:
    """Upstream would publish copies of the pages above it, in English."""
    locale_of("de")
    log_in_to_cms(client, make_administrator())
    submit(client, tree["en"].article, "de")
    assert not Page.objects.filter(locale=locale_of("de")).exists()


def test_case_5_an_empty_string_counts_as_missing(cms: Client, article: Any) -> None:
    translation = submitted(article, "uk")
    fill(translation)
    answer = save(cms, translation, "title", "%20").json()
    assert answer["error"] == "The translation is empty."
    total, done = translation.get_progress()
    assert done == total - 1
    press_publish(cms, translation.get_target_instance())
    assert translation.get_target_instance().live is False


def test_case_6_a_dropped_link_is_an_error_in_the_editor(cms: Client, article: Any) -> None:
    translation = submitted(article, "uk")
    text = translation.source.stringsegment_set.get(string__data__contains="about sleep").context.path
    answer = save(cms, translation, text, "Читайте 30 хвилин.").json()
    assert "links differ" in answer["error"]


def test_case_7_a_menu_label_that_is_too_long_is_an_error_and_no_500(tree: Tree) -> None:
    menu = Menu(position=Menu.Position.HEADER, title="Main", locale=locale_of("en"))
    menu.items = [MenuItem(page=tree["en"].article, label="Sleep", locale=locale_of("en"), sort_order=1)]
    menu.save()
    translation = submitted(menu, "uk")
    fill(translation)
    row = set_string(translation, "items", "ш" * 41)
    assert row.get_error() == "The translation has 41 characters; at most 40 fit here."
    with pytest.raises(IncompleteError):
        publish(translation)


def test_case_8_a_heading_in_a_body_that_is_too_long_is_an_error(article: Any) -> None:
    translation = submitted(article, "uk")
    row = set_string(translation, "body", "ш" * 121, source="Why we sleep")
    assert "at most 120" in (row.get_error() or "")
    row = set_string(translation, "body", "ш" * 301, source="Get up early")
    assert "at most 300" in (row.get_error() or "")


def test_case_9_a_title_of_256_characters_is_an_error_and_no_500(cms: Client, article: Any) -> None:
    translation = submitted(article, "uk")
    response = save(cms, translation, "title", "w" * 256)
    assert response.status_code in {200, 201}
    assert "at most 255" in response.json()["error"]


def test_the_working_title_of_a_page_is_text(article: Any) -> None:
    translation = submitted(article, "uk")
    set_string(translation, "title", "Сон &amp; спокій")
    assert translation.get_target_instance().draft_title == "Сон & спокій"


@pytest.mark.parametrize(
    "html", ["<script>x</script>", '<b onclick="x">x</b>', "<p>x</p>", '<a href="/">x</a>']
)
def test_case_10_markup_that_may_not_be_there_is_an_error(cms: Client, article: Any, html: str) -> None:
    translation = submitted(article, "uk")
    row = set_string(translation, "summary", html)
    assert row.get_error()
    assert any(item.path == "summary" for item in shortcomings(translation))


def test_strings_written_in_bulk_are_checked_before_publishing(article: Any) -> None:
    translation = submitted(article, "uk")
    fill(translation)
    StringTranslation.objects.filter(context__path="title", locale=locale_of("uk")).update(data=" ")
    with pytest.raises(IncompleteError, match="empty"):
        publish(translation)


def test_case_11_the_slug_is_the_same_in_every_language_and_nobody_is_asked(tree: Tree) -> None:
    assert tree["uk"].article.slug == tree["en"].article.slug
    translation = Translation.objects.get(
        source__object_id=tree["en"].article.translation_key, target_locale=locale_of("uk")
    )
    paths = translation.source.stringsegment_set.values_list("context__path", flat=True)
    overrides = translation.source.overridablesegment_set.values_list("context__path", flat=True)
    assert "slug" not in {*paths, *overrides}
    edit(tree["en"].article, slug="sleeping")
    translation.source.update_from_db()
    assert publish(translation).slug == "sleeping"


def test_case_12_an_edited_original_makes_its_translations_outdated_at_once(
    cms: Client, tree: Tree, django_assert_num_queries: Any
) -> None:
    assert not outdated().exists()
    edit(tree["en"].article, title="Good sleep")
    ukrainian = locale_of("uk")
    with django_assert_num_queries(1):
        found = list(outdated(ukrainian))
    assert [item.source.object_repr for item in found] == ["Sleep"]
    assert found[0].get_status_display() == "Outdated: the original has changed"
    response = cms.get(reverse("wagtailadmin_pages:edit", args=[tree["uk"].article.pk]))
    assert "The original has changed" in words(response)
    sync(cms, tree["en"].article)
    assert not outdated().exists()


def test_case_12_an_edited_snippet_is_outdated_too(tree: Tree) -> None:
    topic = make_topic()
    translated(topic, "uk")
    translation = Translation.objects.get(source__object_id=topic.translation_key)
    assert translation.get_status_display() == "Up to date"
    topic.name = "Good sleep"
    topic.save()
    assert translation.get_status_display() == "Outdated: the original has changed"


def test_case_13_sync_and_publish_leaves_the_old_translation_for_changed_strings(
    cms: Client, tree: Tree
) -> None:
    edit(tree["en"].article, title="Good sleep")
    response = sync(cms, tree["en"].article, publish_translations="on")
    assert "1 string is missing or wrong" in words(response)
    page = fresh(tree["uk"].article)
    assert (page.live, page.title, page.summary) == (True, "[uk] Sleep", "[uk] How to sleep")


def test_case_13_a_published_snippet_keeps_its_translation(tree: Tree) -> None:
    topic = make_topic()
    ukrainian = translated(topic, "uk")
    topic.name = "Good sleep"
    topic.save()
    translation = submitted(topic, "uk")
    with pytest.raises(IncompleteError):
        publish(translation)
    ukrainian.refresh_from_db()
    assert ukrainian.name == "[uk] Sleep"


def test_case_14_the_previous_translation_is_shown_and_not_counted(cms: Client, tree: Tree) -> None:
    html = '<p>Read <a href="https://example.org/sleep">about sleep</a> for 45 minutes.</p><p>Then rest.</p>'
    edit(tree["en"].article, title="Good sleep", body=body(html=html))
    sync(cms, tree["en"].article)
    translation = Translation.objects.get(
        source__object_id=tree["en"].article.translation_key, target_locale=locale_of("uk")
    )
    rows = {
        row.translation_of.data: row
        for row in StringTranslation.objects.filter(tool_name="Previous translation")
    }
    assert rows.pop("Good sleep").data == "[uk] Sleep"
    (paragraph,) = rows.values()  # the new paragraph has no predecessor
    assert paragraph.data == '[uk] Read <a id="a1">about sleep</a> for 30 minutes.'
    assert paragraph.has_error
    total, done = translation.get_progress()
    assert total - done == 3
    assert "original has changed" in (paragraph.get_error() or "")
    assert save(cms, translation, "title", "Good%20sleep%20uk").json()["error"] is None


def test_case_15_reordered_blocks_keep_their_translations(cms: Client, tree: Tree) -> None:
    edit(tree["en"].article, body=body()[::-1])
    sync(cms, tree["en"].article, publish_translations="on")
    page = fresh(tree["uk"].article)
    assert [block.block_type for block in page.body] == ["key_points", "text", "heading"]
    assert page.body[2].value["text"] == "[uk] Why we sleep"


def test_case_16_what_the_original_clears_is_cleared(cms: Client, tree: Tree) -> None:
    edit(tree["en"].article, search_description="Sleep well")
    source = tree["en"].article
    sync(cms, source)
    translation = Translation.objects.get(
        source__object_id=source.translation_key, target_locale=locale_of("uk")
    )
    fill(translation)
    assert publish(translation).search_description == "[uk] Sleep well"
    edit(source, search_description="", body=body()[:1])
    sync(cms, source, publish_translations="on")
    page = fresh(tree["uk"].article)
    assert (page.search_description, len(page.body)) == ("", 1)


def test_case_18_topics_are_localised_and_clearable(cms: Client, tree: Tree) -> None:
    topic = make_topic()
    ukrainian = translated(topic, "uk")
    page = fresh(tree["en"].article)
    page.article_topics = [ArticleTopic(topic=topic, locale=locale_of("en"))]
    page.save_revision().publish()
    sync(cms, page, publish_translations="on")
    assert [item.pk for item in fresh(tree["uk"].article).topics] == [ukrainian.pk]
    page = fresh(page)
    page.article_topics = []
    page.save_revision().publish()
    sync(cms, page, publish_translations="on")
    assert fresh(tree["uk"].article).topics == []


def test_case_19_translations_are_unpublished_with_their_original(tree: Tree) -> None:
    tree["en"].article.unpublish()
    assert fresh(tree["uk"].article).live is False
    assert fresh(tree["uk"].index).live is True


def test_case_19_an_unpublished_translation_leaves_the_others_alone(tree: Tree) -> None:
    tree["uk"].article.unpublish()
    assert fresh(tree["en"].article).live is True


def test_case_19_a_stopped_translation_lives_its_own_life(tree: Tree) -> None:
    Translation.objects.update(enabled=False)
    tree["en"].article.unpublish()
    assert fresh(tree["uk"].article).live is True


def test_case_25_bulk_publishing_after_a_sync_applies_the_changes(cms: Client, tree: Tree) -> None:
    edit(tree["en"].article, body=body()[:1])
    sync(cms, tree["en"].article)
    page = tree["uk"].article
    with TestCase.captureOnCommitCallbacks(execute=True):
        cms.post(reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={page.pk}")
    assert len(fresh(page).body) == 1


def test_case_33_a_string_translated_elsewhere_is_filled_in_when_all_agree(cms: Client, tree: Tree) -> None:
    other = make_article(tree["en"].index, title="Dreams", slug="dreams", summary="About dreams")
    submit(cms, other, "uk")
    rows = StringTranslation.objects.filter(context__object_id=other.translation_key)
    filled = {row.translation_of.data: (row.data, row.tool_name, row.translation_type) for row in rows}
    assert filled["Why we sleep"] == ("[uk] Why we sleep", "Translation memory", "machine")
    assert "Dreams" not in filled
    set_string(submitted(other, "uk"), "body", "Навіщо спати", source="Why we sleep")
    third = make_article(tree["en"].index, title="Naps", slug="naps", summary="About naps")
    submit(cms, third, "uk")
    assert not StringTranslation.objects.filter(
        context__object_id=third.translation_key, translation_of__data="Why we sleep"
    ).exists()


@pytest.mark.parametrize(
    ("address", "wrong"), [("javascript:alert(1)", True), ("https://example.org/uk", False)]
)
def test_a_link_that_runs_a_script_is_refused(cms: Client, article: Any, address: str, wrong: bool) -> None:
    translation = submitted(article, "uk")
    fill(translation)
    segment = OverridableSegment.objects.get(source=translation.source, context__path__contains="example.org")
    answer = cms.generic(
        "PUT",
        reverse("wagtail_localize:edit_override", args=[translation.pk, segment.pk]),
        f"value={address}",
        content_type="application/x-www-form-urlencoded",
    )
    assert (answer.json()["error"] is not None) is wrong
    assert SegmentOverride.objects.get().has_error is wrong
    press_publish(cms, translation.get_target_instance())
    page = translation.get_target_instance()
    assert page.live is not wrong
    assert "javascript" not in str(page.body.raw_data)


def test_an_alias_becomes_a_draft_when_its_translation_starts(cms: Client, article: Any) -> None:
    """Upstream leaves it published: the original's text that no longer says whose it is."""
    alias = article.copy_for_translation(locale_of("uk"), alias=True)
    assert alias.live is True
    submit(cms, article, "uk")
    alias = fresh(alias)
    assert (alias.alias_of_id, alias.live) == (None, False)


def test_saving_a_draft_never_touches_a_published_translation(tree: Tree) -> None:
    translation = submitted(edit(tree["en"].article, body=body()[:1]), "uk")
    with pytest.raises(IncompleteError, match="published"):
        translation.save_target(publish=False)
    assert len(fresh(tree["uk"].article).body) == 3


def test_a_page_that_is_no_translation_is_published_as_ever(tree: Tree) -> None:
    page = add(tree["en"].home, type(tree["en"].index)(title="More", slug="more", locale=locale_of("en")))
    assert page.live is True
