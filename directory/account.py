"""What waits in the directory for those who check specialists."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from accounts.waiting import Waiting
from directory.models import ProfileReport, Specialist


def to_check(user: Any) -> Iterator[Waiting]:
    """Profiles, and changes of them, that wait to be checked. 1 query, for those who may change specialists."""
    if not user.has_perm("directory.change_specialist"):
        return
    if count := Specialist.objects.waiting().count():
        text = ngettext(
            "%(count)s specialist’s profile to check", "%(count)s specialists’ profiles to check", count
        )
        yield Waiting(text=text % {"count": count}, url=reverse("specialists:queue"), count=count)


def reports(user: Any) -> Iterator[Waiting]:
    """What visitors have reported. 1 query, for those who may close it."""
    if not user.has_perm("directory.change_profilereport"):
        return
    if count := ProfileReport.objects.filter(state=ProfileReport.State.OPEN).count():
        text = ngettext("%(count)s report about a profile", "%(count)s reports about profiles", count)
        url = f"{reverse('profile_reports:index')}?state={ProfileReport.State.OPEN}"
        yield Waiting(text=text % {"count": count}, url=url, count=count)
