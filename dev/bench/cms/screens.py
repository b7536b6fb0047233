"""The screens of the CMS that are measured: their addresses, and what an editor sends to them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from wagtail.blocks import FieldBlock, ListBlock, StreamBlock, StructBlock
from wagtail.models import Page

EDITOR, SUPERUSER = "bench-editor@attune.example", "bench-superuser@attune.example"
WORD = "hurry"  # in one title of six


@dataclass(frozen=True)
class Asking:
    """Who asks, about which article (its number in the database), for which time."""

    client: Client
    article: int
    number: int

    @property
    def list_of_articles(self) -> int:
        parent: int = Page.objects.get(pk=self.article).get_parent().pk
        return parent


@dataclass(frozen=True)
class Request:
    """A GET without `data`, a POST with it."""

    address: str
    data: dict[str, Any] | None = None


@dataclass(frozen=True)
class Screen:
    """One screen. `request` is made before the clock starts; `is_right` looks at the answer."""

    name: str
    request: Callable[[Asking], Request]
    is_right: Callable[[Any], bool]
    who: str = EDITOR


def is_shown(response: HttpResponse) -> bool:
    return response.status_code == 200


def is_saved(response: HttpResponse) -> bool:
    """Saved or published: an invalid form would be shown again."""
    return response.status_code == 302


def edit(asking: Asking) -> Request:
    return Request(f"/cms/pages/{asking.article}/edit/")


def draft(asking: Asking) -> Request:
    return Request(edit(asking).address, typed(asking))


def publish(asking: Asking) -> Request:
    return Request(edit(asking).address, {**typed(asking), "action-publish": "action-publish"})


def typed(asking: Asking) -> dict[str, Any]:
    """What the editor of the article sends when the title and the summary have been changed."""
    html = asking.client.get(edit(asking).address, secure=True).content
    page: Any = Page.objects.get(pk=asking.article).specific.get_latest_revision_as_object()
    fields = fields_of(html, "#page-edit-form")
    fields |= dict(stream_fields(page.body.stream_block, page.body, "body"))
    name = page.title.partition(" · ")[0]
    return {**fields, "title": f"{name} · {asking.number}", "summary": f"Changed {asking.number} times."}


def fields_of(html: bytes, selector: str) -> dict[str, str]:
    """The fields of a form as a browser without any change would send them; StreamFields are not among them."""
    form = BeautifulSoup(html, "html.parser").select_one(selector)
    if form is None:
        raise LookupError(f"There is no {selector}.")
    fields: dict[str, str] = {}
    for tag in form.select("input, textarea, select"):
        name = str(tag.get("name", ""))
        if not name or tag.get("type") in {"checkbox", "radio", "submit"}:
            continue
        if tag.name == "select":
            chosen = tag.select_one("option[selected]")
            fields[name] = str(chosen["value"]) if chosen else ""
        else:
            fields[name] = tag.text if tag.name == "textarea" else str(tag.get("value", ""))
    return fields


def stream_fields(block: Any, value: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    """What the browser sends for the value of a block."""
    if isinstance(block, StreamBlock):
        yield f"{prefix}-count", str(len(value))
        for place, child in enumerate(value):
            yield from placed(child.block.name, child.id, f"{prefix}-{place}", place)
            yield from stream_fields(child.block, child.value, f"{prefix}-{place}-value")
    elif isinstance(block, ListBlock):
        yield f"{prefix}-count", str(len(value))
        for place, child in enumerate(value.bound_blocks):
            yield from placed("", child.id, f"{prefix}-{place}", place)
            yield from stream_fields(child.block, child.value, f"{prefix}-{place}-value")
    elif isinstance(block, StructBlock):
        for name, child_block in block.child_blocks.items():
            yield from stream_fields(child_block, value.get(name), f"{prefix}-{name}")
    elif isinstance(block, FieldBlock):
        plain = block.field.prepare_value(block.value_for_form(value))
        plain = plain.pk if isinstance(plain, Model) else plain
        shown = block.field.widget.format_value(plain)
        yield prefix, "" if shown is None else shown[0] if isinstance(shown, list) else shown
    else:
        raise TypeError(f"No form is known of {type(block).__name__}.")


def placed(kind: str, key: str | None, prefix: str, place: int) -> Iterator[tuple[str, str]]:
    yield f"{prefix}-deleted", ""
    yield f"{prefix}-order", str(place)
    yield f"{prefix}-id", key or ""
    if kind:
        yield f"{prefix}-type", kind


def at(address: str, **query: str) -> Callable[[Asking], Request]:
    """A GET of `address`, in which {list} is the number of the list of articles, and {article} the article's."""

    def request(asking: Asking) -> Request:
        path = address.format(list=asking.list_of_articles, article=asking.article)
        return Request(f"{path}?{urlencode(query)}" if query else path)

    return request


EXPLORER, CHOOSER = "/cms/pages/{list}/", "/cms/choose-page/"
SCREENS: list[Screen] = [
    Screen("edit form", edit, is_shown),
    Screen("save a draft", draft, is_saved),
    Screen("publish", publish, is_saved),
    Screen("page chooser", at(CHOOSER), is_shown),
    Screen("page chooser, in the list", at(CHOOSER + "{list}/"), is_shown),
    Screen("page chooser, searched", at(CHOOSER + "search/", q=WORD), is_shown),
    Screen("explorer", at(EXPLORER), is_shown),
    Screen("explorer, page 150", at(EXPLORER, p="150"), is_shown),
    Screen("explorer, by title", at(EXPLORER, ordering="title"), is_shown),
    Screen("explorer, by date", at(EXPLORER, ordering="-latest_revision_created_at"), is_shown),
    Screen("explorer, searched", at(EXPLORER, q=WORD), is_shown),
    Screen("explorer, superuser", at(EXPLORER), is_shown, who=SUPERUSER),
    Screen("explorer, searched, superuser", at(EXPLORER, q=WORD), is_shown, who=SUPERUSER),
]
