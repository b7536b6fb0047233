"""The guards that Wagtail's hooks call (registered in core.wagtail_hooks)."""

import logging
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.models import Locale, Page, Revision, TranslatableMixin
from wagtail_localize.models import Translation

from core.translation.permissions import may_work_in
from core.translation.state import is_outdated, last_change, sentence_about, shortcomings, translation_of

logger = logging.getLogger(__name__)


# --- Publishing -------------------------------------------------------------------------------------------------


def guard_editor(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """Before the translation editor: no publishing while something is missing; a word when it is outdated."""
    translation = translation_of(instance)
    if translation is None:
        return None
    if request.method == "POST" and request.POST.get("action") == "publish":
        if missing := shortcomings(translation):
            messages.error(request, sentence_about(missing))
            return redirect(request.path)
    elif request.method == "GET" and is_outdated(translation):
        messages.warning(
            request,
            _(
                "The original has changed since. Press “Sync translated pages” there to see what to translate."
            ),
        )
    return None


def guard_bulk_publishing(
    request: HttpRequest, action_type: str, objects: list[Any], view: Any
) -> HttpResponse | None:
    """Before pages are published in bulk: nothing at all if a translation among them isn't complete.

    The complete ones are written anew first: their latest revision may be older than their last string.
    """
    if action_type != "publish" or not issubclass(view.model, Page):
        return None
    pages = list(objects)
    if view.cleaned_form.cleaned_data.get("include_descendants"):
        for page in objects:
            pages += [
                draft
                for draft in page.get_descendants().not_live()
                if draft.permissions_for_user(request.user).can_publish()
            ]
    pairs = [(page, translation) for page in pages if (translation := translation_of(page)) is not None]
    problems = [(page, missing) for page, translation in pairs if (missing := shortcomings(translation))]
    if problems:
        for page, missing in problems:
            messages.error(request, f"{page.get_admin_display_title()}: {sentence_about(missing)}")
        return redirect(view.next_url)
    for page, translation in pairs:
        translation.source.create_or_update_translation(
            translation.target_locale, user=request.user, publish=False, fallback=True
        )
        page.refresh_from_db(fields=["latest_revision"])
    return None


def guard_revision(page: Page, revision: Revision, user: Any = None) -> bool:
    """Whether `revision` of `page` may be published now: the last door, for workflows, schedules and scripts.

    Raises PublishPagePermissionError for a translation that is incomplete, or whose revision is older than its
    strings. A schedule runs without a person to tell: False, and a line in the log.
    """
    translation = translation_of(page)
    if translation is None:
        return True
    missing = shortcomings(translation)
    if not missing and revision.created_at >= last_change(translation):
        return True
    sentence = sentence_about(missing) if missing else _("This version is older than its translation.")
    if user is None and revision.approved_go_live_at:
        logger.warning("translation_not_published page=%s", page.pk)
        return False
    raise PublishPagePermissionError(sentence)


def unpublish_translations(page: Page) -> int:
    """Unpublish what was translated from `page`, which has just been unpublished; returns how many pages."""
    followers = Translation.objects.filter(
        source__object_id=page.translation_key, source__locale_id=page.locale_id, enabled=True
    ).values("target_locale_id")
    translated = Page.objects.filter(
        translation_key=page.translation_key, locale_id__in=followers, live=True, alias_of__isnull=True
    )
    count = 0
    for translation in translated.exclude(pk=page.pk).specific():
        translation.unpublish()
        count += 1
    return count


# --- Serving ----------------------------------------------------------------------------------------------------


def guard_serving(page: Page, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]) -> None:
    """A page is never shown under another language's address (a copied page keeps its language).

    Unless its type says so itself: a specialist's own words stand among facts in the language being read.
    """
    language = getattr(page, "shown_in", "") or page.locale.language_code
    if language != get_language():
        raise Http404


# --- Snippets ---------------------------------------------------------------------------------------------------
# Wagtail's permissions on snippets know no languages; a translator of one would write in all of them.


def guard_snippet(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """Before a snippet is edited: in one's own languages only."""
    if not isinstance(instance, TranslatableMixin):
        return None
    if not may_work_in(request.user, instance.locale):
        raise PermissionDenied
    return guard_editor(request, instance)


def guard_snippets_deletion(request: HttpRequest, instances: list[Any]) -> None:
    """Before snippets are deleted: in one's own languages only."""
    for instance in instances:
        if isinstance(instance, TranslatableMixin) and not may_work_in(request.user, instance.locale):
            raise PermissionDenied


def guard_snippet_creation(request: HttpRequest, model: type) -> None:
    """Before a snippet is made: in one's own languages only."""
    if not issubclass(model, TranslatableMixin):
        return
    code = request.GET.get("locale")
    locale = Locale.objects.filter(language_code=code).first() if code else Locale.get_default()
    if locale is None or not may_work_in(request.user, locale):
        raise PermissionDenied


def guard_bulk_snippets(request: HttpRequest, action_type: str, objects: list[Any], view: Any) -> None:
    """Before snippets are changed in bulk: in one's own languages only."""
    if not issubclass(view.model, Page):
        guard_snippets_deletion(request, objects)


def hide_report(request: HttpRequest, menu_items: list[Any]) -> None:
    """The list of translations, with every title in it, is for those who translate."""
    if not request.user.has_perm("wagtail_localize.submit_translation"):
        menu_items[:] = [item for item in menu_items if "/localize/" not in item.url]
