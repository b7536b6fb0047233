"""What the explorer offers beside each page: wagtail-localize's two buttons, without its queries for each of them.

wagtail-localize asks two to four times for every page of a list. Here the list itself says it, in its one query.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Locale, Page
from wagtail_localize import wagtail_hooks as upstream
from wagtail_localize.models import TranslationSource

from core.users import User

HOOK = "register_page_listing_more_buttons"
SUBMIT = "wagtail_localize.submit_translation"
TRANSLATE, SYNC = "Translate this page", "Sync translated pages"  # in wagtail-localize's own catalogues
LACKS, SOURCE = "_lacks_translation", "_translation_source"


def replace_buttons() -> None:
    """Put ours where wagtail-localize's stand, in lists alone. Called once, when hooks are registered."""
    hooks._hooks[HOOK].remove((upstream.page_listing_more_buttons, 0))
    hooks.register(HOOK, buttons)
    hooks.register("construct_explorer_page_queryset", with_translations)


def with_translations(parent: Page, pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    """The pages of a list, each with what `buttons` needs to know of it."""
    if not request.user.has_perm(SUBMIT):
        return pages
    translated = Page.objects.filter(
        translation_key=OuterRef(OuterRef("translation_key")), alias_of__isnull=True
    ).values("locale_id")
    source = TranslationSource.objects.filter(
        object_id=OuterRef("translation_key"),
        object__content_type=ContentType.objects.get_for_model(Page),
        locale_id=OuterRef("locale_id"),
        translations__enabled=True,
    ).values("pk")
    return pages.annotate(
        **{LACKS: Exists(Locale.objects.exclude(pk__in=translated)), SOURCE: Subquery(source[:1])}
    )


def buttons(page: Page, user: User, view_name: Any = None, next_url: str | None = None) -> Iterator[Button]:
    """wagtail-localize's, for pages of the explorer; where nobody has asked ahead, it asks itself."""
    if not hasattr(page, LACKS):
        yield from upstream.page_listing_more_buttons(page, user, view_name, next_url)
        return
    if page.is_root() or not user.has_perm(SUBMIT):
        return
    if getattr(page, LACKS):
        address = reverse("wagtail_localize:submit_page_translation", args=[page.alias_of_id or page.pk])
        yield Button(gettext(TRANSLATE), address, priority=60, icon_name="wagtail-localize-language")
    if source := getattr(page, SOURCE):
        address = reverse("wagtail_localize:update_translations", args=[source])
        if next_url is not None:
            address += f"?{urlencode({'next': next_url})}"
        yield Button(gettext(SYNC), address, priority=60, icon_name="resubmit")
