"""PostgreSQL: its version, its extensions, what it knows of time, and whether this release's tables are there."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from core.doctor.registry import Problem, check

OLDEST = 15
EXTENSIONS = ("btree_gin", "btree_gist", "pg_trgm", "unaccent")
# Whose rules have changed of late, beside some that everybody has.
ZONES = ("Europe/Kyiv", "Europe/Berlin", "America/New_York", "Africa/Cairo", "Asia/Amman", "Asia/Almaty")
CLOCKS_APART = timedelta(seconds=5)


@check("PostgreSQL")
def version() -> str:
    """PostgreSQL is new enough."""
    connection.ensure_connection()
    number: int = connection.pg_version  # type: ignore[attr-defined]  # psycopg's server_version
    if number < OLDEST * 10_000:
        raise Problem(f"PostgreSQL is {number // 10_000}, and the site needs {OLDEST} or newer: upgrade it.")
    return f"PostgreSQL {number // 10_000}.{number % 10_000} answers."


@check("extensions")
def extensions() -> str:
    """PostgreSQL's extensions that the tables need are in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        there = {name for (name,) in cursor.fetchall()}
    if missing := [name for name in EXTENSIONS if name not in there]:
        raise Problem(f"The database lacks {', '.join(missing)}: run `attune migrate`, which makes them.")
    return f"{', '.join(EXTENSIONS)} are there."


@check("migrations")
def migrations() -> str:
    """The tables are those of this release."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _backwards in plan[:3])
        raise Problem(f"{len(plan)} migrations are missing ({names} first): run `attune migrate`.")
    return "All are applied."


@check("time zones")
def time_zones() -> str:
    """PostgreSQL and the site's own data say the same of some zones, this half of the year and the next."""
    now = datetime.now(UTC).replace(microsecond=0)
    apart = []
    for zone in ZONES:
        for moment in (now, now + timedelta(days=182)):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SELECT %s::timestamptz AT TIME ZONE %s", [moment, zone])
                    ((local,),) = cursor.fetchall()
            except Error:  # it knows no such zone
                local = None
            if local != moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None):
                apart.append(zone)
                break
    if apart:
        raise Problem(
            f"PostgreSQL's time-zone data differ from the site's in {', '.join(apart)}: upgrade the package tzdata "
            "on its machine and restart PostgreSQL, or upgrade the site."
        )
    return f"PostgreSQL and the site agree on {len(ZONES)} zones."


@check("clock")
def clock() -> str:
    """This machine's clock is set by others, and PostgreSQL's shows the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        ((theirs,),) = cursor.fetchall()
    apart = abs(datetime.now(UTC) - theirs)
    if apart > CLOCKS_APART:
        raise Problem(
            f"This machine's clock and PostgreSQL's are {apart.total_seconds():.0f} seconds apart: let both be set "
            "by NTP (apt-get install systemd-timesyncd)."
        )
    if not is_synchronised():
        raise Problem(
            "Nothing sets this machine's clock, and codes of second factors go by it: "
            "apt-get install systemd-timesyncd, then `timedatectl set-ntp true`."
        )
    return "It is set by others, and PostgreSQL's shows the same."


def is_synchronised() -> bool:
    """Whether the kernel says that somebody sets its clock. True where it can't be asked."""
    import ctypes

    adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)
    if adjtimex is None:
        return True
    unsynchronised = 5  # TIME_ERROR
    nothing_to_set = ctypes.create_string_buffer(512)  # a struct timex, which has 208 bytes
    return bool(adjtimex(nothing_to_set) != unsynchronised)
