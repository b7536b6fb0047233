"""What those who look after consultations see of them on the CMS's first page. 4 queries."""

from collections.abc import Iterator
from functools import partial

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from booking.cms_forms import Worklist
from booking.models import Booking, Schedule
from moderation.queues import Detail, Queue, Section

CONSULTATIONS = Section(name="consultations", title=_("Free consultations"), order=50)
VIEW = "booking.view_booking"


def needing(which: str) -> QuerySet[Booking]:
    """The consultations of one of Worklist's choices, as of now."""
    rows: QuerySet[Booking] = Worklist.rows(Booking.objects.all(), which)
    return rows


def ending() -> Iterator[Detail]:
    """How many of the requests have to be answered within a day. 1 query."""
    if count := needing(Worklist.ENDING).count():
        text = ngettext("%(count)s of them within 24 hours", "%(count)s of them within 24 hours", count)
        url = f"{reverse('bookings:index')}?{urlencode({'attention': Worklist.ENDING})}"
        yield Detail(text=text % {"count": count}, url=url)


QUEUES = [
    Queue(
        name="consultations-waiting",
        permission=VIEW,
        rows=partial(needing, Worklist.WAITING),
        url_name="bookings:index",
        query={"attention": Worklist.WAITING},
        section=CONSULTATIONS,
        line=ngettext_lazy(
            "%(count)s request waits for an answer", "%(count)s requests wait for an answer", "count"
        ),
        details=ending,
    ),
    Queue(
        name="consultations-missed",
        permission=VIEW,
        rows=partial(needing, Worklist.MISSED),
        url_name="bookings:index",
        query={"attention": Worklist.MISSED},
        section=CONSULTATIONS,
        line=ngettext_lazy(
            "%(count)s request ended without an answer in the last 7 days",
            "%(count)s requests ended without an answer in the last 7 days",
            "count",
        ),
    ),
    Queue(
        name="schedules-paused",
        permission=VIEW,
        rows=lambda: Schedule.objects.exclude(paused_at=None),
        url_name="schedules:index",
        query={"paused": "true"},
        section=CONSULTATIONS,
        line=ngettext_lazy(
            "%(count)s specialist is paused by missed requests",
            "%(count)s specialists are paused by missed requests",
            "count",
        ),
    ),
]
