"""Screens for what all apps share."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet

from core.merge_views import MergeMixin
from core.models import Menu, Topic


class TopicViewSet(MergeMixin, SnippetViewSet):
    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    menu_order = 220
    add_to_admin_menu = True
    list_display = ["name", "slug"]


class MenuViewSet(SnippetViewSet):
    model = Menu
    icon = "list-ul"
    menu_label = _("Menus")
    menu_order = 230
    add_to_admin_menu = True
    list_display = ["title", "position"]
