"""The translators' desk: what there is to do in each of one's languages.

Translators have no rights in the original's tree, so Wagtail's explorer doesn't lead them there.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.admin.utils import quote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.menu import MenuItem
from wagtail.models import Locale, Page, TranslatableMixin
from wagtail.snippets.models import get_snippet_models
from wagtail_localize.models import Translation

from core.models.pages import hidden_keys, unrestricted, without_hidden
from core.permissions import languages_of, may_touch
from core.users import AnyUser
from translation.state import outdated, reads_differently, unfinished, unpublished_changes


@dataclass(frozen=True)
class Task:
    """One page that waits, and where the work on it starts."""

    title: str
    url: str


@dataclass(frozen=True)
class Work:
    """What there is to do in a language."""

    language: str
    missing: list[Task]
    drafts: list[Task]
    unpublished: list[Task]
    outdated: list[Task]


def missing(locale: Locale) -> list[Page]:
    """Public originals without a translation whose parent has one, from the top of the tree down. 2 queries."""
    done = set(
        Page.objects.filter(locale=locale, alias_of__isnull=True).values_list("translation_key", flat=True)
    )
    originals = unrestricted(without_hidden(Page.objects.live())).filter(
        locale__language_code=settings.LANGUAGE_CODE, alias_of__isnull=True, depth__gt=1
    )
    keys = {page.path: page.translation_key for page in originals}
    return [
        page
        for page in originals
        if page.translation_key not in done
        and (page.depth == 2 or keys.get(page.path[: -Page.steplen]) in done)
    ]


def drafts(locale: Locale) -> list[Page]:
    """Translations that have begun and aren't published. 1 query."""
    keys = Translation.objects.filter(target_locale=locale, enabled=True).values("source__object_id")
    return list(without_hidden(Page.objects.filter(locale=locale, live=False, translation_key__in=keys)))


def unpublished(locale: Locale, *, known: set[Any]) -> list[Page]:
    """Published pages with strings that are missing, wrong or newer than what readers see. 2 queries.

    `known` are translation keys that stand in another list.
    """
    keys = unfinished(locale).values("source__object_id")
    pages = Page.objects.filter(locale=locale, live=True, alias_of__isnull=True, translation_key__in=keys)
    return [
        page
        for page in without_hidden((pages | unpublished_changes(locale)).distinct().order_by("path"))
        if page.translation_key not in known
    ]


def snippets_in(locale: Locale, user: AnyUser) -> tuple[list[Task], list[Task], list[Task]]:
    """The snippets that `user` may change: not begun, with missing strings, outdated. 4 queries for each model."""
    new, begun, changed = [], [], []
    incomplete = set(unfinished(locale).values_list("source__object_id", flat=True))
    for model in get_snippet_models():
        if not issubclass(model, TranslatableMixin) or not may_touch(user, model, "change"):
            continue
        kind = model._meta.verbose_name
        originals = {
            item.translation_key: item
            for item in model._default_manager.filter(locale__language_code=settings.LANGUAGE_CODE)
        }
        here = {item.translation_key: item for item in model._default_manager.filter(locale=locale)}
        sources = {
            item.source.object_id: item.source
            for item in Translation.objects.filter(
                target_locale=locale,
                enabled=True,
                source__specific_content_type=ContentType.objects.get_for_model(model),
            ).select_related("source")
        }
        for key, original in originals.items():
            name = f"{capfirst(kind)}: {original}"
            if key not in here:
                label, model_name = model._meta.app_label, model._meta.model_name
                address = reverse(
                    "wagtail_localize:submit_snippet_translation",
                    args=[label, model_name, quote(original.pk)],
                )
                new.append(Task(name, f"{address}?{urlencode({'select_locale': locale.language_code})}"))
            elif key in sources and reads_differently(original, sources[key]):
                changed.append(Task(name, update_address(sources[key].pk, locale)))
            elif key in incomplete:
                address = AdminURLFinder(user).get_edit_url(here[key])
                if address:
                    begun.append(Task(name, address))
    return new, begun, changed


def work_in(locale: Locale, user: AnyUser) -> Work:
    def submit(page: Page) -> Task:
        address = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        return Task(page.title, f"{address}?{urlencode({'select_locale': locale.language_code})}")

    def editor(page: Page) -> Task:
        return Task(page.get_admin_display_title(), reverse("wagtailadmin_pages:edit", args=[page.pk]))

    new, begun, changed = snippets_in(locale, user)
    behind = list(outdated(locale).exclude(source__object_id__in=hidden_keys()))
    known = {item.source.object_id for item in behind}
    return Work(
        language=locale.get_display_name(),
        missing=[submit(page) for page in missing(locale)] + new,
        drafts=[editor(page) for page in drafts(locale)] + begun,
        unpublished=[editor(page) for page in unpublished(locale, known=known)],
        outdated=[Task(item.source.object_repr, sync_address(item)) for item in behind] + changed,
    )


def sync_address(translation: Translation, **query: str) -> str:
    """Where the original's new text is taken over, for this language alone; afterwards back to the desk."""
    return update_address(translation.source_id, translation.target_locale, **query)


def update_address(source_id: int, locale: Locale, **query: str) -> str:
    address = reverse("wagtail_localize:update_translations", args=[source_id])
    back = {"next": reverse("translation_desk"), "language": locale.language_code}
    return f"{address}?{urlencode({**back, **query})}"


def may_translate(user: AnyUser) -> bool:
    return bool(user.has_perm("wagtail_localize.submit_translation"))


def desk(request: HttpRequest) -> HttpResponse:
    """`/cms/translate/`: for those who translate."""
    if not may_translate(request.user):
        raise PermissionDenied
    languages = [
        locale
        for locale in languages_of(request.user)
        if locale.language_code in dict(settings.LANGUAGES) and locale.language_code != settings.LANGUAGE_CODE
    ]
    return render(
        request,
        "cms/translation_desk.html",
        {"work": [work_in(locale, request.user) for locale in languages]},
    )


class DeskMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_translate(request.user)


def menu_item() -> MenuItem:
    return DeskMenuItem(
        _("To translate"), reverse("translation_desk"), icon_name="wagtail-localize-language", order=150
    )
