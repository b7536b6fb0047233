"""What waits in the directory for those who check specialists."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext

from accounts.waiting import Waiting
from directory.models import Specialist


def submitted(user: Any) -> Iterator[Waiting]:
    """Profiles that wait to be checked. 1 query, for those who may change specialists."""
    if not user.has_perm("directory.change_specialist"):
        return
    state = Specialist.State.SUBMITTED
    if count := Specialist.objects.filter(state=state).count():
        text = ngettext(
            "%(count)s specialist’s profile to check", "%(count)s specialists’ profiles to check", count
        )
        url = f"{reverse('specialists:index')}?{urlencode({'state': state})}"
        yield Waiting(text=text % {"count": count}, url=url, count=count)
