"""Choosing a time and telling who you are. GET never changes anything."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import BigIntegerField, CharField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking import kept, services, tokens, verified_email
from booking.errors import AlreadyBooked, BookingError, Busy, SlotTaken, SlotUnavailable, TooManyHolds
from booking.forms import START_FORMAT, BookingForm, parse_start
from booking.kept import Kept
from booking.models import Booking, Schedule
from booking.reasons import NothingFreeReason, Why
from booking.services import Wanted
from booking.slots import Hours, read_hours
from booking.views.clocks import chosen_clock
from booking.views.days import on_both_clocks, slot_days
from booking.views.hold_limits import counted
from core import limits
from core.i18n import zones
from core.models.pages import is_restricted, path_in
from core.page_cache.reading import depends_on, goes_by, may_be_kept, parts_may_be_kept, reading
from core.page_tags import PAGE, RESTRICTION, TOPIC
from core.prepared import Given, Prepared, PreparedModels
from directory.models import Specialist, SpecialistPage
from directory.page_tags import PORTRAIT, SPECIALIST, TIMES
from directory.search.cards import free_soon

BOOKABLE = PreparedModels(
    lambda: (
        Specialist.objects.published()
        .select_related("schedule", "portrait")
        .filter(slug=Given("slug", CharField()))
    )
)
PAGES = Prepared(
    lambda: (
        SpecialistPage.objects.filter(specialist=Given("specialist", BigIntegerField()))
        .annotate(is_private=is_restricted())
        .order_by("path")
        .values_list("pk", "live", "is_private", "locale__language_code", "url_path")
    )
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, slug: str) -> HttpResponse:
    """The free times of a specialist; with `start` the form for one of them; a POST holds it.

    Whoever wants another time after all, or must, gets the list with what they have typed, and sends it along with
    `again` until they have chosen: only their own page keeps it meanwhile.
    """
    with reading(found=[SPECIALIST, PORTRAIT, TIMES]):
        specialists: list[Specialist] = BOOKABLE.rows(slug=slug)
    if not specialists:
        raise Http404
    [specialist] = specialists
    schedule: Schedule | None = getattr(specialist, "schedule", None)
    depends_on(TIMES(specialist.pk))
    parts_may_be_kept()
    clock = chosen_clock(request, schedule)
    zone = clock.zone
    if "tz" in request.GET:
        goes_by(("tz", zone.key))
    context: dict[str, Any] = {
        "specialist": specialist,
        "profile_path": profile_path(specialist),
        "zone": zone,
        "clock": clock,
        "specialist_zone": zones.load_zone(schedule.time_zone) if schedule else None,
    }
    if schedule is None:
        context |= {"days": [], "why": Why(NothingFreeReason.CLOSED), "similar": similar(specialist)}
        return render(request, "pages/booking/slots.html", context)
    now = timezone.now()
    earlier = kept.with_specialist(request, specialist.pk)
    held = kept.hold(earlier)
    # What this browser keeps is not in its own way.
    hours = read_hours([schedule.pk], now=now, without=held.pk if held else None)[schedule.pk]
    if held and held.hold_expires_at:
        context |= {
            "kept": on_both_clocks(held.starts_at, zone, context),
            "kept_until": held.hold_expires_at.astimezone(zone),
        }

    if request.method == "POST" and "again" not in request.POST:
        return _post_booking(request, specialist, hours, context)
    prefilled, start = verified_email.known(request), parse_start(request.GET.get("start"))
    if earlier:  # *Back*, or another time after all: nothing is typed twice
        prefilled |= kept.as_initial(kept.typed(request, earlier))
    if request.method == "POST":
        typed = BookingForm(request.POST, request=request)
        prefilled, context["typed"] = typed.as_typed(), typed.typed
        start = None if request.POST["again"] == "list" else parse_start(request.POST.get("start"))
    if start is not None and start in hours.starts(now=now, since=start, until=start + timedelta(minutes=1)):
        form = BookingForm(
            initial={**prefilled, "start": start.strftime(START_FORMAT), "time_zone": zone.key},
            request=request,
        )
        return _details(request, form, start, context)
    if start is not None:
        context["notice"] = SlotUnavailable.sentence
    elif request.method != "POST" and not earlier:
        # Browsers keep none of it: what somebody comes back to would show times that are gone.
        may_be_kept(for_browsers=False)
    return _list(request, specialist, hours, context)


def _post_booking(
    request: HttpRequest, specialist: Specialist, hours: Hours, context: dict[str, Any]
) -> HttpResponse:
    form = BookingForm(request.POST, request=request)
    context["typed"] = form.typed
    if not form.is_valid():
        start = parse_start(request.POST.get("start"))
        if start is None:
            return _list(request, specialist, hours, {**context, "notice": SlotUnavailable.sentence}, 422)
        return _details(request, form, start, context, 422)
    start, client = form.cleaned_data["start"], form.details()
    wanted = Wanted(specialist, start, client, form.cleaned_data["key"])
    if form.is_by_machine:
        return _pending(request, wanted, None)
    _join_to_earlier(request, wanted)
    try:
        with counted(request, wanted, hours):
            has_mailed = kept.has_mailed(request, wanted.address)
            booking = services.request_discreetly(wanted=wanted, hours=hours, has_mailed=has_mailed)
    except limits.TooOften as error:
        return _refuse(request, specialist, context, TooManyHolds(error))
    except Busy as error:  # the time may still be free: the same form, to be sent again
        if Booking.objects.active().filter(schedule_id=specialist.pk, blocked__contains=start).exists():
            return _refuse(request, specialist, context, SlotTaken())
        response = _details(request, form, start, {**context, "notice": error.sentence}, error.status)
        response["Retry-After"] = str(error.retry_after)
        return response
    except BookingError as error:
        return _refuse(request, specialist, context, error)
    # The same form sent again after the mail was used: its link is for whoever reads the mail, not for whoever typed.
    if not client.is_verified:
        return _pending(request, wanted, booking)
    return redirect("booking", booking.uid if booking.client_id else tokens.issue(booking, "client"))


def _details(
    request: HttpRequest, form: BookingForm, start: datetime, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {**context, **on_both_clocks(start, context["zone"], context), "form": form}
    context["query_of_form"] = urlencode({"tz": context["zone"].key, "start": context["start_value"]})
    return render(request, "pages/booking/details.html", context, status=status)


def _join_to_earlier(request: HttpRequest, wanted: Wanted) -> None:
    """Find the hold of this browser that `wanted` changes: another address, another time, other details.

    One that has run out is held anew, under a key of its own: the form's has had its booking. The form of one time is
    not one for another (booking rule F8).
    """
    wanted.first_key = str(wanted.key)
    earlier = kept.find(request, str(wanted.key)) or kept.with_specialist(request, wanted.specialist.pk)
    if earlier is None or earlier.specialist != wanted.specialist.pk:
        return
    row = earlier.row
    if earlier.key == str(wanted.key) and earlier.starts_at != wanted.start:
        return
    wanted.first_key, wanted.is_same_address = earlier.key, earlier.is_for(wanted.client.email)
    wanted.held = kept.hold(earlier)
    if row is None or wanted.held is not None or row.idempotency_key != wanted.key:
        return
    if row.status == Booking.Status.HELD or row.status == Booking.Status.EXPIRED:
        wanted.key = uuid.uuid5(row.uid, f"{wanted.start.isoformat()} {wanted.address}")


def _pending(request: HttpRequest, wanted: Wanted, booking: Booking | None) -> HttpResponse:
    """Ask to look for the mail: in the same words whoever the time is held for. No booking: for a machine."""
    held_until = booking.hold_expires_at if booking else None
    until = held_until or min(timezone.now() + settings.BOOKING_HOLD, wanted.start)
    kept.remember(
        request,
        Kept(
            key=wanted.first_key or str(wanted.key),
            booking=str(booking.uid) if booking else None,
            specialist=wanted.specialist.pk,
            start=wanted.start.isoformat(),
            time_zone=wanted.client.time_zone,
            email=wanted.client.email,
            until=until.isoformat(),
            is_mailed=booking is not None and not booking.is_nobodys,
        ),
        kept.as_typed(request.POST),
    )
    return redirect("booking_pending")


def _refuse(
    request: HttpRequest, specialist: Specialist, context: dict[str, Any], error: BookingError
) -> HttpResponse:
    """The list of times as it is now, with the reason above it."""
    fresh = read_hours([specialist.pk])[specialist.pk]
    context = {**context, "notice": error.sentence}
    if isinstance(error, AlreadyBooked) and request.user.is_authenticated:
        own_booking = Booking.objects.active().filter(client=request.user, schedule_id=specialist.pk).first()
        if own_booking:  # they need no mail to find it
            context |= {"notice": AlreadyBooked.own_sentence, "own_booking": own_booking}
    response = _list(request, specialist, fresh, context, error.status)
    if error.retry_after:
        response["Retry-After"] = str(error.retry_after)
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
    with reading(SPECIALIST(specialist.pk), found=[TOPIC]):
        topics = [topic.slug for topic in specialist.topics.all()]
    found = free_soon(language, topic_slugs=topics, **wanted) if topics else []
    return [card for card in found or free_soon(language, **wanted) if card["starts"]]


def profile_path(specialist: Specialist) -> str | None:
    """The address of the specialist's page in the language being read, else in any; None without. 1 query."""
    with reading(SPECIALIST(specialist.pk), RESTRICTION, found=[PAGE]):
        rows = PAGES.rows(specialist=specialist.pk)
    depends_on(*(PAGE(pk) for pk, *_rest in rows))  # of those that aren't shown, too: they may be tomorrow
    paths = {
        code: path_in(code, url_path)
        for _pk, is_live, is_private, code, url_path in rows
        if is_live and not is_private
    }
    return paths.get(get_language() or "") or next(iter(paths.values()), None)
