"""Screens for what all apps share."""

from collections.abc import Collection
from typing import ClassVar

from django.db.models import F
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column, LocaleColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from core.merging.views import MergeMixin
from core.models import DangerPhrase, Helpline, Menu, Topic

TERM_COLUMNS = ["name", LocaleColumn(label=_("Language")), "slug"]


class OnlyScreens:
    """For a viewset that has none of Wagtail's screens but those in `screens`, by the names of their addresses.

    Its own screens are added to what `get_urlpatterns` returns here.
    """

    screens: ClassVar[Collection[str]]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in self.screens]  # type: ignore[misc]


class RecordViewSet(OnlyScreens, ModelViewSet):
    """Records that services alone write: the list of them, and no form, history or usage of Wagtail's."""

    screens: ClassVar[Collection[str]] = ("index", "index_results")
    copy_view_enabled = False
    form_fields: ClassVar[list[str]] = []  # Wagtail asks for some, though the form isn't among the screens


class TopicViewSet(MergeMixin, SnippetViewSet):
    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    menu_order = 220
    add_to_admin_menu = True
    list_display = TERM_COLUMNS


class MenuViewSet(SnippetViewSet):
    model = Menu
    icon = "list-ul"
    menu_label = _("Menus")
    menu_order = 230
    add_to_admin_menu = True
    list_display = ["title", "position"]


class HelplineViewSet(SnippetViewSet):
    """Helplines, never checked ones first, then those checked longest ago: the top is what has to be done."""

    model = Helpline
    icon = "mobile-alt"
    menu_label = _("Helplines")
    menu_order = 240
    add_to_admin_menu = True
    list_display = [
        "name",
        LocaleColumn(label=_("Language")),
        "country",
        "kind",
        "display",
        "verified_on",
        BooleanColumn("is_overdue", label=_("Overdue")),
        BooleanColumn("is_hidden", label=_("Hidden")),
    ]
    list_filter = ["country", "kind"]
    ordering = [F("verified_on").asc(nulls_first=True), "country"]
    list_per_page = 100


class DangerPhraseViewSet(SnippetViewSet):
    model = DangerPhrase
    icon = "warning"
    menu_label = _("Help box: phrases")
    menu_order = 250
    add_to_admin_menu = True
    list_display = [
        "phrase",
        Column("get_kind_display", label=_("What it does")),
        "language",
        BooleanColumn("is_on", label=_("In use")),
    ]
    list_filter = ["kind", "language", "is_on"]
