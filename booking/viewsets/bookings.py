"""Consultations in the CMS: a list and a page of each, without what clients wrote."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from booking import services
from booking.cms_forms import BookingFilterSet
from booking.errors import Stale
from booking.forms import as_shown, parse_shown
from booking.models import Booking, BookingEvent
from booking.services import mail_quota
from core.mail.addresses import masked_address
from core.users import UserRequest
from core.viewsets import RecordViewSet
from moderation.blocking import is_blocked
from moderation.clocks import on_clock
from moderation.viewsets.blocked_addresses import BlockView, may_act

# What clients wrote. No list and no page of moderators reads it.
CLIENTS_WORDS = ("client_name", "client_email", "note", "reason", "answers")


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
            "is_blocked": is_blocked(booking.client_email),
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


class EndHoldView(View):
    """Free the address of a hold that nobody confirms."""

    http_method_names = ["post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_act(request, "delete"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: UserRequest, pk: int) -> HttpResponse:
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


class BlockClientView(BlockView):
    """Block the address of a consultation."""

    stale = Stale

    @cached_property
    def email(self) -> str:
        return get_object_or_404(Booking, pk=self.kwargs["pk"]).client_email


class BookingViewSet(RecordViewSet):
    """Consultations, for moderators to look at: services alone write them."""

    model = Booking
    icon = "calendar-alt"
    menu_label = _("Consultations")
    menu_order = 315
    add_to_admin_menu = True
    search_fields = ["schedule__specialist__name", "uid"]
    screens = ("index", "index_results", "inspect")
    inspect_view_enabled = True
    index_view_class = BookingsView
    inspect_view_class = BookingView
    inspect_template_name = "cms/booking.html"
    export_filename = "consultations"

    def get_urlpatterns(self) -> list[URLPattern]:
        """The list and one of them; nothing that writes but what moderators do about an address."""
        return [
            *super().get_urlpatterns(),
            path("end-hold/<int:pk>/", EndHoldView.as_view(), name="end_hold"),
            path("block/<int:pk>/", BlockClientView.as_view(), name="block"),
        ]
