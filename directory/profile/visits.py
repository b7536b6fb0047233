"""Counting how often profiles are looked at: a total for each day, and nothing about anybody who looks."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from core.page_cache.reading import at_each_visit
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
    """Count this view of a public profile once the response is sent: whoever sees it doesn't wait for that."""
    pk = specialist.pk
    at_each_visit(partial(count_kept_view, pk))
    user: AnyUser | None = getattr(request, "user", None)
    is_own = user is not None and user.is_authenticated and user.pk == specialist.user_id
    if is_visit(request.META) and not is_own and not getattr(request, "is_preview", False):
        today = timezone.localdate()
        # What Django calls when the response is closed, after its last byte.
        response._resource_closers.append(lambda: add_view(pk, today))  # type: ignore[attr-defined]


def count_kept_view(specialist_id: int, environ: Mapping[str, Any]) -> None:
    """Count a view of a page that was given from memory, after it was sent."""
    if is_visit(environ):
        add_view(specialist_id, timezone.localdate())


def is_visit(environ: Mapping[str, Any]) -> bool:
    """Whether a person looks at a page, by its WSGI environment: no machine by its own account, no browser's guess."""
    agent = environ.get("HTTP_USER_AGENT", "")
    purpose = f"{environ.get('HTTP_SEC_PURPOSE', '')} {environ.get('HTTP_PURPOSE', '')}"
    return (
        environ.get("REQUEST_METHOD") == "GET"
        and bool(agent)
        and MACHINE.search(agent) is None
        and "prefetch" not in purpose
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
