"""Registers what Wagtail asks for; the work is done elsewhere. A negative order comes before wagtail-localize's."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from core import danger_views, gone, merge_views, picture_forms, rich_text
from core.translation import desk, guards, views
from core.viewsets import DangerPhraseViewSet, HelplineViewSet, MenuViewSet, TopicViewSet

FIRST = -10

hooks.register("register_admin_urls", views.admin_urls, order=FIRST)
hooks.register("register_admin_urls", picture_forms.admin_urls, order=FIRST)
hooks.register("register_admin_menu_item", desk.menu_item)
hooks.register("before_edit_page", guards.guard_editor, order=FIRST)
hooks.register("before_edit_page", gone.warn_of_gone)
hooks.register("before_edit_snippet", guards.guard_snippet, order=FIRST)
hooks.register("before_create_snippet", guards.guard_snippet_creation, order=FIRST)
hooks.register("before_delete_snippet", guards.guard_snippets_deletion, order=FIRST)
hooks.register("before_delete_snippet", merge_views.refuse_deletion)
hooks.register("before_bulk_action", guards.guard_bulk_publishing, order=FIRST)
hooks.register("before_bulk_action", guards.guard_bulk_snippets, order=FIRST)
hooks.register("before_copy_page", guards.guard_copy, order=FIRST)
hooks.register("before_move_page", guards.guard_move, order=FIRST)
hooks.register("insert_editor_js", guards.fields_script)
hooks.register("register_rich_text_features", rich_text.register_links, order=10)
hooks.register("before_serve_page", guards.guard_serving, order=FIRST)
hooks.register("construct_reports_menu", guards.hide_report)

register_snippet(TopicViewSet)
register_snippet(MenuViewSet)
register_snippet(HelplineViewSet)
register_snippet(DangerPhraseViewSet)
hooks.register("register_admin_urls", danger_views.admin_urls)
hooks.register("register_reports_menu_item", danger_views.menu_item)


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    actions.register_action("core.merge", _("Merge"), _("Merged with another"))
