"""Choosing a time and telling who you are. GET never changes anything."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking import emails, proofs, services, tokens
from booking.errors import (
    AlreadyBooked,
    Blocked,
    BookingError,
    ClientBusy,
    HoldElsewhere,
    SlotUnavailable,
    TooMany,
    TooOften,
)
from booking.forms import START_FORMAT, BookingForm, parse_start
from booking.models import Booking, Schedule
from booking.services import ClientDetails
from booking.slots import Hours, read_hours
from booking.views.days import slot_days, times
from core import limits, zones
from core.models.pages import unrestricted
from core.names import masked, normalised_email
from directory.models import Specialist, SpecialistPage

HOLDS = "3/15m/ip,20/h/ip"  # times kept for addresses that nobody has proved to be theirs
PENDING = "pending_booking"
# What would tell a stranger who types an address something about its owner: they see what everybody sees.
TELLING = (AlreadyBooked, ClientBusy, HoldElsewhere, TooMany)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, slug: str) -> HttpResponse:
    """The free times of a specialist; with `start` the form for one of them; a POST holds it.

    When it couldn't be held, what was typed comes back with the other times, and `again` with one of them: only the
    visitor's own page keeps it meanwhile.
    """
    specialist = get_object_or_404(
        Specialist.objects.published().select_related("schedule", "profession", "portrait"), slug=slug
    )
    schedule: Schedule | None = getattr(specialist, "schedule", None)
    page = specialist_page(specialist)
    zone, unknown_zone = chosen_zone(request, schedule)
    context: dict[str, Any] = {
        "specialist": specialist,
        "page": page,
        "zone": zone,
        "unknown_zone": unknown_zone,
        "specialist_zone": zones.load_zone(schedule.time_zone) if schedule else None,
    }
    if schedule is None:
        return render(request, "pages/booking/slots.html", {**context, "days": []})
    now = timezone.now()
    hours = read_hours([schedule.pk], now=now)[schedule.pk]

    if request.method == "POST" and "again" not in request.POST:
        return _post_booking(request, specialist, hours, context)
    known = proofs.known(request)
    if request.method == "POST":  # another time, chosen where the first one had gone
        typed = BookingForm(request.POST, request=request)
        known, context["typed"] = typed.as_typed(), typed.typed
    start = parse_start((request.GET if request.method != "POST" else request.POST).get("start"))
    if start is not None and start in hours.starts(now=now, since=start, until=start + timedelta(minutes=1)):
        form = BookingForm(
            initial={**known, "start": start.strftime(START_FORMAT), "time_zone": zone.key}, request=request
        )
        return render(
            request, "pages/booking/details.html", {**context, **times(start, zone, context), "form": form}
        )
    if start is not None:
        context["notice"] = SlotUnavailable.sentence
    return render(request, "pages/booking/slots.html", {**context, **slot_days(request, hours, zone, now)})


def _post_booking(
    request: HttpRequest, specialist: Specialist, hours: Hours, context: dict[str, Any]
) -> HttpResponse:
    zone = context["zone"]
    form = BookingForm(request.POST, request=request)
    context["typed"] = form.typed
    if not form.is_valid():
        start = parse_start(request.POST.get("start"))
        if start is None:
            context["notice"] = SlotUnavailable.sentence
            return render(
                request,
                "pages/booking/slots.html",
                {**context, **slot_days(request, hours, zone, timezone.now())},
                status=422,
            )
        return render(
            request,
            "pages/booking/details.html",
            {**context, **times(start, zone, context), "form": form},
            status=422,
        )
    start, client = form.cleaned_data["start"], form.details()
    if form.is_by_machine:
        return _pending(request, specialist, start, client, None)
    if not client.is_verified and not limits.use(request, "book", HOLDS):
        return _refuse(request, specialist, context, TooOften())
    try:
        booking = _request(request, specialist, hours, start, client, form.cleaned_data["key"])
    except BookingError as error:
        return _refuse(request, specialist, context, error)
    # The same form sent again after the mail was used: its link is for whoever reads the mail, not for whoever typed.
    if booking is None or not client.is_verified:
        return _pending(request, specialist, start, client, booking)
    return redirect("booking", booking.uid if booking.client_id else tokens.issue(booking, "client"))


def _request(
    request: HttpRequest,
    specialist: Specialist,
    hours: Hours,
    start: datetime,
    client: ClientDetails,
    key: uuid.UUID,
) -> Booking | None:
    """Book, or do nothing that a stranger could see and return None: the owner of the address is told by mail.

    An address that nobody has proved to be theirs gets one mail an hour.
    """
    wanted: dict[str, Any] = {"specialist": specialist, "start": start, "client": client, "key": key}
    if client.is_verified or Booking.objects.filter(idempotency_key=key).exists():
        return services.request_booking(**wanted)
    if start not in hours.starts(now=timezone.now(), since=start, until=start + timedelta(minutes=1)):
        raise SlotUnavailable  # before anything is looked up that depends on the address
    mail = limits.use(request, "booking_mail", proofs.MAILS, key=normalised_email(client.email))
    if mail is None:
        return None
    try:
        return services.request_booking(**wanted)
    except Blocked:
        return None  # its owner isn't told either: a mail would be the stranger's doing
    except TELLING:
        emails.not_booked(client, specialist)
        return None
    except BookingError:
        mail.rollback()
        raise


def _pending(
    request: HttpRequest,
    specialist: Specialist,
    start: datetime,
    client: ClientDetails,
    booking: Booking | None,
) -> HttpResponse:
    """Ask to look for the mail: in the same words whether there is a booking or not."""
    until = min(timezone.now() + settings.BOOKING_HOLD, start)
    request.session[PENDING] = {
        "booking": str(booking.uid) if booking else None,
        "specialist": specialist.pk,
        "start": start.isoformat(),
        "time_zone": client.time_zone,
        "email": masked(client.email),
        "until": until.isoformat(),
    }
    return redirect("booking_pending")


def _refuse(
    request: HttpRequest, specialist: Specialist, context: dict[str, Any], error: BookingError
) -> HttpResponse:
    """The list of times as it is now, with the reason above it."""
    now = timezone.now()
    fresh = read_hours([specialist.pk], now=now)[specialist.pk]
    response = render(
        request,
        "pages/booking/slots.html",
        {**context, "notice": error.sentence, **slot_days(request, fresh, context["zone"], now)},
        status=error.status,
    )
    if error.status == 503:
        response["Retry-After"] = "5"
    return response


@never_cache
@require_safe
def pending(request: HttpRequest) -> HttpResponse:
    """What this visitor has just asked for, and that an e-mail is on its way. Kept in their session alone."""
    asked = request.session.get(PENDING)
    if asked is None:
        raise Http404
    now = timezone.now()
    booking = Booking.objects.filter(uid=asked["booking"]).first() if asked["booking"] else None
    specialist = get_object_or_404(
        Specialist.objects.select_related("schedule", "profession"), pk=asked["specialist"]
    )
    zone = zones.load_zone(asked["time_zone"]) or ZoneInfo("UTC")
    specialist_zone = zones.load_zone(specialist.schedule.time_zone)
    until = datetime.fromisoformat(asked["until"])
    status = booking.status if booking else Booking.Status.HELD
    if status == Booking.Status.HELD and until <= now:
        status = Booking.Status.EXPIRED
    context = {
        "specialist": specialist,
        "zone": zone,
        "specialist_zone": specialist_zone,
        **times(datetime.fromisoformat(asked["start"]), zone, {"specialist_zone": specialist_zone}),
        "email": asked["email"],
        "hold_until": until.astimezone(zone),
        "status": status,
    }
    return render(request, "pages/booking/pending.html", context)


def specialist_page(specialist: Specialist) -> SpecialistPage | None:
    """The specialist's page in the language being read, else in any. 1 query."""
    pages = unrestricted(SpecialistPage.objects.filter(specialist=specialist).live()).select_related("locale")
    return next(
        iter(
            sorted(
                pages.defer("story", "approach", "faq"),
                key=lambda p: p.locale.language_code != get_language(),
            )
        ),
        None,
    )


def chosen_zone(request: HttpRequest, schedule: Schedule | None) -> tuple[ZoneInfo, bool]:
    """The clock to show times on, and whether an unknown one was asked for.

    The one in the address or form, else the user's own, else the specialist's.
    """
    asked = request.POST.get("time_zone") or request.GET.get("tz")
    if asked and (zone := zones.load_zone(asked)):
        return zone, False
    own = (
        request.user.time_zone if request.user.is_authenticated and request.user.time_zone != "UTC" else None
    )
    fallback = (
        zones.load_zone(own) or zones.load_zone(schedule.time_zone if schedule else None) or ZoneInfo("UTC")
    )
    return fallback, asked is not None
