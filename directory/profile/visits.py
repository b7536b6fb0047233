"""Counting how often profiles are looked at: a total for each day, and nothing about anybody who looks."""

import re
from datetime import date, timedelta

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from core.users import AnyUser
from directory.models.specialists import Specialist
from directory.models.views import ProfileViews

SHOWN_DAYS = 30
KEPT = timedelta(days=396)  # 13 months: the same month of last year can still be compared
MACHINE = re.compile(
    r"bot|crawl|spider|slurp|preview|fetch|monitor|headlesschrome|lighthouse|curl|wget|python|java/|go-http|httpclient",
    re.IGNORECASE,
)
# One statement: views at the same moment add up, and a day begins by itself.
ADD_ONE = """
    INSERT INTO {table} (specialist_id, day, count) VALUES (%s, %s, 1)
    ON CONFLICT (specialist_id, day) DO UPDATE SET count = {table}.count + 1
"""


def count_view(request: HttpRequest, response: HttpResponseBase, specialist: Specialist) -> None:
    """Count this view of a public profile once the response is sent: nobody waits for it."""
    if is_visit(request, specialist):
        pk, today = specialist.pk, timezone.localdate()
        # What Django calls when the response is closed, after its last byte.
        response._resource_closers.append(lambda: add_view(pk, today))  # type: ignore[attr-defined]


def is_visit(request: HttpRequest, specialist: Specialist) -> bool:
    """Whether somebody looks at a profile: no machine by its own account, no guess of a browser, not its owner."""
    agent = request.headers.get("User-Agent", "")
    purpose = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    user: AnyUser | None = getattr(request, "user", None)
    return (
        request.method == "GET"
        and not getattr(request, "is_preview", False)
        and bool(agent)
        and MACHINE.search(agent) is None
        and "prefetch" not in purpose
        and not (user is not None and user.is_authenticated and user.pk == specialist.user_id)
    )


def add_view(specialist_id: int, day: date) -> None:
    """One more view on that day. 1 query."""
    with connection.cursor() as cursor:
        cursor.execute(ADD_ONE.format(table=ProfileViews._meta.db_table), [specialist_id, day])


def views_of(specialist: Specialist, *, today: date) -> list[tuple[date, int]]:
    """The views of each of the last 30 days, the oldest first; days without any too. 1 query."""
    first = today - timedelta(days=SHOWN_DAYS - 1)
    counted = dict(
        ProfileViews.objects.filter(specialist=specialist, day__range=(first, today)).values_list(
            "day", "count"
        )
    )
    days = [first + timedelta(days=number) for number in range(SHOWN_DAYS)]
    return [(day, counted.get(day, 0)) for day in days]


def forget_old_views(*, today: date) -> int:
    """Erase what is older than 13 months. Returns how many days' totals it were."""
    deleted, _by_model = ProfileViews.objects.filter(day__lt=today - KEPT).delete()
    return deleted
