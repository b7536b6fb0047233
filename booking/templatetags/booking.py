"""Free consultations in templates of other apps."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import template
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from booking.models import Booking
from booking.reasons import NothingFreeReason, Why
from core.i18n import cities, zones
from core.i18n.zones import load_zone
from core.names import isolated
from core.templatetags.content import clock, day, offset
from directory.models import Specialist

register = template.Library()


@register.simple_tag(takes_context=True)
def upcoming_consultations(context: RequestContext) -> list[dict[str, Any]]:
    """The user's consultations that aren't over, soonest first, as client or specialist. 1 query."""
    user = context["request"].user
    bookings = (
        Booking.objects.visible_to(user)
        .filter(status__in=[Booking.Status.REQUESTED, Booking.Status.CONFIRMED], ends_at__gt=timezone.now())
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
def isoformat(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


@register.filter
def city_and_country(key: str) -> str:
    """Kyiv, Ukraine for Europe/Kyiv, in the language being read."""
    return cities.label(key)


@register.filter
def zone_names(zone: ZoneInfo) -> str:
    """All names that a browser may have for the zone, with spaces between."""
    return " ".join(zones.names_of(zone.key))


@register.simple_tag
def slot_buttons(slots: list[dict[str, Any]], specialist_zone: ZoneInfo) -> list[dict[str, Any]]:
    """Free starts of a day as buttons. A time that the clock shows twice tells its two readings apart."""
    return [
        {
            "value": slot["value"],
            "label": f"{clock(slot['start'])} ({offset(slot['start'])})"
            if slot["repeats"]
            else clock(slot["start"]),
            "datetime": isoformat(slot["start"]),
            "sr_label": day(slot["start"]),
            "checked": slot["is_chosen"],
        }
        for slot in slots
    ]


@register.simple_tag(takes_context=True)
def slot_pages(
    context: RequestContext, earlier: date | None, later: date | None, zone: ZoneInfo
) -> dict[str, str]:
    """The addresses of the days before and after those shown."""

    def address(first: date | None) -> str:
        return f"?{urlencode({'from': first.isoformat(), 'tz': zone.key})}" if first else ""

    return {"earlier_url": address(earlier), "later_url": address(later)}


@register.simple_tag
def why_none(why: Why, name: str) -> str:
    """The sentence that says why somebody has no free time."""
    sentences = {
        NothingFreeReason.CLOSED: gettext("%(name)s gives no free consultations at the moment."),
        NothingFreeReason.NOT_ACCEPTING: gettext("%(name)s takes on no new clients at the moment."),
        NothingFreeReason.AWAY: gettext("%(name)s is away up to and including %(date)s."),
        NothingFreeReason.FULL: gettext("All times of %(name)s on these days are taken."),
        NothingFreeReason.NO_HOURS: gettext("%(name)s has no hours for free consultations on these days."),
    }
    return sentences[why.reason] % {"name": isolated(name), "date": day(why.until) if why.until else ""}


@register.simple_tag
def ways_on(
    upcoming: datetime | None, zone: ZoneInfo, profile_path: str | None, typed: Any = None
) -> list[dict[str, str]]:
    """What to do where no time is free: go to the next day with one, to others, or to the profile.

    The first is a button of the form around where that takes along what was `typed`.
    """
    ways = others_way()
    if upcoming:
        day_of_it = upcoming.date().isoformat()
        query = urlencode({"from": day_of_it, "tz": zone.key})
        there = {"name": "from", "value": day_of_it} if typed else {"url": f"?{query}"}
        ways.insert(0, {"label": gettext("Go to that day"), "kind": "primary", **there})
    if profile_path:
        ways.append({"label": gettext("See the profile"), "url": profile_path, "kind": "quiet"})
    return ways


@register.simple_tag
def others_way() -> list[dict[str, str]]:
    """To others with a free consultation."""
    url = f"/{get_language()}/specialists/?free=1"
    return [{"label": gettext("Others with a free consultation"), "url": url}]


@register.simple_tag
def booking_trail(profile_path: str | None, specialist: Specialist) -> list[dict[str, str]]:
    """Breadcrumbs of the booking pages."""
    home = f"/{get_language()}/"
    trail = [
        {"title": gettext("Home"), "url": home},
        {"title": gettext("Specialists"), "url": f"{home}specialists/"},
    ]
    if profile_path:
        trail.append({"title": specialist.name, "url": profile_path})
    return [*trail, {"title": gettext("Free consultation"), "url": ""}]


@register.simple_tag
def consultation_steps() -> list[dict[str, str]]:
    """From choosing to talking, as the component `steps` takes it."""
    return [
        {"title": gettext("Choose a time"), "text": gettext("On the specialist’s page, on your own clock.")},
        {"title": gettext("Confirm it"), "text": gettext("With the link in our e-mail. No account needed.")},
        {"title": gettext("Talk for 30 minutes"), "text": gettext("Then you both know whether it fits.")},
    ]


@register.simple_tag
def privacy_help(url: str) -> SafeString:
    """The link beside the privacy tick; nothing as long as there is no page to link to."""
    if not url:
        return SafeString("")
    return format_html(
        '<a href="{}" target="_blank">{}</a>', url, gettext("How we use your details (opens a new tab)")
    )
