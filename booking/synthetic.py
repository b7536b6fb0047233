"""Hours for synthetic specialists: written with them."""

from random import Random
from typing import Any

from booking.availability import Window
from booking.models import Schedule, WeeklyWindow
from core.demo.bulk import analyze, copy_rows
from directory import seams

ZONES = [
    "Europe/Kyiv",
    "Europe/Berlin",
    "Europe/London",
    "Asia/Amman",
    "Africa/Cairo",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Australia/Sydney",
]
NOTICES = [120, 360, 720, 1440, 2880]  # minutes


def hours(rows: list[dict[str, Any]], seed: int) -> None:
    """Schedules and weekly hours for those of `rows` who offer free consultations; see `directory.seams`."""
    schedules: list[dict[str, Any]] = []
    windows: list[dict[str, int]] = []
    for row in rows:
        if not row["offers_free_consultation"]:
            continue
        random = Random(f"{seed}:hours:{row['slug']}")  # noqa: S311 - made-up hours, not secrets
        facts = {
            "time_zone": random.choice(ZONES),
            "gap": random.choice([0, 0, 5, 10]),
            "notice": random.choice(NOTICES),
            "joining": f"https://meet.attune.example/{row['slug']}",
        }
        week = a_week(random)
        schedules.append({"specialist_id": row["id"], **facts})
        windows += [
            {"schedule_id": row["id"], "weekday": window.weekday, "start": window.start, "end": window.end}
            for window in week
        ]
    copy_rows(Schedule, schedules)
    copy_rows(WeeklyWindow, windows)


def a_week(random: Random) -> list[Window]:
    """One to four windows of one to three hours, each on a day of its own."""
    days = sorted(random.sample(range(7), random.choice([1, 1, 2, 2, 3, 4])))
    return [
        Window(day, start, start + random.choice([60, 90, 120, 180]))
        for day in days
        for start in [random.randrange(8 * 60, 20 * 60, 30)]
    ]


def analyze_hours() -> None:
    """Tell PostgreSQL's planner about the new hours."""
    analyze(Schedule, WeeklyWindow)


seams.synthetic_hours = hours
seams.analyze_hours = analyze_hours
