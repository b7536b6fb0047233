"""The translators' desk: what there is to do in each of one's languages.

Translators have no rights in the original's tree, so Wagtail's explorer doesn't lead them there.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation

from core.models.pages import hidden_keys, unrestricted, without_hidden
from core.translation.permissions import languages_of
from core.translation.state import outdated


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


def work_in(locale: Locale) -> Work:
    def submit(page: Page) -> Task:
        address = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        return Task(page.title, f"{address}?{urlencode({'select_locale': locale.language_code})}")

    return Work(
        language=locale.get_display_name(),
        missing=[submit(page) for page in missing(locale)],
        drafts=[
            Task(page.get_admin_display_title(), reverse("wagtailadmin_pages:edit", args=[page.pk]))
            for page in drafts(locale)
        ],
        outdated=[
            Task(item.source.object_repr, sync_address(item))
            for item in outdated(locale).exclude(source__object_id__in=hidden_keys())
        ],
    )


def sync_address(translation: Translation, **query: str) -> str:
    """Where the original's new text is taken over; afterwards back to the desk."""
    address = reverse("wagtail_localize:update_translations", args=[translation.source_id])
    return f"{address}?{urlencode({'next': reverse('translation_desk'), **query})}"


def may_translate(user: Any) -> bool:
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
    return render(request, "cms/translation_desk.html", {"work": [work_in(locale) for locale in languages]})


class DeskMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_translate(request.user)


def menu_item() -> MenuItem:
    return DeskMenuItem(
        _("To translate"), reverse("translation_desk"), icon_name="wagtail-localize-language", order=150
    )
