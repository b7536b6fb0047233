"""A specialist's consultations as a calendar to subscribe to (RFC 5545, 7986), behind an address nobody can guess."""

import hashlib
import secrets
from datetime import UTC, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe
from icalendar import Calendar, Event

from booking import tokens
from booking.models import Booking, CalendarFeed
from core.private_pages import unlisted
from core.users import User

SHOWN_AFTERWARDS = timedelta(days=30)
Status = Booking.Status


def renew(user: User) -> str:
    """A new address for `user`, told once; the one before it stops working."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(user=user, defaults={"digest": tokens.digest(token)})
    return settings.SITE_URL + reverse("calendar_feed", args=[token])


def _find(token: str) -> CalendarFeed:
    feed = (
        CalendarFeed.objects.filter(digest=tokens.digest(token), user__is_active=True)
        .select_related("user")
        .first()
    )
    if feed is None:
        raise Http404
    return feed


def _bookings(feed: CalendarFeed) -> Any:
    return Booking.objects.filter(
        schedule__specialist__user=feed.user,
        status__in=[Status.REQUESTED, Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW],
        ends_at__gt=timezone.now() - SHOWN_AFTERWARDS,
    )


def _etag(request: HttpRequest, token: str) -> str:
    """Changes with every change of what is listed, and with the reader's language."""
    feed = _find(token)
    rows = _bookings(feed).order_by("pk").values_list("pk", "status", "sequence", "updated_at")
    text = repr((feed.user.language, list(rows)))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=_etag)
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar, without attendees and without a word about what a consultation is for."""
    feed = _find(token)
    calendar = Calendar()
    calendar.add("prodid", "-//Attune//Free consultations//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    with translation.override(feed.user.language):
        calendar.add("name", _("Attune: free consultations"))
        calendar.add("x-wr-calname", _("Attune: free consultations"))
        calendar.add("refresh-interval", timedelta(minutes=30), parameters={"VALUE": "DURATION"})
        for booking in _bookings(feed):
            event = Event()
            event.add("uid", f"{booking.uid}@{settings.SITE_HOST}")
            event.add("sequence", booking.sequence)
            event.add("dtstamp", booking.updated_at.astimezone(UTC))
            event.add("dtstart", booking.starts_at.astimezone(UTC))
            event.add("dtend", booking.ends_at.astimezone(UTC))
            event.add("summary", _("Free consultation"))
            event.add("class", "PRIVATE")
            event.add("status", "TENTATIVE" if booking.status == Status.REQUESTED else "CONFIRMED")
            calendar.add_component(event)
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    return unlisted(response)
