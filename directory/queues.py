"""What waits for moderators in the directory: profiles, changes, reports, and the operators' lists."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.utils.timesince import timesince
from django.utils.translation import gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from directory.checking.worklists import needing
from directory.models import ProfileReport, Specialist
from moderation.queues import Detail, Queue, Section

SPECIALISTS = Section(name="specialists", title=_("Specialists"), order=100)
CHANGE = "directory.change_specialist"


def oldest() -> Iterator[Detail]:
    """For how long the first of those who wait has waited. 1 query."""
    if first := Specialist.objects.waiting().first():
        yield Detail(text=gettext("the oldest for %(age)s") % {"age": timesince(first.waiting_since)})


def flagged() -> Iterator[Detail]:
    """How many of the changed profiles have flagged words. 1 query."""
    if count := Specialist.objects.changed().exclude(flags=[]).count():
        text = ngettext("%(count)s with flagged words", "%(count)s with flagged words", count)
        yield Detail(text=text % {"count": count}, is_urgent=True)


def operators_list(which: str, line: Any) -> Queue:
    """A line of the CMS's first page alone: nobody is called for it."""
    return Queue(
        name=f"specialists-{which}",
        permission=CHANGE,
        rows=partial(needing, which),
        url_name="specialists:index",
        query={"needs": which},
        section=SPECIALISTS,
        line=line,
    )


QUEUES = [
    Queue(
        name="to-check",
        title=_("To check"),
        order=305,
        permission=CHANGE,
        rows=lambda: Specialist.objects.waiting(),
        url_name="specialists:queue",
        section=SPECIALISTS,
        line=ngettext_lazy("%(count)s profile to check", "%(count)s profiles to check", "count"),
        details=oldest,
        account_line=ngettext_lazy(
            "%(count)s specialist’s profile to check", "%(count)s specialists’ profiles to check", "count"
        ),
        is_mailed=True,
    ),
    Queue(
        name="changed-profiles",
        title=_("Changed profiles"),
        icon="history",
        order=306,
        permission=CHANGE,
        rows=lambda: Specialist.objects.changed(),
        url_name="specialists:changed",
        section=SPECIALISTS,
        line=ngettext_lazy(
            "%(count)s profile changed since the last check",
            "%(count)s profiles changed since the last check",
            "count",
        ),
        details=flagged,
        account_line=ngettext_lazy(
            "%(count)s specialist’s profile changed since the last check",
            "%(count)s specialists’ profiles changed since the last check",
            "count",
        ),
        is_mailed=True,
    ),
    Queue(
        name="profile-reports",
        title=_("Profile reports"),
        icon="warning",
        order=307,
        permission="directory.change_profilereport",
        rows=lambda: ProfileReport.objects.filter(state=ProfileReport.State.OPEN),
        url_name="profile_reports:index",
        query={"state": ProfileReport.State.OPEN.value},
        section=SPECIALISTS,
        line=ngettext_lazy("%(count)s open report", "%(count)s open reports", "count"),
        account_line=ngettext_lazy(
            "%(count)s report about a profile", "%(count)s reports about profiles", "count"
        ),
        is_mailed=True,
    ),
    operators_list(
        "recheck", ngettext_lazy("%(count)s re-check overdue", "%(count)s re-checks overdue", "count")
    ),
    operators_list(
        "confirmation",
        ngettext_lazy(
            "%(count)s specialist accepts clients without having confirmed it",
            "%(count)s specialists accept clients without having confirmed it",
            "count",
        ),
    ),
    operators_list(
        "unreachable",
        ngettext_lazy(
            "%(count)s specialist can’t be reached by clients",
            "%(count)s specialists can’t be reached by clients",
            "count",
        ),
    ),
    operators_list(
        "answers",
        ngettext_lazy(
            "%(count)s specialist leaves requests unanswered",
            "%(count)s specialists leave requests unanswered",
            "count",
        ),
    ),
]
