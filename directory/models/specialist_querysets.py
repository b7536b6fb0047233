"""Reading specialists: which are public, waiting, changed, or due for something."""

from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce
from wagtail.models import WorkflowState

AVAILABILITY_LAPSES_AFTER = timedelta(days=14)


class SpecialistQuerySet(models.QuerySet[Any]):
    """Reading specialists."""

    def published(self) -> Self:
        """Those the public may see."""
        return self.filter(state=self.model.State.PUBLISHED)

    def waiting(self) -> Self:
        """Those a moderator has to look at, the longest waiting first, each with `waiting_since`.

        New profiles, and changes that public specialists propose. What somebody proposes who is suspended waits for
        the suspension to end: until then there is nothing to decide but that.
        """
        reviews = WorkflowState.objects.filter(
            base_content_type=self.model.get_base_content_type(), status=WorkflowState.STATUS_IN_PROGRESS
        )
        since = reviews.filter(object_id=Cast(OuterRef("pk"), models.CharField()))
        proposing = reviews.annotate(number=Cast("object_id", models.BigIntegerField())).values("number")
        # A union, so that the few are looked up by their number; with OR, PostgreSQL would look at all.
        submitted = self.model.objects.filter(state=self.model.State.SUBMITTED).order_by().values("pk")
        return (
            self.filter(pk__in=submitted.union(proposing))
            .exclude(state=self.model.State.SUSPENDED)
            .annotate(
                waiting_since=Coalesce(
                    Subquery(since.values("current_task_state__started_at")[:1]), "updated_at"
                )
            )
            .order_by("waiting_since", "pk")
        )

    def lapsed(self, *, today: date) -> Self:
        """Public, said to be accepting clients, not confirmed for 14 days, and without a free slot to back it."""
        confirmed = Q(accepting_confirmed_on__gte=today - AVAILABILITY_LAPSES_AFTER)
        contact = ~Q(practice_url="") | ~Q(
            practice_phone=""
        )  # without one, no promise of theirs would be shown
        accepting = self.published().filter(contact, is_accepting=True, search_row__next_slot_at=None)
        return accepting.exclude(confirmed)

    def unreachable(self) -> Self:
        """Public, and nothing on the profile says how to reach them: no free time to book, no contact."""
        return self.published().filter(practice_url="", practice_phone="", search_row__next_slot_at=None)

    def changed(self) -> Self:
        """Public or paused, and changed since a moderator last looked: what was flagged first, then the longest."""
        seen = self.filter(state__in=self.model.MEMBER_STATES, changed_at__isnull=False)
        return seen.annotate(is_flagged=~Q(flags=[])).order_by("-is_flagged", "changed_at", "pk")

    def overdue_for_recheck(self, *, today: date) -> Self:
        """Checked once, or never, and too long ago: see the setting DIRECTORY_RECHECK."""
        checked = Q(checked_on__gt=today - settings.DIRECTORY_RECHECK)
        return self.filter(state__in=self.model.MEMBER_STATES).exclude(checked)
