"""On which clock a visitor sees times."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from booking.forms import CityForm
from booking.models import Schedule
from core.i18n import zones


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
    user_zone = zones.load_zone(user.time_zone) if user.is_authenticated and user.time_zone != "UTC" else None
    specialist_zone = zones.load_zone(schedule.time_zone) if schedule else None
    zone = zones.load_zone(asked) or user_zone or specialist_zone or ZoneInfo("UTC")
    form = CityForm(data if "city" in data else None, initial={"city": zone.key})
    if form.is_bound and form.is_valid():
        return Clock(zones.load_zone(form.cleaned_data["city"]) or zone, form)
    return Clock(
        zone,
        form,
        is_unknown=asked is not None and zones.load_zone(asked) is None,
        asks_browser=request.method == "GET" and not form.is_bound and asked is None and user_zone is None,
    )
