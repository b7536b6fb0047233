"""Choosing a time and telling who you are. GET never changes anything."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
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
from booking.forms import START_FORMAT, BookingForm, CityForm, parse_start
from booking.models import Booking, Schedule
from booking.reasons import Reason, Why
from booking.services import ClientDetails, Nobody
from booking.slots import Hours, read_hours
from booking.views.days import slot_days, times
from core import limits, zones
from core.addresses import canonical_address, masked_address
from core.models.pages import unrestricted
from directory.models import Specialist, SpecialistPage
from directory.search.cards import free_soon

HOLDS = "3/15m/ip,20/h/ip"  # times kept for addresses that nobody has proved to be theirs
PENDING = "pending_booking"
# What would tell a stranger who types an address something about its owner: they see what everybody sees.
TELLING = (AlreadyBooked, ClientBusy, HoldElsewhere, TooMany)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, slug: str) -> HttpResponse:
    """The free times of a specialist; with `start` the form for one of them; a POST holds it.

    Whoever wants another time after all, or must, gets the list with what they have typed, and sends it along with
    `again` until they have chosen: only their own page keeps it meanwhile.
    """
    specialist = get_object_or_404(
        Specialist.objects.published().select_related("schedule", "profession", "portrait"), slug=slug
    )
    schedule: Schedule | None = getattr(specialist, "schedule", None)
    page = specialist_page(specialist)
    clock = chosen_clock(request, schedule)
    zone = clock.zone
    context: dict[str, Any] = {
        "specialist": specialist,
        "page": page,
        "zone": zone,
        "clock": clock,
        "specialist_zone": zones.load_zone(schedule.time_zone) if schedule else None,
    }
    if schedule is None:
        context |= {"days": [], "why": Why(Reason.CLOSED), "similar": similar(specialist)}
        return render(request, "pages/booking/slots.html", context)
    now = timezone.now()
    hours = read_hours([schedule.pk], now=now)[schedule.pk]

    if request.method == "POST" and "again" not in request.POST:
        return _post_booking(request, specialist, hours, context)
    known, start = proofs.known(request), parse_start(request.GET.get("start"))
    if request.method == "POST":
        typed = BookingForm(request.POST, request=request)
        known, context["typed"] = typed.as_typed(), typed.typed
        start = None if request.POST["again"] == "list" else parse_start(request.POST.get("start"))
    if start is not None and start in hours.starts(now=now, since=start, until=start + timedelta(minutes=1)):
        form = BookingForm(
            initial={**known, "start": start.strftime(START_FORMAT), "time_zone": zone.key}, request=request
        )
        return render(
            request, "pages/booking/details.html", {**context, **times(start, zone, context), "form": form}
        )
    if start is not None:
        context["notice"] = SlotUnavailable.sentence
    return _list(request, specialist, hours, context)


def _post_booking(
    request: HttpRequest, specialist: Specialist, hours: Hours, context: dict[str, Any]
) -> HttpResponse:
    zone = context["zone"]
    form = BookingForm(request.POST, request=request)
    context["typed"] = form.typed
    if not form.is_valid():
        start = parse_start(request.POST.get("start"))
        if start is None:
            return _list(request, specialist, hours, {**context, "notice": SlotUnavailable.sentence}, 422)
        return render(
            request,
            "pages/booking/details.html",
            {**context, **times(start, zone, context), "form": form},
            status=422,
        )
    start, client = form.cleaned_data["start"], form.details()
    if form.is_by_machine:
        return _pending(request, specialist, start, client, None)
    key = form.cleaned_data["key"]
    # The same form once more keeps nothing more, so it doesn't count. A refused one does: it takes the same locks.
    is_again = Booking.objects.filter(idempotency_key=key).exists()
    if not (client.is_verified or is_again) and not limits.use(request, "book", HOLDS):
        return _refuse(request, specialist, context, TooOften())
    try:
        booking = _request(request, specialist, hours, start, client, key)
    except BookingError as error:
        return _refuse(request, specialist, context, error)
    # The same form sent again after the mail was used: its link is for whoever reads the mail, not for whoever typed.
    if not client.is_verified:
        return _pending(request, specialist, start, client, booking)
    return redirect("booking", booking.uid if booking.client_id else tokens.issue(booking, "client"))


def _request(
    request: HttpRequest,
    specialist: Specialist,
    hours: Hours,
    start: datetime,
    client: ClientDetails,
    key: uuid.UUID,
) -> Booking:
    """Book, or hold the time for nobody, where the owner of an unproved address must not have it.

    Whoever typed the address sees the same, in this browser and in others; its owner is told by mail. An address
    that nobody has proved to be theirs gets one mail an hour.
    """
    wanted: dict[str, Any] = {"specialist": specialist, "start": start, "client": client, "key": key}
    if client.is_verified:
        return services.request_booking(**wanted)
    address = canonical_address(client.email)
    nobody = Nobody(language=client.language, time_zone=client.time_zone, stands_for=f"{key}:{address}")
    if earlier := Booking.objects.filter(idempotency_key=key).first():
        return services.request_booking(**{**wanted, "client": nobody if earlier.is_nobodys else client})
    if start not in hours.starts(now=timezone.now(), since=start, until=start + timedelta(minutes=1)):
        raise SlotUnavailable  # before anything is looked up that depends on the address
    # One transaction: somebody cut off in the middle (a killed process, a database that is away) has had no mail, and
    # the same form sent again must not find the hour's mail used up. A refusal takes the count back with it.
    with transaction.atomic():
        if limits.use(request, "booking_mail", proofs.MAILS, key=address) is None:
            # The same form may have been sent twice at once. And whoever counts hides a lost connection: this fails.
            if earlier := Booking.objects.filter(idempotency_key=key).first():
                return earlier
            return services.request_booking(**{**wanted, "client": nobody})
        try:
            return services.request_booking(**wanted)
        except Blocked:
            # Its owner isn't told either: a mail would be the stranger's doing.
            return services.request_booking(**{**wanted, "client": nobody})
        except TELLING:
            booking = services.request_booking(**{**wanted, "client": nobody})
            emails.not_booked(client, specialist)
            return booking


def _pending(
    request: HttpRequest,
    specialist: Specialist,
    start: datetime,
    client: ClientDetails,
    booking: Booking | None,
) -> HttpResponse:
    """Ask to look for the mail: in the same words whoever the time is held for. No booking: for a machine."""
    held_until = booking.hold_expires_at if booking else None
    until = held_until or min(timezone.now() + settings.BOOKING_HOLD, start)
    request.session[PENDING] = {
        "booking": str(booking.uid) if booking else None,
        "specialist": specialist.pk,
        "start": start.isoformat(),
        "time_zone": client.time_zone,
        "email": masked_address(client.email),
        "until": until.isoformat(),
    }
    return redirect("booking_pending")


def _refuse(
    request: HttpRequest, specialist: Specialist, context: dict[str, Any], error: BookingError
) -> HttpResponse:
    """The list of times as it is now, with the reason above it."""
    fresh = read_hours([specialist.pk])[specialist.pk]
    context = {**context, "notice": error.sentence}
    if isinstance(error, AlreadyBooked) and request.user.is_authenticated:
        own = Booking.objects.active().filter(client=request.user, schedule_id=specialist.pk).first()
        if own:  # they need no mail to find it
            context |= {"notice": AlreadyBooked.own_sentence, "own_booking": own}
    response = _list(request, specialist, fresh, context, error.status)
    if error.status == 503:
        response["Retry-After"] = "5"
    return response


def _list(
    request: HttpRequest, specialist: Specialist, hours: Hours, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The free times; where there are none, why, and others who have some."""
    context = {**context, **slot_days(request, hours, context["zone"], timezone.now())}
    if not context["days"]:
        context["similar"] = similar(specialist)
    return render(request, "pages/booking/slots.html", context, status=status)


def similar(specialist: Specialist) -> list[dict[str, Any]]:
    """Cards of at most three others with a free time, in a language of this one: for the same topics, else for any."""
    language = get_language() or ""
    wanted: dict[str, Any] = {"session_languages": specialist.session_languages, "without": specialist.pk}
    topics = [topic.slug for topic in specialist.topics.all()]
    found = free_soon(language, topic_slugs=topics, **wanted) if topics else []
    return [card for card in found or free_soon(language, **wanted) if card["starts"]]


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


@dataclass
class Clock:
    """On which clock times are shown, and what `times.html` says and asks about it."""

    zone: ZoneInfo
    form: CityForm
    is_unknown: bool = False  # another one was asked for that we don't know
    asks_browser: bool = False  # nobody has said anything yet: `zone.js` may


def chosen_clock(request: HttpRequest, schedule: Schedule | None) -> Clock:
    """The clock to show times on.

    That of the city looked for; the one in the address or form; the user's own; the specialist's.
    """
    data = request.POST if request.method == "POST" else request.GET
    asked = data.get("tz", request.POST.get("time_zone"))
    user = request.user
    own = zones.load_zone(user.time_zone) if user.is_authenticated and user.time_zone != "UTC" else None
    theirs = zones.load_zone(schedule.time_zone) if schedule else None
    zone = zones.load_zone(asked) or own or theirs or ZoneInfo("UTC")
    form = CityForm(data if "city" in data else None, initial={"city": zone.key})
    if form.is_bound and form.is_valid():
        return Clock(zones.load_zone(form.cleaned_data["city"]) or zone, form)
    return Clock(
        zone,
        form,
        is_unknown=asked is not None and zones.load_zone(asked) is None,
        asks_browser=request.method == "GET" and not form.is_bound and asked is None and own is None,
    )
