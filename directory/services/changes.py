"""What has become public since a moderator last looked, and what they make of it."""

from django.utils import timezone
from wagtail.models import Revision

from directory import emails
from directory.checking import review
from directory.checking.comparison import changed_parts, flags_of
from directory.models import Specialist, SpecialistCheck


def follow_changes(specialist: Specialist) -> None:
    """Keep whether a public profile differs from what a moderator last looked at, and what of it is flagged.

    Called in the transaction of every change, with the specialist locked. What is newly flagged is mailed to the
    moderators at once. A change that is taken back is none. About 10 queries.
    """
    if not specialist.is_member:
        return
    check = review.last_check(specialist)
    is_changed = check is None or bool(changed_parts(specialist))
    flags = _new_flags(specialist, check) if is_changed else []
    news = [flag for flag in flags if flag not in specialist.flags]
    since = (specialist.changed_at or timezone.now()) if is_changed else None
    if (since, flags) != (specialist.changed_at, specialist.flags):
        specialist.changed_at, specialist.flags = since, flags
        specialist.save(update_fields=["changed_at", "flags"])
    if news:
        emails.flagged(specialist)


def settle(specialist: Specialist) -> None:
    """Nothing is left to look at: a moderator has decided about all of it, as it is now."""
    specialist.changed_at, specialist.flags = None, []
    specialist.save(update_fields=["changed_at", "flags"])  # what the caller has may be older than the row


def _new_flags(specialist: Specialist, check: SpecialistCheck | None) -> list[list[str]]:
    """What is flagged now and wasn't in what the moderator saw, as [kind, words]."""
    pages = [page for page in review.looked_at_pages(specialist) if page.live]
    now = [flag for page in pages for flag in flags_of(page)]
    if not now:
        return []
    revisions = Revision.objects.filter(pk__in=[pk for pk in (check.texts if check else {}).values() if pk])
    seen = {flag for revision in revisions for flag in flags_of(revision.as_object())}
    return [[flag.kind, flag.words] for flag in dict.fromkeys(now) if flag not in seen]
