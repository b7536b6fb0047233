"""A specialist's own side: consultations, hours, the calendar to subscribe to."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.login_required import ACCOUNT, account_required
from booking import feeds, services
from booking.availability import DateOverride, Window
from booking.errors import BookingError, ScheduleChanged
from booking.forms import as_shown, parse_shown
from booking.hours_forms import HoursForm
from booking.models import Booking, BookingEvent, CalendarFeed, Schedule
from booking.slots import Hours, by_local_date, read_hours
from core.forms.numbers import whole
from core.i18n.zones import current_name, load_zone, midnight
from core.users import UserRequest
from directory.models import Specialist

Status = Booking.Status
PREVIEW_DAYS = 14
MORE_ROWS, MOST_ROWS = 3, 60
WORKING_DAYS = range(5)
GROUPS = {
    "requests": _("Waiting for your answer"),
    "client": _("Waiting for the client"),
    "today": _("Today"),
    "later": _("Coming up"),
    "past": _("Past and ended"),
}
SHOWN_AFTERWARDS = timedelta(days=30)


def specialists_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the logged-in user's own specialist; others don't see that the page is there."""

    @never_cache
    @account_required(ACCOUNT)
    @wraps(view)
    def run(request: UserRequest, **kwargs: Any) -> HttpResponse:
        specialist = Specialist.objects.filter(user=request.user).select_related("schedule", "user").first()
        if specialist is None:
            raise Http404
        return view(request, specialist, **kwargs)

    return run


@specialists_only
@require_safe
def consultations(request: HttpRequest, specialist: Specialist) -> HttpResponse:
    """Requests first, then today, what comes, and what was in the last month."""
    return _consultations(request, specialist)


def _consultations(
    request: HttpRequest, specialist: Specialist, error: BookingError | None = None
) -> HttpResponse:
    now = timezone.now()
    schedule = getattr(specialist, "schedule", None)
    zone = load_zone(schedule.time_zone if schedule else None) or load_zone("UTC")
    bookings = (
        Booking.objects.filter(schedule=schedule, ends_at__gt=now - SHOWN_AFTERWARDS)
        if schedule
        else Booking.objects.none()
    )
    unanswered = set(
        BookingEvent.objects.filter(
            booking__in=bookings, from_status=Status.REQUESTED, to_status=Status.EXPIRED
        ).values_list("booking", flat=True)
    )
    today = now.astimezone(zone).date()
    groups: dict[str, list[dict[str, Any]]] = {group: [] for group in GROUPS}
    for booking in bookings:
        start = booking.starts_at.astimezone(zone)
        row = {
            "booking": booking,
            "shown": as_shown(booking),
            "is_unanswered": booking.pk in unanswered or booking.is_late_at(now),
            "start": start,
            "answer_by": booking.answer_by.astimezone(zone) if booking.answer_by else None,
        }
        group = "past" if row["is_unanswered"] else _group(booking, start, today=today, now=now)
        if group is not None:
            groups[group].append(row)
    groups["past"].reverse()
    context = {
        "specialist": specialist,
        "schedule": schedule,
        "groups": [(GROUPS[group], rows) for group, rows in groups.items()],
        "zone": zone,
        "now": now,
        "notice": error.sentence if error else None,
    }
    code = error.status if error else 200
    return render(request, "account/specialist/consultations.html", context, status=code)


def _group(booking: Booking, start: datetime, *, today: date, now: datetime) -> str | None:
    """Under which heading of `GROUPS` a consultation stands; None for what the specialist was never told of."""
    if booking.status == Status.REQUESTED:
        return "client" if booking.awaits_client else "requests"
    if booking.status == Status.CONFIRMED and booking.ends_at > now:
        return "today" if start.date() <= today else "later"
    return None if booking.status in {Status.HELD, Status.EXPIRED} else "past"


@specialists_only
@require_POST
def close(request: HttpRequest, specialist: Specialist, *, uid: str, to: str) -> HttpResponse:
    """It took place, or the client wasn't there."""
    booking = get_object_or_404(Booking, uid=uid, schedule__specialist=specialist)
    try:
        services.close_booking(
            booking=booking,
            to=to,
            actor=BookingEvent.Actor.SPECIALIST,
            shown=parse_shown(request.POST.get("shown")),
        )
    except BookingError as error:
        return _consultations(request, specialist, error)
    return redirect("specialist_consultations")


@specialists_only
@require_POST
def resume(request: HttpRequest, specialist: Specialist) -> HttpResponse:
    """Offer free consultations again."""
    services.resume(schedule_id=specialist.pk)
    messages.success(request, _("Your free consultations are offered again."))
    return redirect("specialist_hours")


@specialists_only
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: UserRequest, specialist: Specialist) -> HttpResponse:
    """The hours, with what clients would see. What touches booked times is shown before it is saved."""
    schedule = Schedule.objects.filter(pk=specialist.pk).first() or Schedule(
        specialist=specialist, time_zone=request.user.time_zone, is_open=False
    )
    was_zone = schedule.time_zone
    data = _edited(request.POST) if request.method == "POST" else None
    form = HoursForm(data, instance=schedule)
    act = request.POST.get("act", "")
    shown = request.POST.get("shown", "") if data is not None else services.fingerprint(specialist.pk)
    context: dict[str, Any] = {"specialist": specialist, "form": form, "schedule": schedule, "shown": shown}
    if request.method != "POST":
        context |= _preview(specialist, None, schedule)
        return render(request, "account/specialist/hours.html", context)
    if act.startswith(("copy:", "add:")):
        return render(request, "account/specialist/hours.html", context)
    if not form.is_valid():
        return render(request, "account/specialist/hours.html", context, status=422)
    context |= _preview(specialist, form, schedule)
    outside = _outside(specialist, context["hours"]) if schedule.pk else []
    moved = current_name(was_zone) != current_name(schedule.time_zone)
    if act == "preview" or ((outside or moved) and act != "save-anyway"):
        context |= {
            "outside": outside,
            "was_zone": was_zone if moved else None,
            "must_agree": act != "preview",
        }
        return render(request, "account/specialist/hours.html", context)
    try:
        services.edit_schedule(specialist_id=specialist.pk, save=form.save, shown=shown)
    except ScheduleChanged as error:
        context |= {"notice": error.sentence, "shown": services.fingerprint(specialist.pk)}
        return render(request, "account/specialist/hours.html", context, status=error.status)
    messages.success(request, _("Your hours are saved. Clients see them at once."))
    return redirect("specialist_hours")


def _edited(post: QueryDict) -> QueryDict:
    """The form with more empty rows, or with the hours of one day on the working days as well, if asked for."""
    data = post.copy()
    act, _colon, what = post.get("act", "").partition(":")
    name = "windows" if act == "copy" else what
    total = whole(post.get(f"{name}-TOTAL_FORMS", ""))
    if act not in {"add", "copy"} or total is None or total > MOST_ROWS:
        return data
    if act == "add":
        data[f"{name}-TOTAL_FORMS"] = str(total + MORE_ROWS)
        return data
    rows = [
        tuple(post.get(f"windows-{number}-{part}", "") for part in ("weekday", "start", "end"))
        for number in range(total)
    ]
    copies = [
        (str(day), start, end)
        for day in WORKING_DAYS
        for weekday, start, end in rows
        if weekday == what and start and end and (str(day), start, end) not in rows
    ]
    for number, copy in enumerate(copies, start=total):
        for part, value in zip(("weekday", "start", "end"), copy, strict=True):
            data[f"windows-{number}-{part}"] = value
    data["windows-TOTAL_FORMS"] = str(total + len(copies))
    return data


def _preview(specialist: Specialist, form: HoursForm | None, schedule: Schedule) -> dict[str, Any]:
    """The next two weeks as clients would see them, with what is typed and not yet saved."""
    now = timezone.now()
    stored = read_hours([specialist.pk], now=now).get(specialist.pk)
    shown_hours = Hours(schedule=schedule, is_open=schedule.is_open, rules=schedule.rules)
    shown_hours.busy = stored.busy if stored else []
    if form is None:
        shown_hours.windows, shown_hours.exceptions = (
            (stored.windows, stored.exceptions) if stored else ([], [])
        )
    else:
        shown_hours.windows = [
            Window(row["weekday"], row["start"], row["end"]) for row in form.rows("windows")
        ]
        shown_hours.exceptions = [
            DateOverride(row["first"], row["last"], row.get("start"), row.get("end"))
            for row in form.rows("exceptions")
        ]
    zone = load_zone(schedule.time_zone)
    assert zone is not None  # noqa: S101 - the form has refused others
    today = now.astimezone(zone).date()
    starts = shown_hours.starts(
        now=now, since=now, until=midnight(today + timedelta(days=PREVIEW_DAYS), zone)
    )
    return {"hours": shown_hours, "preview": sorted(by_local_date(starts, zone).items()), "zone": zone}


def _outside(specialist: Specialist, hours: Hours) -> list[tuple[datetime, Booking]]:
    """Booked consultations ahead that the new hours wouldn't offer. They stay as they are."""
    now = timezone.now()
    zone = load_zone(hours.schedule.time_zone)
    ahead = (
        Booking.objects.active()
        .filter(schedule__pk=specialist.pk, starts_at__gt=now)
        .exclude(status=Status.HELD)
    )
    bare = Hours(schedule=hours.schedule, is_open=True, rules=hours.rules.without_limits())
    bare.windows, bare.exceptions = hours.windows, hours.exceptions
    return [
        (booking.starts_at.astimezone(zone), booking)
        for booking in ahead
        if not bare.starts(now=now, since=booking.starts_at, until=booking.starts_at + timedelta(seconds=1))
    ]


@specialists_only
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: UserRequest, specialist: Specialist) -> HttpResponse:
    """The address to subscribe to: shown once when it is made; making a new one ends the old one."""
    if request.method == "POST":
        address = feeds.renew(request.user) if request.POST.get("act") == "renew" else None
        if address is None:
            CalendarFeed.objects.filter(user=specialist.user).delete()
            messages.success(request, _("The calendar address no longer works."))
            return redirect("specialist_calendar")
        return render(
            request, "account/specialist/calendar.html", {"specialist": specialist, "address": address}
        )
    feed = CalendarFeed.objects.filter(user=specialist.user).first()
    return render(request, "account/specialist/calendar.html", {"specialist": specialist, "feed": feed})
