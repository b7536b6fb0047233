"""Registers the translation desk and the guards. A negative order comes before wagtail-localize's own hooks."""

from wagtail import hooks

from core.workflows.publishing import GUARD_PUBLISHING
from translation import desk, guards, listing, originals, urls

FIRST = -10

hooks.register("register_admin_urls", urls.admin_urls, order=FIRST)
hooks.register("register_admin_menu_item", desk.menu_item)
hooks.register("before_edit_page", guards.guard_editor, order=FIRST)
hooks.register("before_edit_snippet", guards.guard_snippet, order=FIRST)
hooks.register("before_create_snippet", guards.guard_snippet_creation, order=FIRST)
hooks.register("before_delete_snippet", guards.guard_snippets_deletion, order=FIRST)
hooks.register("before_bulk_action", guards.guard_bulk_publishing, order=FIRST)
hooks.register("before_bulk_action", guards.guard_bulk_snippets, order=FIRST)
hooks.register("before_copy_page", guards.guard_copy, order=FIRST)
hooks.register("before_move_page", guards.guard_move, order=FIRST)
hooks.register("insert_editor_js", guards.fields_script)
hooks.register("before_serve_page", guards.guard_serving, order=FIRST)
hooks.register("construct_reports_menu", guards.hide_report)
hooks.register(GUARD_PUBLISHING, guards.guard_revision)
listing.replace_buttons()
originals.ask_once()
