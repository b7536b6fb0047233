"""Blocked addresses in the CMS: blocking one, the list, releasing one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from core.errors import Refusal
from core.mail.addresses import masked_address
from core.users import UserRequest
from core.viewsets import RecordViewSet
from moderation import blocking
from moderation.clocks import on_clock
from moderation.errors import Busy, Stale
from moderation.forms import BlockAddressForm, BlockForm
from moderation.models import BlockedAddress


def may_act(request: HttpRequest, action: str) -> bool:
    """Whether the user may block addresses (`add`) or free them (`delete`)."""
    return bool(request.user.has_perm(f"moderation.{action}_blockedaddress"))


class BlockView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Block an address that is typed in. An app's view of it knows the address: `email`, of what is being looked at."""

    request: UserRequest
    model = BlockedAddress
    permission_required = "add"
    template_name = "cms/block_address.html"
    page_title = _("Block an address")
    header_icon = "cross"
    stale: type[Refusal] = Stale  # what is said if a block would end more, or less, than the page said

    @cached_property
    def email(self) -> str | None:
        return None

    def get_form_class(self) -> type[BlockForm]:
        return BlockAddressForm if self.email is None else BlockForm

    def get_initial(self) -> dict[str, Any]:
        return {} if self.email is None else {"shown": sum(self.numbers(self.email))}

    def numbers(self, email: str) -> list[int]:
        """How much the block would end, by consequence."""
        return [consequence.count(email) for consequence in blocking.consequences()]

    def warnings(self) -> list[Any]:
        consequences = blocking.consequences()
        if self.email is None:
            return [consequence.open_warning for consequence in consequences]
        address = masked_address(self.email)
        return [
            consequence.warning % {"address": address, "number": number}
            for consequence, number in zip(consequences, self.numbers(self.email), strict=True)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "warnings": self.warnings(),
            "action_url": self.request.path,
            "submit_button_label": _("Block this address"),
            "submit_button_active_label": _("Blocking…"),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        email = form.cleaned_data["email"] if self.email is None else self.email
        numbers = self.numbers(email)
        if self.email is not None and form.cleaned_data["shown"] != sum(numbers):
            return self._ask_again(form, self.stale, sum(numbers))
        try:
            blocking.block_address(email=email, reason=form.cleaned_data["reason"], by=self.request.user)
        except Busy:
            return self._ask_again(form, Busy, sum(self.numbers(email)))
        for consequence, number in zip(blocking.consequences(), numbers, strict=True):
            messages.success(self.request, consequence.report % {"count": number})
        return redirect("blocked_addresses:index")

    def _ask_again(self, form: Any, why: type[Refusal], number: int) -> HttpResponse:
        """The page again, with what was typed: more or less would be ended than it said, or something is left."""
        form.data = {**form.data.dict(), "shown": number}
        form.add_error(None, why.sentence)
        response = self.form_invalid(form)
        response.status_code = why.status
        return response


class BlockedView(generic.IndexView):
    def get_delete_url(self, instance: BlockedAddress) -> str | None:
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
        return BlockedAddress.objects.select_related("blocked_by")


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
        blocking.release_address(blocked=self.object, by=self.request.user)

    def get_success_message(self) -> str:
        return str(self.success_message)


class BlockedAddressViewSet(RecordViewSet):
    """The list of blocked addresses."""

    model = BlockedAddress
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
