"""Registers what Wagtail asks for; the work is done elsewhere. A negative order comes before Wagtail's own."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from core import gone, rich_text
from core.danger import views as danger_views
from core.merging import views as merging_views
from core.pictures import forms as picture_forms
from core.viewsets import DangerPhraseViewSet, HelplineViewSet, MenuViewSet, TopicViewSet

FIRST = -10

hooks.register("register_admin_urls", picture_forms.admin_urls, order=FIRST)
hooks.register("before_edit_page", gone.warn_of_gone)
hooks.register("before_delete_snippet", merging_views.refuse_deletion)
hooks.register("register_rich_text_features", rich_text.register_links, order=10)

register_snippet(TopicViewSet)
register_snippet(MenuViewSet)
register_snippet(HelplineViewSet)
register_snippet(DangerPhraseViewSet)
hooks.register("register_admin_urls", danger_views.admin_urls)
hooks.register("register_reports_menu_item", danger_views.menu_item)


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    actions.register_action("core.merge", _("Merge"), _("Merged with another"))
