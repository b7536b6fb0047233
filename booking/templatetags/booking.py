"""Free consultations in templates of other apps."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template.context import RequestContext
from django.utils import timezone

from booking.models import Booking
from booking.zones import load_zone

register = template.Library()


@register.simple_tag(takes_context=True)
def upcoming_consultations(context: RequestContext) -> list[dict[str, Any]]:
    """The user's confirmed consultations that aren't over, soonest first, as client or specialist. 1 query."""
    user = context["request"].user
    bookings = (
        Booking.objects.visible_to(user)
        .filter(status=Booking.Status.CONFIRMED, ends_at__gt=timezone.now())
        .select_related("schedule__specialist__user")
        .order_by("starts_at")[:50]
    )
    return [
        {
            "booking": booking,
            "as_specialist": booking.schedule.specialist.user == user,
            "starts_at": booking.starts_at.astimezone(
                load_zone(
                    booking.schedule.time_zone
                    if booking.schedule.specialist.user == user
                    else booking.client_time_zone
                )
            ),
        }
        for booking in bookings
    ]


@register.filter
def on_clock_of(moment: datetime, zone: ZoneInfo | str) -> datetime:
    """The moment as the clock of `zone` shows it."""
    return moment.astimezone(load_zone(zone) if isinstance(zone, str) else zone)


@register.filter
def offset(moment: datetime) -> str:
    """The moment's distance to UTC, like UTC+02:00."""
    text = moment.strftime("%z")
    return f"UTC{text[:3]}:{text[3:5]}"


@register.filter
def city(zone: ZoneInfo | str) -> str:
    """The place in a zone's name: Europe/Kyiv gives Kyiv."""
    return str(zone).rsplit("/", 1)[-1].replace("_", " ")
