"""Choosing a time, telling who you are, and what the links in the e-mails open. GET never changes anything."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking import services, tokens
from booking.calendars import calendar_file
from booking.errors import BookingError, Busy, HoldExpired, Stale
from booking.forms import START_FORMAT, BookingForm, parse_start
from booking.models import ActionToken, Booking, BookingEvent, Schedule
from booking.slots import Hours, by_local_date, read_hours
from core import zones
from core.models.pages import unrestricted
from directory.models import Specialist, SpecialistPage

DAYS_A_PAGE = 14


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, slug: str) -> HttpResponse:
    """The free times of a specialist; with `start` the form for one of them; a POST holds it."""
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

    if request.method == "POST":
        return _post_booking(request, specialist, hours, context)
    start = parse_start(request.GET.get("start"))
    if start is not None and start in hours.starts(now=now, since=start, until=start + timedelta(minutes=1)):
        form = BookingForm(
            initial={"start": start.strftime(START_FORMAT), "time_zone": zone.key, **known_client(request)}
        )
        return render(
            request, "pages/booking/details.html", {**context, **times(start, zone, context), "form": form}
        )
    if start is not None:
        context["notice"] = services.SlotUnavailable.sentence
    return render(request, "pages/booking/slots.html", {**context, **slot_days(request, hours, zone, now)})


def _post_booking(
    request: HttpRequest, specialist: Specialist, hours: Hours, context: dict[str, Any]
) -> HttpResponse:
    zone = context["zone"]
    form = BookingForm(request.POST)
    if not form.is_valid():
        start = parse_start(request.POST.get("start"))
        if start is None:
            context["notice"] = services.SlotUnavailable.sentence
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
    start = form.cleaned_data["start"]
    try:
        booking = services.request_booking(
            specialist=specialist,
            start=start,
            client=form.details(request.user),
            key=form.cleaned_data["key"],
        )
    except BookingError as error:
        now = timezone.now()
        fresh = read_hours([specialist.pk], now=now)[specialist.pk]
        response = render(
            request,
            "pages/booking/slots.html",
            {**context, "notice": error.sentence, **slot_days(request, fresh, zone, now)},
            status=error.status,
        )
        if error.status == 503:
            response["Retry-After"] = "5"
        return response
    return redirect("booking", tokens.issue(booking, ActionToken.Purpose.PENDING))


def with_token(
    view: Callable[[HttpRequest, ActionToken, str], HttpResponse],
) -> Callable[[HttpRequest, str], HttpResponse]:
    """Give the view the token's row; unknown and outdated tokens are the same 404. Nothing is cached or referred."""

    @never_cache
    @wraps(view)
    def run(request: HttpRequest, token: str) -> HttpResponse:
        link = tokens.find(token)
        if link is None:
            raise Http404
        response = view(request, link, token)
        # Not `no-referrer`: Chromium then sends `Origin: null` with the form, which the CSRF check refuses.
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return run


def booking_context(link: ActionToken, **more: Any) -> dict[str, Any]:
    """What every page about a booking shows."""
    booking, now = link.booking, timezone.now()
    zone = zones.load_zone(booking.client_time_zone) or ZoneInfo("UTC")
    specialist_zone = zones.load_zone(booking.schedule.time_zone)
    hold_until = booking.hold_expires_at
    return {
        "booking": booking,
        "specialist": booking.schedule.specialist,
        "zone": zone,
        "specialist_zone": specialist_zone,
        **times(booking.starts_at, zone, {"specialist_zone": specialist_zone}),
        "is_lapsed": booking.status == Booking.Status.HELD and hold_until is not None and hold_until <= now,
        "has_begun": booking.has_begun(now),
        "hold_until": hold_until.astimezone(zone) if hold_until else None,
        "now": now,
        **more,
    }


@require_safe
@with_token
def status(request: HttpRequest, link: ActionToken, token: str) -> HttpResponse:
    """How the consultation stands, and what can be done about it."""
    pending = link.purpose == ActionToken.Purpose.PENDING
    template = "pages/booking/pending.html" if pending else "pages/booking/status.html"
    return render(request, template, booking_context(link, token=token))


@require_http_methods(["GET", "HEAD", "POST"])
@with_token
def confirm(request: HttpRequest, link: ActionToken, token: str) -> HttpResponse:
    """The link of the first e-mail: a page with one button, which confirms."""
    only_client(link)
    if request.method == "POST":
        try:
            services.confirm_booking(booking=link.booking)
        except HoldExpired as error:
            return render(request, "pages/booking/expired.html", booking_context(link), status=error.status)
        except Busy as error:
            context = booking_context(link, token=token, notice=error.sentence)
            return render(request, "pages/booking/status.html", context, status=error.status)
        except Stale:  # cancelled meanwhile: the status page says so
            pass
        return redirect("booking", token)
    context = booking_context(link, token=token)
    if context["is_lapsed"] or link.booking.status == Booking.Status.EXPIRED:
        return render(request, "pages/booking/expired.html", context, status=410)
    if link.booking.status != Booking.Status.HELD:
        return redirect("booking", token)
    return render(request, "pages/booking/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_token
def cancel(request: HttpRequest, link: ActionToken, token: str) -> HttpResponse:
    """Asks once, then cancels."""
    only_client(link)
    if request.method == "POST":
        try:
            services.cancel_booking(booking=link.booking, actor=BookingEvent.Actor.CLIENT)
        except BookingError as error:
            link.booking.refresh_from_db()
            context = booking_context(link, token=token, notice=error.sentence)
            return render(request, "pages/booking/status.html", context, status=error.status)
        return redirect("booking", token)
    if not link.booking.is_active:
        return redirect("booking", token)
    return render(request, "pages/booking/cancel.html", booking_context(link, token=token))


@require_safe
@with_token
def calendar(request: HttpRequest, link: ActionToken, token: str) -> HttpResponse:
    """The calendar file of a confirmed consultation."""
    only_client(link)
    if link.booking.status != Booking.Status.CONFIRMED:
        raise Http404
    response = HttpResponse(
        calendar_file(link.booking, method="REQUEST"),
        content_type="text/calendar; charset=utf-8; method=REQUEST",
    )
    response["Content-Disposition"] = 'attachment; filename="consultation.ics"'
    return response


def only_client(link: ActionToken) -> None:
    if link.purpose != ActionToken.Purpose.CLIENT:
        raise Http404


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


def known_client(request: HttpRequest) -> dict[str, str]:
    """What a logged-in client needn't type again."""
    if not request.user.is_authenticated:
        return {}
    return {"name": request.user.display_name, "email": request.user.email}


def times(start: datetime, zone: ZoneInfo, context: dict[str, Any]) -> dict[str, Any]:
    """A start on both clocks; `other_start` only if the specialist's shows something else."""
    other_zone = context["specialist_zone"]
    local = start.astimezone(zone)
    other = start.astimezone(other_zone) if other_zone else local
    differs = other.utcoffset() != local.utcoffset()
    return {
        "start": local,
        "start_value": start.astimezone(UTC).strftime(START_FORMAT),
        "other_start": other if differs else None,
    }


def slot_days(request: HttpRequest, hours: Hours, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """Free times of 14 days under their dates on the client's clock, and the ways to earlier and later ones."""
    today = now.astimezone(zone).date()
    last = today + timedelta(days=hours.rules.horizon_days + 1)
    asked = parse_date_or_none(request.GET.get("from"))
    first = min(max(asked, today), last) if asked else today
    since, until = midnight(first, zone), midnight(first + timedelta(days=DAYS_A_PAGE), zone)
    found = by_local_date(hours.starts(now=now, since=since, until=until), zone)
    upcoming = None
    if not found:
        later = hours.starts(now=now, since=until, until=midnight(last + timedelta(days=1), zone), limit=1)
        upcoming = later[0].astimezone(zone) if later else None
    return {
        "days": [
            {
                "date": day,
                "slots": [
                    {
                        "value": start.astimezone(UTC).strftime(START_FORMAT),
                        "start": start,
                        "repeats": sum(other.time() == start.time() for other in starts) > 1,
                    }
                    for start in starts
                ],
            }
            for day, starts in sorted(found.items())
        ],
        "first": first,
        "final": first + timedelta(days=DAYS_A_PAGE - 1),
        "earlier": max(first - timedelta(days=DAYS_A_PAGE), today) if first > today else None,
        "later": first + timedelta(days=DAYS_A_PAGE) if first + timedelta(days=DAYS_A_PAGE) <= last else None,
        "upcoming": upcoming,
        "is_open": hours.is_open,
        "other_now": now.astimezone(zones.load_zone(hours.schedule.time_zone))
        if zones.load_zone(hours.schedule.time_zone)
        else None,
        "local_now": now.astimezone(zone),
    }


def parse_date_or_none(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of `day` on the clock of `zone`, in UTC. In a gap, the instant of the transition or before."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
