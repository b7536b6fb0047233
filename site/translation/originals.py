"""Pages that follow no original: what wagtail-localize asks about each of them four times is asked once.

Most pages that editors open are originals. The guard before the editor (translation.guards) asks whether there is any
record of a translation into the page's language; where there is none, three questions of upstream's have their answer.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page
from wagtail_localize import wagtail_hooks as upstream
from wagtail_localize.models import Translation

NOTE = "_follows_nothing"  # on the page that the editor holds, for this request
CONVERT = "localize-convert-to-alias"


def records_of(instance: Any) -> list[Translation]:
    """The translations that make this page or snippet, or made it until they were stopped. 1 query."""
    records = Translation.objects.filter(
        source__object_id=instance.translation_key, target_locale_id=instance.locale_id
    )
    found = list(records.select_related("source", "target_locale").order_by("pk"))
    if not found and isinstance(instance, Page):
        setattr(instance, NOTE, True)
    return found


def follows_nothing(page: Page) -> bool:
    """Whether it is known that no translation makes `page`, nor made it before."""
    return getattr(page, NOTE, False)


def before_edit_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    """In place of wagtail-localize's: its own answer, unless it is known to be none."""
    if follows_nothing(page) and not page.alias_of_id and CONVERT not in request.POST:
        return None
    answer: HttpResponse | None = upstream.before_edit_page(request, page)
    return answer


def unless_it_follows_nothing(is_shown: Callable[..., bool]) -> Callable[..., bool]:
    """`is_shown` of a menu item that is for translations alone."""

    @wraps(is_shown)
    def run(self: Any, context: dict[str, Any]) -> bool:
        page = context.get("page")
        return (page is None or not follows_nothing(page)) and is_shown(self, context)

    return run


def ask_once() -> None:
    """Put all of this in place. Called once, when hooks are registered."""
    hooks._hooks["before_edit_page"].remove((upstream.before_edit_page, 0))
    hooks.register("before_edit_page", before_edit_page)
    for item in (upstream.RestartTranslationPageActionMenuItem, upstream.ConvertToAliasPageActionMenuItem):
        item.is_shown = unless_it_follows_nothing(item.is_shown)
