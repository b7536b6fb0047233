"""After choosing: what waits for its link, kept in this browser's session alone."""

from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking import kept, services
from booking.errors import BookingError, Stale
from booking.kept import Kept
from booking.models import Booking
from booking.services import mail_quota
from booking.views.days import on_both_clocks
from core import limits
from core.forms.honeypot import FASTEST, shown_before
from core.i18n import zones
from core.names import isolated
from directory.models import Specialist

MACHINES_WAIT = 86_400  # seconds
LINKS_AGAIN = "3/h/browser"
Status = Booking.Status


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
                # Silently: how many mails an address gets is its owner's alone.
                with suppress(limits.TooOften):
                    mail_quota.count_another(asked.email)
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
        **on_both_clocks(asked.starts_at, zone, {"specialist_zone": specialist_zone}),
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
            {"url": pending_url(other), **on_both_clocks(other.starts_at, zone, {"specialist_zone": zone})}
            for other in kept.every(request)
            if other.key != asked.key and kept.hold(other)
        ],
    }
    return render(request, "pages/booking/pending.html", context, status=status)
