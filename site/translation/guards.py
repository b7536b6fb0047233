"""The guards that Wagtail's hooks call (registered in translation.wagtail_hooks)."""

import logging
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.models import Locale, Page, Revision, RevisionMixin, TranslatableMixin
from wagtail_localize.models import Translation

from core.permissions import may_work_in
from core.users import User, UserRequest
from translation.desk import sync_address
from translation.memory import offer_previous
from translation.originals import records_of
from translation.restart import stopped, take_over
from translation.state import is_outdated, last_change, sentence_about, shortcomings, translation_of

logger = logging.getLogger(__name__)


# --- Publishing -------------------------------------------------------------------------------------------------


def guard_editor(request: UserRequest, instance: Any) -> HttpResponse | None:
    """Before the translation editor: no publishing while something is missing; a word when it is outdated."""
    if request.method == "POST" and "localize-restart-translation" in request.POST:
        return guard_restart(request, instance)
    translation = next((record for record in records_of(instance) if record.enabled), None)
    if translation is None:
        return None
    if not translation.source.object.has_translation(translation.source.locale_id):
        # The original is being deleted in this moment, or was without the signal: edit it as it is.
        Translation.objects.filter(pk=translation.pk).update(enabled=False)
        messages.warning(
            request, _("The original has been deleted. This page is edited by itself from now on.")
        )
        return redirect(request.path)
    if request.method == "POST" and request.POST.get("action") == "publish":
        if missing := shortcomings(translation):
            messages.error(request, sentence_about(missing))
            return redirect(request.path)
    elif request.method == "GET":
        warn_of_state(request, instance, translation)
    return None


def warn_of_state(request: HttpRequest, instance: Any, translation: Translation) -> None:
    """Say above the editor what its fields don't: the original has changed, or who may see the page differs."""
    # The source may have been brought up to date by somebody of another language.
    offer_previous(translation)
    if is_outdated(translation):
        messages.warning(
            request,
            format_html(
                '{} <a href="{}">{}</a>',
                _("The original has changed since."),
                sync_address(translation),
                _("Take over the changes"),
            ),
        )
    if isinstance(instance, Page) and instance.view_restrictions.exists():
        original = instance.get_translation_or_none(translation.source.locale)
        if original is not None and not original.get_view_restrictions().exists():
            messages.info(
                request,
                _("This page is private, and its original is public. Publishing it doesn't change that."),
            )


def guard_restart(request: UserRequest, instance: Any) -> HttpResponse | None:
    """Before a stopped translation starts again: what was written by hand meanwhile becomes its strings."""
    translation = stopped(instance)
    if translation is None:
        return None
    if isinstance(instance, Page) and instance.permissions_for_user(request.user).page_locked():
        raise PermissionDenied
    if not translation.source.object.has_translation(translation.source.locale_id):
        messages.error(request, _("The original has been deleted, so there is nothing to follow any more."))
        return redirect(request.path)
    if isinstance(instance, Page) and not save_typed(request, instance):
        messages.error(
            request,
            _("The page has errors, so the translation was not started again. Correct them and save first."),
        )
        typed = request.POST.copy()
        del typed["localize-restart-translation"]
        request.POST = typed  # type: ignore[assignment]  # shown again with its errors, by Wagtail's own editor
        return None
    with transaction.atomic():
        changed, left = take_over(
            instance.specific if isinstance(instance, Page) else instance, translation, user=request.user
        )
        refused = bool(left) and not isinstance(instance, RevisionMixin)
        transaction.set_rollback(refused)
    if refused:
        messages.error(
            request,
            _("This has no place in the original, and would be lost, so nothing was changed: %(texts)s")
            % {"texts": " · ".join(left)},
        )
        return redirect(request.path)
    if changed:
        messages.info(
            request,
            ngettext(
                "%(count)s text that was written by hand is kept.",
                "%(count)s texts that were written by hand are kept.",
                changed,
            )
            % {"count": changed},
        )
    if left:
        messages.warning(
            request,
            _(
                "The original has no place for these; they stay in the page's history, and on the site until you "
                "publish: %(texts)s"
            )
            % {"texts": " · ".join(left)},
        )
    return None


def save_typed(request: HttpRequest, page: Page) -> bool:
    """Keep what was typed into the page's form as a draft; False if it can't be."""
    draft = page.get_latest_revision_as_object()
    form_class = draft.get_edit_handler().get_form_class()
    if "title" not in request.POST:  # the button alone
        return True
    form = form_class(
        request.POST, request.FILES, instance=draft, parent_page=page.get_parent(), for_user=request.user
    )
    if not form.is_valid():
        return False
    form.save(commit=False).save_revision(user=request.user, changed=form.has_changed())
    return True


# --- Copying and moving -----------------------------------------------------------------------------------------


def guard_copy(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Before a page is copied: never below a page in another language, where it would be a 404."""
    if request.method != "POST":
        return None
    try:
        parent = Page.objects.filter(pk=int(request.POST.get("new_parent_page") or 0)).first()
    except ValueError:
        parent = None
    if parent is None or fits_below(page, parent):
        return None
    messages.error(request, wrong_language(page, parent))
    return redirect(request.get_full_path())


def guard_move(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    """Before a page is moved: the same. Moves in bulk are refused by Wagtail itself, which names the pages."""
    if fits_below(page, destination):
        return None
    messages.error(request, wrong_language(page, destination))
    return redirect("wagtailadmin_explore", page.get_parent().pk)


def fits_below(page: Page, parent: Page) -> bool:
    """Whether both are in one language; the root of all trees is in none."""
    return parent.depth == 1 or page.locale_id == parent.locale_id


def wrong_language(page: Page, parent: Page) -> str:
    return _(
        "“%(page)s” is in %(its)s and “%(parent)s” in %(other)s, so readers wouldn't find it there. Nothing was "
        "changed. Translate it instead."
    ) % {
        "page": page.get_admin_display_title(),
        "its": page.locale.get_display_name(),
        "parent": parent.get_admin_display_title(),
        "other": parent.locale.get_display_name(),
    }


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


def guard_revision(page: Page, revision: Revision, user: User | None = None) -> bool:
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


def guard_snippet(request: UserRequest, instance: Any) -> HttpResponse | None:
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


def fields_script() -> str:
    """In the editors: what the server answers to a field of the translation editor is shown in it."""
    return format_html(
        '<script src="{}" data-logged-out="{}"></script>',
        static("js/translation.js"),
        _("You are logged out, so this was not saved. Log in in another tab, then save it again here."),
    )


def hide_report(request: HttpRequest, menu_items: list[Any]) -> None:
    """The list of translations, with every title in it, is for those who translate."""
    if not request.user.has_perm("wagtail_localize.submit_translation"):
        menu_items[:] = [item for item in menu_items if "/localize/" not in item.url]
