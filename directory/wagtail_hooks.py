from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Page
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from accounts.policies import NeverDeleted, OthersPolicy
from core.models import Picture
from directory import signals
from directory.models import ProfileReport, Specialist, SpecialistPage
from directory.policies import DiscreetPagePolicy, DiscreetPicturePolicy, choosable_pages, choosable_pictures
from directory.viewsets import (
    ProfileReportViewSet,
    SpecialistChooserViewSet,
    SpecialistViewSet,
    TaxonomyGroup,
)

register_permission_policy(Page, DiscreetPagePolicy(Page))
register_permission_policy(
    Picture,
    DiscreetPicturePolicy(Picture, auth_model="wagtailimages.Image", owner_field_name="uploaded_by_user"),
    exact_class=True,  # Wagtail registers its own for all pictures, perhaps after this
)
hooks.register("construct_image_chooser_queryset", choosable_pictures)
hooks.register("construct_page_chooser_queryset", choosable_pages)
register_permission_policy(Specialist, NeverDeleted(Specialist))
register_permission_policy(ProfileReport, OthersPolicy(ProfileReport))
register_snippet(TaxonomyGroup)


@hooks.register("register_admin_viewset")
def specialists() -> list[ViewSet]:
    return [
        SpecialistViewSet("specialists"),
        SpecialistChooserViewSet("choose_specialist", url_prefix="choose-specialist"),
        ProfileReportViewSet("profile_reports"),
    ]


@hooks.register("before_copy_page")
def guard_copy(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A branch isn't copied with specialists' pages in it, as none of them is by itself (SpecialistPage)."""
    if not SpecialistPage.objects.descendant_of(page).exists():
        return None
    messages.error(request, _("Pages of specialists can’t be copied: each has one in a language."))
    return redirect("wagtailadmin_explore", page.pk)


@hooks.register("before_delete_page")
def lock_before_deleting(request: HttpRequest, page: Page) -> None:
    """In the transaction of the CMS's screen, which passes the page's own `delete`."""
    if request.method == "POST":
        signals.lock_below([page])


@hooks.register("before_bulk_action")
def lock_before_bulk_action(request: HttpRequest, kind: str, objects: Iterable[Any], action: Any) -> None:
    signals.lock_below([one for one in objects if isinstance(one, Page)])


@hooks.register("insert_global_admin_css")
def css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/cms.css"))


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """What the history of a specialist says besides Wagtail's own lines."""
    actions.register_action("directory.recheck", _("Check again"), _("Checked again"))
    actions.register_action("directory.suspend", _("Suspend"), _("Suspended"))
    actions.register_action("directory.reinstate", _("Reinstate"), _("Reinstated"))
    actions.register_action(
        "directory.settle_changes", _("Look at what has changed"), _("Looked at what had changed")
    )
    actions.register_action("directory.pause", _("Pause"), _("Paused"))
    actions.register_action("directory.resume", _("Resume"), _("Resumed"))
    actions.register_action("directory.close_report", _("Close a report"), _("Closed a report"))
    actions.register_action("directory.leave", _("Leave"), _("Left the directory"))
