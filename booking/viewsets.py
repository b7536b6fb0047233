"""Booking's screens in the CMS: hours, consultations, blocked addresses."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import FormView, View
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet

from booking import services
from booking.cms_forms import BlockAddressForm, BlockForm, BookingFilterSet, ScheduleFilterSet
from booking.errors import ScheduleChanged, Stale
from booking.forms import as_shown, parse_shown
from booking.models import BlockedClient, Booking, BookingEvent, Schedule
from booking.services import edit_schedule, mail_quota
from core.i18n.zones import load_zone
from core.mail.addresses import masked_address

# --- Hours --------------------------------------------------------------------------------------------------------


class AddScheduleView(generic.CreateView):
    def save_instance(self) -> Any:
        return edit_schedule(specialist_id=self.form.instance.specialist_id, save=super().save_instance)


class EditScheduleView(generic.EditView):
    """The hours as the form's page showed them, or nothing: the specialist may have saved others meanwhile."""

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.fields["shown"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=services.fingerprint(self.object.pk)
        )
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ScheduleChanged as error:
            form.data = form.data.copy()
            form.data["shown"] = services.fingerprint(self.object.pk)
            form.add_error(None, error.sentence)
            self.produced_error_message = self.get_error_message()
            response = self.form_invalid(form)
            response.status_code = error.status
            return response

    def save_instance(self) -> Any:
        return edit_schedule(
            specialist_id=self.form.instance.specialist_id,
            save=super().save_instance,
            shown=self.form.cleaned_data["shown"],
        )


class SchedulesView(generic.IndexView):
    filterset_class = ScheduleFilterSet


class ScheduleViewSet(ModelViewSet):
    """Hours of free consultations, for moderators."""

    model = Schedule
    icon = "time"
    menu_label = _("Hours")
    menu_order = 320
    add_to_admin_menu = True
    list_display = ["specialist", "time_zone", "is_open", "paused_at"]
    search_fields = ["specialist__name"]
    inspect_view_enabled = False
    copy_view_enabled = False
    index_view_class = SchedulesView
    add_view_class = AddScheduleView
    edit_view_class = EditScheduleView


# --- Consultations ------------------------------------------------------------------------------------------------

# What clients wrote. No list and no page of moderators reads it.
CLIENTS_WORDS = ("client_name", "client_email", "note", "reason", "answers")


def on_clock(moment: datetime, zone: str) -> str:
    """The time on the clock of `zone`, the same in every language: lists and spreadsheets sort it."""
    return f"{moment.astimezone(load_zone(zone)):%Y-%m-%d %H:%M} {zone}"


def when(booking: Booking) -> str:
    return on_clock(booking.starts_at, booking.schedule.time_zone)


def how(booking: Booking) -> str:
    return _now("with an account") if booking.client_id else _now("by e-mail")


class BookingsView(generic.IndexView):
    """All consultations, without a word of the clients'."""

    filterset_class = BookingFilterSet
    default_ordering = "-starts_at"

    def get_base_queryset(self) -> Any:
        return Booking.objects.select_related("schedule__specialist").defer(*CLIENTS_WORDS)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "when", label=_("When"), accessor=when, sort_key="starts_at", get_url=self.get_inspect_url
            ),
            Column("specialist", label=_("Specialist"), accessor="schedule.specialist.name"),
            Column("state", label=_("State"), accessor="get_status_display", sort_key="status"),
            Column(
                "created",
                label=_("Created"),
                accessor=lambda booking: on_clock(booking.created_at, "UTC"),
                sort_key="created_at",
            ),
            Column("how", label=_("How"), accessor=how),
        ]

    @property
    def list_export(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def export_headings(self) -> dict[str, Any]:
        return {column.name: column.label for column in self.columns}

    def to_row_dict(self, item: Booking) -> dict[str, Any]:
        return {column.name: str(column.get_value(item)) for column in self.columns}


class BookingView(generic.InspectView):
    """What moderators need to know about one: its state, its times, who did what. Not what it is about."""

    template_name = "cms/booking.html"
    page_title = _("Consultation")

    def get_object(self, queryset: Any = None) -> Booking:
        rows = Booking.objects.select_related("schedule__specialist").defer("note", "reason", "answers")
        booking: Booking = get_object_or_404(rows, pk=self.pk)
        return booking

    def get_page_subtitle(self) -> str:
        return when(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        booking = self.object
        zone = booking.schedule.time_zone
        return {
            **super().get_context_data(**kwargs),
            "rows": facts_about(booking),
            "events": [
                {"at": on_clock(event.at, zone), "who": event.get_actor_display(), "what": what(event, zone)}
                for event in booking.events.all()
            ],
            "shown": as_shown(booking),
            "is_blocked": services.is_blocked(booking.client_email),
            "can_block": may_act(self.request, "add"),
            "can_end_hold": booking.status == Booking.Status.HELD and may_act(self.request, "delete"),
        }

    def get_fields(self) -> list[str]:
        """None of Wagtail's own choice: `facts_about` says all."""
        return []


def facts_about(booking: Booking) -> list[tuple[Any, str]]:
    """The facts about a consultation with their labels; the client's address is masked."""
    zone = booking.schedule.time_zone
    facts = [
        (_("Specialist"), booking.schedule.specialist.name),
        (_("State"), booking.get_status_display()),
        (_("When"), when(booking)),
        (_("Until"), on_clock(booking.ends_at, zone)),
        (_("Booked"), f"{on_clock(booking.created_at, zone)}, {how(booking)}"),
        (_("Client’s address"), masked_address(booking.client_email)),
        (_("Language"), booking.client_language),
        (_("Number"), str(booking.uid)),
    ]
    if booking.hold_expires_at:
        facts.append((_("Held until"), on_clock(booking.hold_expires_at, zone)))
    if booking.answer_by:
        facts.append((_("To be answered until"), on_clock(booking.answer_by, zone)))
    return facts


def what(event: BookingEvent, zone: str) -> str:
    """What happened: a new state, or a new time."""
    if event.kind == BookingEvent.Kind.STATUS or event.starts_at is None:
        return str(Booking.Status(event.to_status).label)
    return f"{event.get_kind_display()}: {on_clock(event.starts_at, zone)}"


def may_act(request: HttpRequest, action: str) -> bool:
    """Whether the user may block addresses (`add`) or free them (`delete`)."""
    return bool(request.user.has_perm(f"booking.{action}_blockedclient"))


class EndHoldView(View):
    """Free the address of a hold that nobody confirms."""

    http_method_names = ["post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_act(request, "delete"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        booking = get_object_or_404(Booking, pk=pk)
        try:
            services.end_hold(booking=booking, by=request.user, shown=parse_shown(request.POST.get("shown")))
        except Stale as error:
            messages.warning(request, error.sentence)
        else:
            mail_quota.count_anew(booking.client_email)
            messages.success(
                request, _("The hold has ended. The client can book again, and gets a new e-mail.")
            )
        return redirect("bookings:inspect", pk)


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


class BookingViewSet(ModelViewSet):
    """Consultations, for moderators to look at: services alone write them."""

    model = Booking
    icon = "calendar-alt"
    menu_label = _("Consultations")
    menu_order = 315
    add_to_admin_menu = True
    search_fields = ["schedule__specialist__name", "uid"]
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = BookingsView
    inspect_view_class = BookingView
    inspect_template_name = "cms/booking.html"
    export_filename = "consultations"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The list and one of them; nothing that writes but what moderators do about an address."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("inspect/<int:pk>/", self.inspect_view, name="inspect"),
            path("end-hold/<int:pk>/", EndHoldView.as_view(), name="end_hold"),
            path("block/<int:pk>/", BlockView.as_view(), name="block"),
        ]


# --- Blocked addresses --------------------------------------------------------------------------------------------


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


class BlockedClientViewSet(ModelViewSet):
    """Addresses under which nobody can book."""

    model = BlockedClient
    icon = "cross"
    menu_label = _("Blocked addresses")
    menu_order = 325
    add_to_admin_menu = True
    search_fields = ["reason"]
    copy_view_enabled = False
    index_view_class = BlockedView
    delete_view_class = ReleaseView
    delete_template_name = "cms/release_address.html"

    def get_urlpatterns(self) -> list[URLPattern]:
        """No history and no usage: nothing points to them, and the site's log has what was done."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", BlockView.as_view(), name="add"),
            path("release/<int:pk>/", self.delete_view, name="delete"),
        ]
