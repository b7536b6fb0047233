"""Choosing a time and telling who you are. GET never changes anything."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking import emails, kept, services, tokens, verified_email
from booking.errors import (
    AlreadyBooked,
    Blocked,
    BookingError,
    Busy,
    ClientBusy,
    HoldElsewhere,
    SlotTaken,
    SlotUnavailable,
    Stale,
    TooMany,
    TooOften,
)
from booking.forms import START_FORMAT, BookingForm, CityForm, parse_start
from booking.kept import Kept
from booking.models import Booking, Schedule
from booking.reasons import Reason, Why
from booking.services import ClientDetails, Nobody
from booking.slots import Hours, read_hours
from booking.views.days import slot_days, times
from core import limits
from core.forms.honeypot import FASTEST, shown_before
from core.i18n import zones
from core.mail.addresses import canonical_address, mailbox_of
from core.models.pages import unrestricted
from core.names import isolated
from directory.models import Specialist, SpecialistPage
from directory.search.cards import free_soon

# Times kept for addresses that nobody has proved to be theirs: by people first, so that whoever shares a network with
# many isn't refused; and by a network as many as a clinic needs, and never all of a specialist's or of the site's.
HOLDS = "6/15m/browser,20/h/browser,40/15m/network,120/h/network,300/d/network"
HOLDS_HERE = "{most}/15m/network-key,{twice}/h/network-key"
MOST_HERE, FEW = 12, 4
MACHINES_WAIT = 86_400  # seconds
CORRECTIONS = "5/h/browser,60/h/network"
LINKS_AGAIN = "3/h/browser"
MAILS_AGAIN = "2/h/key"  # to an address that has had its mail, for the browser that caused it
Status = Booking.Status
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
    own = kept.with_specialist(request, specialist.pk)
    held = kept.hold(own)
    # What this browser keeps is not in its own way.
    hours = read_hours([schedule.pk], now=now, without=held.pk if held else None)[schedule.pk]
    if held and held.hold_expires_at:
        context |= {
            "kept": times(held.starts_at, zone, context),
            "kept_until": held.hold_expires_at.astimezone(zone),
        }

    if request.method == "POST" and "again" not in request.POST:
        return _post_booking(request, specialist, hours, context)
    known, start = verified_email.known(request), parse_start(request.GET.get("start"))
    if own:  # *Back*, or another time after all: nothing is typed twice
        known |= kept.as_initial(kept.typed(request, own))
    if request.method == "POST":
        typed = BookingForm(request.POST, request=request)
        known, context["typed"] = typed.as_typed(), typed.typed
        start = None if request.POST["again"] == "list" else parse_start(request.POST.get("start"))
    if start is not None and start in hours.starts(now=now, since=start, until=start + timedelta(minutes=1)):
        form = BookingForm(
            initial={**known, "start": start.strftime(START_FORMAT), "time_zone": zone.key}, request=request
        )
        return _details(request, form, start, context)
    if start is not None:
        context["notice"] = SlotUnavailable.sentence
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
        with _counted(request, wanted, hours):
            booking = _book(request, wanted, hours)
    except limits.TooOften as error:
        return _refuse(request, specialist, context, TooOften(error))
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
    context = {**context, **times(start, context["zone"], context), "form": form}
    return render(request, "pages/booking/details.html", context, status=status)


@dataclass
class Wanted:
    """What somebody asks for, and what of it this browser keeps already.

    `key` is the form's; `first_key` that of the form that began it, which tells it apart in the session.
    """

    specialist: Specialist
    start: datetime
    client: ClientDetails
    key: uuid.UUID
    first_key: str = ""
    held: Booking | None = None
    is_same_address: bool = False

    @property
    def address(self) -> str:
        return canonical_address(self.client.email)

    @property
    def is_corrected(self) -> bool:
        """Whether the hold goes to another address than before."""
        return self.held is not None and not self.is_same_address


def _join_to_earlier(request: HttpRequest, wanted: Wanted) -> None:
    """Find the hold of this browser that `wanted` changes: another address, another time, other details.

    One that has run out is held anew, under a key of its own: the form's has had its booking. The form of one time is
    not one for another (booking rule F8).
    """
    wanted.first_key = str(wanted.key)
    own = kept.find(request, str(wanted.key)) or kept.with_specialist(request, wanted.specialist.pk)
    if own is None or own.specialist != wanted.specialist.pk:
        return
    row = own.row
    if own.key == str(wanted.key) and own.starts_at != wanted.start:
        return
    wanted.first_key, wanted.is_same_address = own.key, own.is_for(wanted.client.email)
    wanted.held = kept.hold(own)
    if row is None or wanted.held is not None or row.idempotency_key != wanted.key:
        return
    if row.status == Status.HELD or row.status == Status.EXPIRED:
        wanted.key = uuid.uuid5(row.uid, f"{wanted.start.isoformat()} {wanted.address}")


@contextmanager
def _counted(request: HttpRequest, wanted: Wanted, hours: Hours) -> Iterator[None]:
    """Count a time that is kept for an address that isn't proved. What is refused doesn't count.

    Nor does the same form sent once more, nor a change of what this browser keeps; another address does, since it
    gets a mail. Raises limits.TooOften.
    """
    is_again = wanted.held is None and Booking.objects.filter(idempotency_key=wanted.key).exists()
    with ExitStack() as uses:
        if wanted.client.is_verified or is_again:
            pass
        elif wanted.held is not None:
            if wanted.is_corrected:
                uses.enter_context(limits.use(request, "correct", CORRECTIONS).unless_refused())
        else:
            uses.enter_context(limits.use(request, "book", HOLDS).unless_refused())
            most = _most_here(hours)
            here = HOLDS_HERE.format(most=most, twice=2 * most)
            pk = str(wanted.specialist.pk)
            uses.enter_context(limits.use(request, "book_here", here, key=pk).unless_refused())
        yield


def _most_here(hours: Hours) -> int:
    """How many of a specialist's times one network may keep at once: half of them, and no fewer than a few."""
    now = timezone.now()
    until = now + timedelta(days=hours.rules.horizon_days + 2)
    all_times = len(hours.starts(now=now, since=now, until=until, limit=2 * MOST_HERE)) + len(hours.lapses)
    return min(MOST_HERE, max(FEW, all_times // 2))


def _book(request: HttpRequest, wanted: Wanted, hours: Hours) -> Booking:
    """Book, or hold the time for nobody, where the owner of an unproved address must not have it.

    Whoever typed the address sees the same, in this browser and in others; its owner is told by mail. An address
    that nobody has proved to be theirs gets one mail an hour.
    """
    try:
        return _request(request, wanted, hours)
    except Stale:
        if wanted.held is None:
            raise
        wanted.held = None  # it has run out, or somebody has confirmed it, while this form was on its way
        wanted.key = uuid.uuid4()
        return _request(request, wanted, hours)


def _request(request: HttpRequest, wanted: Wanted, hours: Hours) -> Booking:
    client, held, start = wanted.client, wanted.held, wanted.start

    def book(client: ClientDetails) -> Booking:
        return services.request_booking(
            specialist=wanted.specialist,
            start=start,
            client=client,
            key=wanted.key,
            held=held,
            keeps_longer=wanted.is_corrected,
        )

    if client.is_verified:
        return book(client)
    nobody = Nobody(
        language=client.language,
        time_zone=client.time_zone,
        stands_for=f"{wanted.first_key}:{wanted.address}",
    )
    if held is None and (earlier := Booking.objects.filter(idempotency_key=wanted.key).first()):
        return book(nobody if earlier.is_nobodys else client)
    if start not in hours.starts(now=timezone.now(), since=start, until=start + timedelta(minutes=1)):
        raise SlotUnavailable  # before anything is looked up that depends on the address
    if held is not None and wanted.is_same_address and held.is_nobodys:
        return book(nobody)
    # One transaction: somebody cut off in the middle (a killed process, a database that is away) has had no mail, and
    # the same form sent again must not find the hour's mail used up. A refusal takes the count back with it.
    with transaction.atomic():
        if not (held is not None and wanted.is_same_address):  # that one has had its mail
            try:
                _count_mail(request, wanted.address)
            except limits.TooOften:
                # The same form may have been sent twice at once.
                if held is None and (earlier := Booking.objects.filter(idempotency_key=wanted.key).first()):
                    return earlier
                return book(nobody)
        try:
            return book(client)
        except Blocked:
            # Its owner isn't told either: a mail would be the stranger's doing.
            return book(nobody)
        except TELLING:
            booking = book(nobody)
            emails.not_booked(client, wanted.specialist)
            return booking


def _count_mail(request: HttpRequest, address: str) -> None:
    """Count a mail to an address that nobody has proved. Raises limits.TooOften after one an hour.

    The browser that caused it may cause a few more: whoever lets a time go and takes another one needs its link.
    """
    try:
        limits.use(request, "booking_mail", verified_email.MAILS, key=mailbox_of(address))
    except limits.TooOften:
        if not kept.has_mailed(request, address):
            raise
        limits.use(request, "booking_mail_again", MAILS_AGAIN, key=mailbox_of(address))


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
        own = Booking.objects.active().filter(client=request.user, schedule_id=specialist.pk).first()
        if own:  # they need no mail to find it
            context |= {"notice": AlreadyBooked.own_sentence, "own_booking": own}
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
    topics = [topic.slug for topic in specialist.topics.all()]
    found = free_soon(language, topic_slugs=topics, **wanted) if topics else []
    return [card for card in found or free_soon(language, **wanted) if card["starts"]]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pending(request: HttpRequest) -> HttpResponse:
    """What this browser has just asked for, and what comes next. Kept in its session alone.

    A POST sends the link again or lets the time go; the address is corrected by the booking form's own address.
    """
    asked = kept.find(request, request.POST.get("of") or request.GET.get("of"))
    if asked is None:
        raise Http404
    if request.method == "POST":
        return _act_on_pending(request, asked)
    return _show_pending(request, asked)


def _act_on_pending(request: HttpRequest, asked: Kept) -> HttpResponse:
    row = asked.row
    try:
        if request.POST.get("do") == "let_go":
            if request.POST.get("shown") != asked.start:  # another tab has chosen another time
                return _show_pending(request, asked, notice=Stale.sentence, status=Stale.status)
            if row is not None:
                services.let_go(booking=row)
            messages.success(request, _("The time is free for others again. You can choose another one."))
            slug = get_object_or_404(Specialist, pk=asked.specialist).slug
            return redirect("specialist_book", slug)
        used = limits.use(request, "send_link", LINKS_AGAIN)
        with used.unless_refused(), transaction.atomic():
            if row is not None:
                with suppress(
                    limits.TooOften
                ):  # silently: how many mails an address gets is its owner's alone
                    limits.use(request, "booking_mail_again", MAILS_AGAIN, key=mailbox_of(asked.email))
                    services.send_link_again(booking=row)
    except limits.TooOften as error:
        notice = _("You have asked for the link several times. Please try again in %(time)s.")
        response = _show_pending(
            request, asked, notice=notice % {"time": limits.in_words(error.seconds)}, status=429
        )
        response["Retry-After"] = str(error.seconds)
        return response
    except Stale:
        return redirect(pending_url(asked))  # it says what has become of it
    except BookingError as error:
        response = _show_pending(request, asked, notice=error.sentence, status=error.status)
        response["Retry-After"] = str(error.retry_after)
        return response
    text = _("If %(address)s can receive e-mail from us, the link arrives there again within a few minutes.")
    messages.success(request, text % {"address": isolated(asked.email)})
    return redirect(pending_url(asked))


def pending_url(asked: Kept) -> str:
    return f"{reverse('booking_pending')}?of={asked.key}"


def _show_pending(
    request: HttpRequest, asked: Kept, *, notice: Any = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    booking = asked.row
    specialist = get_object_or_404(
        Specialist.objects.select_related("schedule", "profession"), pk=asked.specialist
    )
    zone = zones.load_zone(asked.time_zone) or ZoneInfo("UTC")
    specialist_zone = zones.load_zone(specialist.schedule.time_zone)
    until = booking.hold_expires_at if booking and booking.hold_expires_at else asked.held_until
    state = booking.status if booking else Status.HELD
    if state == Status.HELD and until <= now:
        state = Status.EXPIRED
    typed = kept.typed(request, asked)
    if state in {Status.REQUESTED, Status.CONFIRMED}:
        kept.forget_typed(request, asked)
    context = {
        "specialist": specialist,
        "zone": zone,
        "specialist_zone": specialist_zone,
        **times(asked.starts_at, zone, {"specialist_zone": specialist_zone}),
        "asked": asked,
        # Moved by the link in its e-mail. Whoever merely typed the address isn't told where to.
        "is_elsewhere": booking is not None and booking.starts_at != asked.starts_at,
        "email": asked.email,
        "hold_until": until.astimezone(zone),
        "status": state,
        "notice": notice,
        # What the booking form is sent with once more, with another address or after the time has run out.
        "typed": [
            (name, text) for name, texts in typed.items() if name not in {"email", "shown"} for text in texts
        ],
        # The form was shown long ago; to a machine, which is told nothing else, never long enough.
        "shown": shown_before(FASTEST if asked.booking else -MACHINES_WAIT),
        "others": [
            {"url": pending_url(one), **times(one.starts_at, zone, {"specialist_zone": zone})}
            for one in kept.every(request)
            if one.key != asked.key and kept.hold(one)
        ],
    }
    return render(request, "pages/booking/pending.html", context, status=status)


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
