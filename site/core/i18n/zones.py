"""Time zones as people send and choose them: strict names in, `ZoneInfo` out.

The only source is the `tzdata` package that the project pins. Operating systems and databases carry other
editions, so the process runs with `PYTHONTZPATH=""`, and a name is known here only if the package knows it.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# `Factory` means "nobody has set this machine's clock up".
_KEYS = frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split()) - {"Factory"}


def load_zone(key: str | None) -> ZoneInfo | None:
    """Return the zone called exactly `key`, or None if there is none. Never raises, whatever the text.

    `key` is an IANA name. Old names are welcome, since browsers still send them (`Asia/Calcutta`,
    `Europe/Kiev`); other spellings, offsets (`+02:00`, `GMT+2`), paths and the data's own files
    (`tzdata.zi`) are not names. Source: the `zones` list of the `tzdata` package.
    """
    # Looked up before anything touches a path: ZoneInfo raises for some texts and opens files for others.
    return _zone(key) if key in _KEYS else None


def current_name(key: str) -> str:
    """The name of today for a zone called by an old one, which browsers still send: Europe/Kyiv for Europe/Kiev.

    Names that `choices` offers, and those that have no such name, stay as they are.
    """
    return key if key in _listed() else aliases().get(key, key)


def names_of(key: str) -> list[str]:
    """All names of the zone that is called `key`: the one of today first, and the old ones that browsers may send."""
    current = current_name(key)
    return [current, *(old for old, new in aliases().items() if new == current)]


def validate_time_zone(key: str) -> None:
    """Refuse a name that isn't in the pinned time-zone data."""
    if load_zone(key) is None:
        raise ValidationError(_("This isn't a time zone we know."))


def choices(at: datetime | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the zones to offer in a select, in the grouped form of Django's `choices`.

    `[("Africa", [("Africa/Abidjan", "Abidjan (UTC+00:00)"), …]), …]`: regions and places sorted by name, UTC
    last. The offset is the one in force `at` an aware moment, which is now unless given. Raises ValueError
    if `at` is naive.

    Source: `zone.tab` of the `tzdata` package. It lists current names only, and at least one place for every
    country; the newer `zone1970.tab` would make the people of Oslo and Stockholm choose Berlin.
    """
    at = datetime.now(UTC) if at is None else at
    if at.utcoffset() is None:
        raise ValueError("A moment needs a time zone.")
    regions: dict[str, list[tuple[str, str]]] = {}
    for key in _listed():
        region, _, place = key.partition("/")
        label = f"{place.replace('_', ' ')} ({offset(key, at)})"
        regions.setdefault(region, []).append((key, label))
    return [*regions.items(), ("UTC", [("UTC", "UTC")])]


def offset(key: str, at: datetime) -> str:
    """What the clock of the zone `key` differs from UTC by at an aware moment, like UTC+02:00."""
    distance = at.astimezone(_zone(key)).utcoffset() or timedelta(0)
    sign = "-" if distance < timedelta(0) else "+"
    hours, minutes = divmod(abs(distance) // timedelta(minutes=1), 60)
    return f"UTC{sign}{hours:02}:{minutes:02}"


def midnight(day: date, zone: tzinfo) -> datetime:
    """The first instant of `day` on the clock of `zone`, in UTC. In a gap, the instant of the transition or before."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def next_midnight(now: datetime, zone: tzinfo) -> datetime:
    """When the next day begins on the clock of `zone`, after an aware moment; in UTC."""
    return midnight(now.astimezone(zone).date() + timedelta(days=1), zone)


@cache  # at most one per known name; ZoneInfo itself keeps eight and would read the other files again
def _zone(key: str) -> ZoneInfo:
    return ZoneInfo(key)


@cache
def _listed() -> list[str]:
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    return sorted(row.split("\t")[2] for row in table.splitlines() if row and not row.startswith("#"))


@cache
def aliases() -> dict[str, str]:
    """Old names, and the offered ones that took their place: the links of the compiled data."""
    table = resources.files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text("utf-8")
    links = [row.split()[1:3] for row in table.splitlines() if row.startswith("L ")]
    return {old: new for new, old in links if new in _listed()}
