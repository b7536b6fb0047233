"""Screens for what all apps share."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import LocaleColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from core.merge_views import MergeMixin
from core.models import Menu, Topic

TERM_COLUMNS = ["name", LocaleColumn(label=_("Language")), "slug"]


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
