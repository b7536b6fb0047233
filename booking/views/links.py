"""What the links in the e-mails open, and somebody logged in by a booking's UID. GET never changes anything."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import sessions
from booking import services, tokens, verified_email
from booking.calendars import add_links, calendar_file
from booking.errors import BookingError, HoldExpired, SlotUnavailable, Stale
from booking.forms import ReasonForm, as_shown, parse_shown, parse_start
from booking.models import ActionToken, Booking, BookingEvent
from booking.slots import Hours, read_hours
from booking.views.days import on_both_clocks, slot_days
from core.i18n import zones
from core.private_pages import private

Purpose = ActionToken.Purpose
Status = Booking.Status
View = Callable[[HttpRequest, ActionToken, str], HttpResponse]


def with_token(*purposes: str) -> Callable[[View], Callable[[HttpRequest, str], HttpResponse]]:
    """Give the view the token's row, if the token is for one of `purposes`.

    Unknown and outdated tokens, and those for something else, are the same 404. Nothing is cached or referred.
    """

    def decorate(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
        @never_cache
        @wraps(view)
        def run(request: HttpRequest, token: str) -> HttpResponse:
            link = tokens.find(token, user=request.user)
            if link is None or link.purpose not in purposes:
                raise Http404
            return private(view(request, link, token))

        return run

    return decorate


def booking_context(link: ActionToken, **more: Any) -> dict[str, Any]:
    """What every page about a booking shows: on the client's clock, or the specialist's for their own link."""
    booking, now = link.booking, timezone.now()
    schedule = booking.schedule
    specialist_zone = zones.load_zone(schedule.time_zone)
    known_zone = (
        specialist_zone if link.purpose == Purpose.SPECIALIST else zones.load_zone(booking.client_time_zone)
    )
    zone = known_zone or ZoneInfo("UTC")
    hold_until = booking.hold_expires_at
    return {
        "booking": booking,
        "shown": as_shown(booking),
        "specialist": schedule.specialist,
        "zone": zone,
        "specialist_zone": specialist_zone,
        **on_both_clocks(booking.starts_at, zone, {"specialist_zone": specialist_zone}),
        "is_lapsed": booking.status == Status.HELD and hold_until is not None and hold_until <= now,
        "is_unanswered": booking.is_unanswered_at(now),
        "has_begun": booking.has_begun(now),
        "hold_until": hold_until.astimezone(zone) if hold_until else None,
        "answer_by": booking.answer_by.astimezone(zone) if booking.answer_by else None,
        "movable_until": schedule.movable_until(booking.starts_at).astimezone(zone),
        "is_movable": booking.is_open_at(now) and now <= schedule.movable_until(booking.starts_at),
        "now": now,
        **more,
    }


@require_safe
@with_token(Purpose.CLIENT)
def status(request: HttpRequest, link: ActionToken, token: str) -> HttpResponse:
    """How the consultation stands, and what can be done about it."""
    return _status(request, link, token)


def shown_in(request: HttpRequest) -> services.Shown:
    """What the page said on which the button was pressed."""
    return parse_shown(request.POST.get("shown"))


def _status(
    request: HttpRequest,
    link: ActionToken,
    token: str,
    error: BookingError | None = None,
    *,
    typed: str = "",
) -> HttpResponse:
    if error is not None:
        link.booking.refresh_from_db()
    context = booking_context(link, token=token, calendars=add_links(link.booking), typed=typed)
    if error is not None:
        context["notice"] = error.sentence
    return render(request, "pages/booking/status.html", context, status=error.status if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@with_token(Purpose.CLIENT)
def confirm(request: HttpRequest, link: ActionToken, token: str) -> HttpResponse:
    """The link of the first e-mail: a page with one button, which confirms."""
    if request.method == "POST":
        verified_email.prove(request, link.booking.client_email)
        try:
            services.confirm_booking(booking=link.booking, shown=shown_in(request))
        except HoldExpired as error:
            link.booking.refresh_from_db()
            context = booking_context(link, token=token)
            if context["is_unanswered"]:  # it was confirmed in time, and has ended as a request
                return redirect("booking", token)
            return render(request, "pages/booking/expired.html", context, status=error.status)
        except BookingError as error:
            return _status(request, link, token, error)
        return redirect("booking", token)
    context = booking_context(link, token=token)
    if (context["is_lapsed"] or link.booking.status == Status.EXPIRED) and not context["is_unanswered"]:
        return render(request, "pages/booking/expired.html", context, status=410)
    if link.booking.status != Status.HELD:
        return redirect("booking", token)
    return render(request, "pages/booking/confirm.html", context)


@require_POST
@with_token(Purpose.CLIENT)
def again(request: HttpRequest, link: ActionToken, token: str) -> HttpResponse:
    """To the free times once more, without another e-mail: this link has come by one."""
    verified_email.prove(request, link.booking.client_email)
    return redirect("specialist_book", link.booking.schedule.specialist.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@with_token(Purpose.CLIENT)
def cancel(request: HttpRequest, link: ActionToken, token: str) -> HttpResponse:
    """Asks once, with room for a reason, then cancels. If it has changed since, it asks again, with what was typed."""
    error: BookingError | None = None
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_booking(
                booking=link.booking,
                actor=BookingEvent.Actor.CLIENT,
                shown=shown_in(request),
                reason=form.cleaned_data["reason"],
            )
            if link.pk:  # a mail's link: whoever lets a time go by it has shown that the address is theirs
                verified_email.prove(request, link.booking.client_email)
            return redirect("booking", token)
        except BookingError as problem:
            error = problem
            link.booking.refresh_from_db()
    if not link.booking.is_active or link.booking.has_begun(timezone.now()):
        if error is None:
            return redirect("booking", token)
        return _status(request, link, token, error, typed=request.POST.get("reason", "")[:300])
    context = booking_context(link, token=token, form=form, notice=error.sentence if error else None)
    code = error.status if error else 422 if form.errors else 200
    return render(request, "pages/booking/cancel.html", context, status=code)


@require_POST
@with_token(Purpose.CLIENT)
def agree(request: HttpRequest, link: ActionToken, token: str) -> HttpResponse:
    """The client takes the time that the specialist proposed."""
    try:
        services.accept_proposal(booking=link.booking, shown=shown_in(request))
    except BookingError as error:
        return _status(request, link, token, error)
    return redirect("booking", token)


@require_http_methods(["GET", "HEAD", "POST"])
@with_token(Purpose.CLIENT)
def move(request: HttpRequest, link: ActionToken, token: str) -> HttpResponse:
    """Other free times of the same specialist; choosing one shows both; a POST moves.

    After the cut-off it says so, and what is still possible.
    """
    if not link.booking.is_open_at(timezone.now()):
        return (
            _status(request, link, token, Stale()) if request.method == "POST" else redirect("booking", token)
        )
    if request.method != "POST" and not booking_context(link)["is_movable"]:
        return render(request, "pages/booking/too_late.html", booking_context(link, token=token))

    def act(start: datetime) -> HttpResponse:
        services.move_booking(booking=link.booking, start=start, shown=shown_in(request))
        return redirect("booking", token)

    return _another_time(request, link, token, "pages/booking/move.html", act)


@require_http_methods(["GET", "HEAD", "POST"])
@with_token(Purpose.SPECIALIST)
def answer(request: HttpRequest, link: ActionToken, token: str) -> HttpResponse:
    """The specialist's page for a request: who asks, what for, and yes, no, another time, or off. A POST acts.

    The link from the mail is enough to answer. What the client wrote is read by whoever is logged in alone.
    """
    form = ReasonForm(request.POST if request.method == "POST" else None)
    notice: BookingError | None = None
    if request.method == "POST" and form.is_valid():
        shown = shown_in(request)
        try:
            if request.POST.get("answer") == "accept":
                services.accept_request(booking=link.booking, shown=shown)
            elif request.POST.get("answer") == "decline":
                services.decline_request(
                    booking=link.booking, shown=shown, reason=form.cleaned_data["reason"]
                )
            elif request.POST.get("answer") == "cancel":
                services.cancel_booking(
                    booking=link.booking,
                    actor=BookingEvent.Actor.SPECIALIST,
                    shown=shown,
                    reason=form.cleaned_data["reason"],
                )
            else:
                raise Stale
            return redirect("booking_answer", token)
        except BookingError as error:
            link.booking.refresh_from_db()
            notice = error
    return _answer(request, link, token, form, notice)


def _answer(
    request: HttpRequest, link: ActionToken, token: str, form: ReasonForm, notice: BookingError | None
) -> HttpResponse:
    """How it stands for the specialist, with what was typed if `notice` says why nothing was settled."""
    context = booking_context(link, token=token, form=form, notice=notice.sentence if notice else None)
    context["reads_words"] = _may_read_words(request, link)
    # Where the page asks the same question again, it is in the form.
    asks_again = link.booking.is_open_at(context["now"]) and not link.booking.awaits_client
    context["typed"] = request.POST.get("reason", "")[:300] if notice and not asks_again else ""
    wrong = notice.status if notice else 422 if form.errors else 200
    return render(request, "pages/booking/answer.html", context, status=wrong)


def _may_read_words(request: HttpRequest, link: ActionToken) -> bool:
    """Whether this is the specialist, logged in with a second factor: a mailbox that others read tells them nothing."""
    user = request.user
    own = user.is_authenticated and user.pk == link.booking.schedule.specialist.user_id
    return own and not sessions.must_show_factor(request)


@require_http_methods(["GET", "HEAD", "POST"])
@with_token(Purpose.SPECIALIST)
def propose(request: HttpRequest, link: ActionToken, token: str) -> HttpResponse:
    """The specialist's own free times; choosing one shows both; a POST proposes it to the client."""
    if not link.booking.is_open_at(timezone.now()):
        if request.method == "POST":
            return _answer(request, link, token, ReasonForm(), Stale())
        return redirect("booking_answer", token)

    def act(start: datetime) -> HttpResponse:
        services.propose_time(booking=link.booking, start=start, shown=shown_in(request))
        return redirect("booking_answer", token)

    return _another_time(request, link, token, "pages/booking/propose.html", act)


def _another_time(
    request: HttpRequest,
    link: ActionToken,
    token: str,
    template: str,
    act: Callable[[datetime], HttpResponse],
) -> HttpResponse:
    """Free times in place of a booking's own; `start` in the address asks once more, a POST calls `act` with it."""
    notice, code = None, 200
    if request.method == "POST":
        start = parse_start(request.POST.get("start"))
        try:
            if start is None:
                raise SlotUnavailable
            return act(start)
        except BookingError as error:
            link.booking.refresh_from_db()
            notice, code = error.sentence, error.status
    now = timezone.now()
    hours = _hours_for(link, now)
    context = booking_context(link, token=token, notice=notice)
    chosen = parse_start(request.GET.get("start")) if request.method != "POST" else None
    if chosen and chosen in hours.starts(now=now, since=chosen, until=chosen + timedelta(minutes=1)):
        context["chosen"] = on_both_clocks(chosen, context["zone"], context)
    elif chosen:
        context["notice"] = SlotUnavailable.sentence
    context |= slot_days(request, hours, context["zone"], now)
    return render(request, template, context, status=code)


def _hours_for(link: ActionToken, now: datetime) -> Hours:
    """The specialist's hours without this booking; for the specialist also without notice, and while closed."""
    pk = link.booking.schedule_id
    hours = read_hours([pk], now=now, without=link.booking.pk)[pk]
    if link.purpose == Purpose.SPECIALIST:
        hours.is_open, hours.rules = True, hours.rules.without_notice()
    return hours


@require_safe
@with_token(Purpose.CLIENT)
def calendar(request: HttpRequest, link: ActionToken, token: str) -> HttpResponse:
    """The calendar file of a confirmed consultation."""
    if link.booking.status != Status.CONFIRMED:
        raise Http404
    response = HttpResponse(
        calendar_file(link.booking, method="REQUEST"),
        content_type="text/calendar; charset=utf-8; method=REQUEST",
    )
    response["Content-Disposition"] = 'attachment; filename="consultation.ics"'
    return response
