"""iCalendar files (RFC 5545, 5546): neutral, private, in UTC so that no time-zone table is needed."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from booking.models import Booking
from core.names import in_mail


def calendar_file(booking: Booking, *, method: str, now: datetime | None = None) -> bytes:
    """The calendar file for the client's copy of a booking.

    `method` is REQUEST (confirmed) or CANCEL. The UID is the booking's for life and SEQUENCE counts its changes,
    so that calendars replace what they have. The organizer is the site: answers don't reach the specialist.
    """
    now = now or timezone.now()
    with translation.override(booking.client_language):
        event = Event()
        event.add("uid", f"{booking.uid}@{settings.SITE_HOST}")
        event.add("sequence", booking.sequence)
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", booking.starts_at.astimezone(UTC))
        event.add("dtend", booking.ends_at.astimezone(UTC))
        event.add("summary", _("Consultation"))
        event.add("class", "PRIVATE")
        event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
        organizer = vCalAddress(f"MAILTO:{settings.BOOKING_ORGANIZER}")
        organizer.params["CN"] = vText(settings.WAGTAIL_SITE_NAME)
        event["organizer"] = organizer
        attendee = vCalAddress(f"MAILTO:{booking.client_email}")
        attendee.params["CN"] = vText(in_mail(booking.client_name))
        attendee.params["PARTSTAT"] = vText("ACCEPTED")
        attendee.params["RSVP"] = vText("FALSE")
        event.add("attendee", attendee, encode=0)
        if method != "CANCEL":
            event.add("location", " ".join(booking.schedule.joining.split()))
            event.add("description", booking.schedule.joining)

    calendar = Calendar()
    calendar.add("prodid", "-//Attune//Free consultation//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return calendar.to_ical()


def add_links(booking: Booking) -> list[tuple[str, str]]:
    """Names and addresses of calendars on the web that take an appointment from a link.

    They learn the time and the word *Consultation*: no name, no note, no way to join.
    """
    start, end = (moment.astimezone(UTC) for moment in (booking.starts_at, booking.ends_at))
    title = _("Consultation")
    google = {"action": "TEMPLATE", "text": title, "dates": f"{start:%Y%m%dT%H%M%SZ}/{end:%Y%m%dT%H%M%SZ}"}
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title,
        "startdt": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{end:%Y-%m-%dT%H:%M:%SZ}",
    }
    return [
        ("Google", f"https://calendar.google.com/calendar/render?{urlencode(google)}"),
        ("Outlook", f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(outlook)}"),
    ]
