"""Pages whose stored content is older than their blocks, or names what has been deleted since."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision
from wagtail.search.backends import get_search_backend
from wagtail_localize.models import TranslationSource
from wagtail_localize.segments.extract import extract_segments

from articles.models import ArticlePage, ArticleTopic, Contribution, Person
from core.blocks.body import BodyStreamBlock
from core.models import Picture
from core.models.pages import path_of
from home.models import HomePage
from tests.core.page_forms import form_of
from tests.core.pictures import content as picture_content
from tests.factories.content import block_values
from tests.factories.pages import Tree, fresh, make_topic
from tests.factories.people import log_in_to_cms, make_superuser

TREE = ()
pytestmark = [
    pytest.mark.django_db,
    # Comparing versions reads each text as HTML; what is stored wrongly may look like an address.
    pytest.mark.filterwarnings("ignore::bs4.MarkupResemblesLocatorWarning"),
]

KINDS = list(BodyStreamBlock().child_blocks)
WRONG: dict[str, Any] = {
    "nothing": None,
    "text": "text",
    "a number": 7,
    "a list": ["a", None, {"type": "item"}, {"type": "item", "value": None, "id": 7}],
    "no keys": {},
    "unknown keys": {"other": 1},
    "keys with nothing": dict.fromkeys(
        ["text", "level", "title", "html", "image", "points", "items", "url", "topic"]
    ),
    "keys with lists": {
        key: [] for key in ["text", "level", "title", "html", "image", "items", "url", "topic", "kind"]
    },
    "keys with text": dict.fromkeys(
        ["level", "image", "points", "items", "url", "topic", "kind"], "http://[x and more"
    ),
    "keys with numbers": dict.fromkeys(
        ["text", "level", "title", "html", "image", "points", "items", "topic"], 10**30
    ),
}


@pytest.fixture
def cms(client: Client) -> Client:
    log_in_to_cms(client, make_superuser())
    return client


def store(page: Page, field: str, raw: Any) -> Any:
    """Put `raw` into the row and into a new version, as nothing of the site would."""
    model = type(page)
    with connection.cursor() as cursor:
        cursor.execute(  # the names are our own
            f'UPDATE {model._meta.db_table} SET "{field}" = %s::jsonb WHERE page_ptr_id = %s',  # noqa: S608
            [json.dumps(raw), page.pk],
        )
    page = fresh(page)
    revision = page.save_revision()
    Revision.objects.filter(pk=revision.pk).update(content={**revision.content, field: json.dumps(raw)})
    return fresh(page)


def walk(cms: Client, page: Any) -> None:
    """Everything that reads a page: readers, editors, feeds, search, translation."""
    assert Client().get(path_of(page)).status_code == 200
    assert Client().get("/en/articles/feed/").status_code == 200
    for name in ("edit", "view_draft", "history", "usage", "copy", "unpublish", "delete"):
        address = reverse(f"wagtailadmin_pages:{name}", args=[page.pk])
        assert cms.get(address).status_code in {200, 302}, name
    revision = page.latest_revision_id
    for name, args in (
        ("revisions_revert", [page.pk, revision]),
        ("revisions_view", [page.pk, revision]),
        ("revisions_compare", [page.pk, "live", revision]),
        ("revisions_compare", [page.pk, "earliest", "latest"]),
    ):
        assert cms.get(reverse(f"wagtailadmin_pages:{name}", args=args)).status_code in {200, 302}, name
    extract_segments(page)
    TranslationSource.update_or_create_from_instance(page)
    page.structured_data()
    get_search_backend().add(page)
    Revision.objects.get(pk=revision).publish()
    assert Client().get(path_of(page)).status_code == 200
    fresh(page).unpublish()


@pytest.mark.parametrize("wrong", WRONG)
def test_a_block_that_is_stored_wrongly_breaks_nothing(tree: Tree, cms: Client, wrong: str) -> None:
    raw = [{"type": kind, "value": WRONG[wrong], "id": "a"} for kind in KINDS]
    walk(cms, store(tree["en"].article, "body", raw))


@pytest.mark.parametrize(
    "raw",
    [
        {},
        "text",
        7,
        [None, 7, "text", [], {}, {"type": None}, {"type": "unknown", "value": {}}, {"type": "text"}],
        [{"type": "text", "value": "<p>Whole</p>", "id": 7}, {"value": "no type"}],
    ],
)
def test_a_body_that_is_stored_wrongly_breaks_nothing(tree: Tree, cms: Client, raw: Any) -> None:
    walk(cms, store(tree["en"].article, "body", raw))


def test_every_block_without_any_one_of_its_keys_breaks_nothing(tree: Tree, cms: Client) -> None:
    raw = []
    for kind, value in block_values().items():
        for key in value if isinstance(value, dict) else []:
            raw.append({"type": kind, "value": {name: one for name, one in value.items() if name != key}})
            raw.append({"type": kind, "value": {**value, key: None}})
    assert len(raw) > 40
    walk(cms, store(tree["en"].article, "body", raw))


def test_what_fits_is_left_as_it_is() -> None:
    block = BodyStreamBlock()
    raw = [{"type": kind, "value": value, "id": kind} for kind, value in block_values().items()]
    assert block.get_prep_value(block.to_python(raw)) == raw
    old = block.to_python(
        [{"type": "key_points", "value": {"title": "Old", "points": ["One", "Two"]}, "id": "a"}]
    )
    assert list(old[0].value["points"]) == ["One", "Two"]


def test_promises_that_are_stored_wrongly_break_nothing(tree: Tree) -> None:
    home = store(
        tree["en"].home, "promises", [{"type": "promise", "value": None}, {"type": "promise", "value": {}}]
    )
    assert isinstance(home, HomePage)
    assert Client().get(path_of(home)).status_code == 200


# --- What has been deleted ----------------------------------------------------------------------------------------


def with_things(tree: Tree) -> tuple[ArticlePage, dict[str, Any]]:
    """The article with a draft that names one of everything, none of which is on the published page."""
    things = {
        "person": Person.objects.create(name="Vera Example", slug="vera-example"),
        "picture": Picture.objects.create(title="Sleep", file=ContentFile(picture_content(), name="a.jpg")),
        "topic": make_topic("Rest", "rest"),
    }
    page = tree["en"].article
    things["page"] = page.get_parent().add_child(
        instance=ArticlePage(
            title="Other", slug="other", summary="Other", published_on="2026-03-01", locale=page.locale
        )
    )
    page.picture = page.social_image = things["picture"]
    page.contributions = [Contribution(person=things["person"])]
    page.article_topics = [ArticleTopic(topic=things["topic"])]
    link = f'<p>Read <a linktype="page" id="{things["page"].pk}">more</a></p>'
    page.body = BodyStreamBlock().to_python(
        [
            {"type": "image", "value": {"image": things["picture"].pk, "alt_text": "", "caption": ""}},
            {
                "type": "call_to_action",
                "value": {"kind": "specialist", "topic": things["topic"].pk, "title": "Go"},
            },
            {"type": "text", "value": link},
        ]
    )
    page.save_revision()
    return fresh(page), things


@pytest.mark.parametrize("gone", ["person", "picture", "topic", "page"])
@pytest.mark.parametrize("way", ["walk", "publish", "schedule", "workflow"])
def test_a_draft_that_names_what_is_deleted_can_be_read_and_published(
    tree: Tree, cms: Client, gone: str, way: str
) -> None:
    page, things = with_things(tree)
    things[gone].delete()
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    if way == "walk":
        walk(cms, page)
    elif way == "schedule":
        revision = page.latest_revision
        revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
        revision.save()
        call_command("publish_scheduled")
    elif way == "publish":
        fields = form_of(cms.get(edit).content)
        answer = cms.post(edit, {**fields, "action-publish": "action-publish"})
        assert answer.status_code in {200, 302}
    else:
        page.latest_revision.publish()
    assert Client().get(path_of(fresh(page))).status_code in {200, 404}


@pytest.mark.parametrize("gone", ["person", "picture", "topic", "page"])
def test_a_form_that_was_opened_before_something_was_deleted_is_answered(
    tree: Tree, cms: Client, gone: str
) -> None:
    page, things = with_things(tree)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    fields = form_of(cms.get(edit).content)
    things[gone].delete()
    for action in ("action-publish", "action-submit", ""):
        answer = cms.post(edit, {**fields, action: action} if action else fields)
        assert answer.status_code in {200, 302}, action
    assert cms.get(edit).status_code == 200
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert cms.post(preview, fields).status_code == 200
    assert cms.get(preview).status_code in {200, 302}


@pytest.mark.parametrize(
    ("deleted", "told"), [("person", "person"), ("picture", "picture"), ("topic", "topic"), ("page", "")]
)
def test_an_editor_is_told_what_a_draft_named_and_is_gone(
    tree: Tree, cms: Client, deleted: str, told: str
) -> None:
    page, things = with_things(tree)
    sentence = "named something that has been deleted since"
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    revert = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, page.latest_revision_id])
    assert sentence not in cms.get(edit).content.decode()
    things[deleted].delete()
    for address in (edit, revert):
        shown = cms.get(address).content.decode()
        assert (sentence in shown) is bool(told), address
        assert not told or told in shown.split(sentence)[1].split(".")[0]
    fresh(page).save_revision()  # what is saved without it names it no more
    assert sentence not in cms.get(edit).content.decode()
