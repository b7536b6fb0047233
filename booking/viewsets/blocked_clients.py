"""Blocked addresses in the CMS: blocking one, the list, releasing one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import FormView
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from booking import services
from booking.cms_forms import BlockAddressForm, BlockForm
from booking.errors import Stale
from booking.models import BlockedClient, Booking
from booking.viewsets.clocks import on_clock
from core.mail.addresses import masked_address
from core.viewsets import RecordViewSet


def may_act(request: HttpRequest, action: str) -> bool:
    """Whether the user may block addresses (`add`) or free them (`delete`)."""
    return bool(request.user.has_perm(f"booking.{action}_blockedclient"))


def told_of(email: str) -> int:
    """How many consultations a block would cancel; of holds nobody is told."""
    number: int = services.to_come(email).exclude(status=Booking.Status.HELD).count()
    return number


class BlockView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Block an address: typed in, or that of a consultation."""

    model = BlockedClient
    permission_required = "add"
    template_name = "cms/block_address.html"
    page_title = _("Block an address")
    header_icon = "cross"

    @cached_property
    def booking(self) -> Booking | None:
        return get_object_or_404(Booking, pk=self.kwargs["pk"]) if "pk" in self.kwargs else None

    def get_form_class(self) -> type[BlockForm]:
        return BlockForm if self.booking else BlockAddressForm

    def get_initial(self) -> dict[str, Any]:
        return {"shown": told_of(self.booking.client_email)} if self.booking else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        number = told_of(self.booking.client_email) if self.booking else None
        return {
            **super().get_context_data(**kwargs),
            "address": masked_address(self.booking.client_email) if self.booking else None,
            "number": number,
            "action_url": self.request.path,
            "submit_button_label": _("Block this address"),
            "submit_button_active_label": _("Blocking…"),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        email = self.booking.client_email if self.booking else form.cleaned_data["email"]
        number = told_of(email)
        if self.booking and form.cleaned_data["shown"] != number:
            return self._ask_again(form, number)
        services.block_address(email=email, reason=form.cleaned_data["reason"], by=self.request.user)
        text = ngettext(
            "The address is blocked, and %(count)s consultation under it is cancelled.",
            "The address is blocked, and %(count)s consultations under it are cancelled.",
            number,
        )
        messages.success(self.request, text % {"count": number})
        return redirect("blocked_addresses:index")

    def _ask_again(self, form: Any, number: int) -> HttpResponse:
        """More, or fewer, would be cancelled than the page said: it says how many now, with what was typed."""
        form.data = {**form.data.dict(), "shown": number}
        form.add_error(None, Stale.sentence)
        response = self.form_invalid(form)
        response.status_code = Stale.status
        return response


class BlockedView(generic.IndexView):
    def get_delete_url(self, instance: BlockedClient) -> str | None:
        return (
            reverse("blocked_addresses:delete", args=[instance.pk])
            if may_act(self.request, "delete")
            else None
        )

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("masked", label=_("Address"), get_url=self.get_delete_url),
            Column("reason", label=_("Reason")),
            Column("blocked_by", label=_("Blocked by"), accessor=lambda blocked: blocked.blocked_by or ""),
            Column(
                "blocked_at",
                label=_("Blocked on"),
                accessor=lambda blocked: on_clock(blocked.blocked_at, "UTC"),
                sort_key="blocked_at",
            ),
        ]

    def get_base_queryset(self) -> Any:
        return BlockedClient.objects.select_related("blocked_by")


class ReleaseView(generic.DeleteView):
    """Let people book under an address again."""

    page_title = _("Release")
    template_name = "cms/release_address.html"
    success_message = _("People can book under this address again.")

    def get_page_subtitle(self) -> str:
        return str(self.object.masked)

    def get_usage_url(self) -> None:
        """Nothing points to it."""

    def delete_action(self) -> None:
        services.release_address(blocked=self.object, by=self.request.user)

    def get_success_message(self) -> str:
        return str(self.success_message)


class BlockedClientViewSet(RecordViewSet):
    """Addresses under which nobody can book."""

    model = BlockedClient
    icon = "cross"
    menu_label = _("Blocked addresses")
    menu_order = 325
    add_to_admin_menu = True
    search_fields = ["reason"]
    index_view_class = BlockedView
    delete_view_class = ReleaseView
    delete_template_name = "cms/release_address.html"

    def get_urlpatterns(self) -> list[URLPattern]:
        """No history and no usage: nothing points to them, and the site's log has what was done."""
        return [
            *super().get_urlpatterns(),
            path("new/", BlockView.as_view(), name="add"),
            path("release/<int:pk>/", self.delete_view, name="delete"),
        ]
