"""Reading what stands between a profile and the public: what is missing, proposed, asked for; what was last checked."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import TaskState, WorkflowState

from core.caching import remembered
from directory.models import CheckTask, Specialist, SpecialistCheck, SpecialistPage
from directory.profile.wording import to_plain
from directory.profile_fields import COMPARED, REQUIRED
from directory.terms import MANY
from moderation.seen import digest

Decision = SpecialistCheck.Decision
Point = SpecialistCheck.Point
LATELY, ENOUGH = 50, 5  # how many decisions tell how long one usually takes


@dataclass(frozen=True, kw_only=True)
class ReviewStatus:
    """How a profile stands with the moderators.

    `is_waiting`: it is their turn. `proposed` are the checked fields of an approved profile that shall change, by
    name, as `Specialist.checked_facts` has them. `asked` is the decision with their comments while it is the
    specialist's turn.
    """

    is_waiting: bool
    proposed: dict[str, Any]
    asked: SpecialistCheck | None


def review_status(specialist: Specialist) -> ReviewStatus:
    """At most 3 queries."""
    current = specialist.open_review
    status = current.status if current else ""
    is_waiting = status == WorkflowState.STATUS_IN_PROGRESS or specialist.state == Specialist.State.SUBMITTED
    needs_changes = status == WorkflowState.STATUS_NEEDS_CHANGES or (
        specialist.state == Specialist.State.CHANGES_REQUESTED
    )
    asked = specialist.checks.filter(decision=Decision.CHANGES_REQUESTED).first() if needs_changes else None
    proposed = dict(current.current_task_state.revision.content["proposed"]) if current else {}
    return ReviewStatus(is_waiting=is_waiting, proposed=proposed, asked=asked)


def missing(specialist: Specialist) -> list[str]:
    """The fields that keep a profile from being submitted; `texts` if there is none in any language."""
    many = [name for name in REQUIRED if name in MANY]
    single = [name for name in REQUIRED if name not in {*MANY, "texts"}]
    missing_names = [name for name in single if not getattr(specialist, name)]
    missing_names += [name for name in many if not getattr(specialist, name).exists()]
    if not any(is_complete(page) for page in own_pages(specialist)):
        missing_names.append("texts")
    return missing_names


def own_pages(specialist: Specialist) -> list[SpecialistPage]:
    """The specialist's texts as they were last saved, one a language. 2 queries and one for each."""
    pages = (
        SpecialistPage.objects.filter(specialist=specialist, alias_of__isnull=True)
        .select_related("locale", "latest_revision")
        .order_by("locale_id")
    )
    return [page.get_latest_revision_as_object() for page in pages]


def looked_at_pages(specialist: Specialist) -> list[SpecialistPage]:
    """The texts as a moderator looks at them, one a language: what is public, and drafts where nothing is.

    Nothing is public of whoever was never approved, though somebody may have published a page of theirs in the CMS:
    approving publishes what was saved last.
    """
    pages = (
        SpecialistPage.objects.filter(specialist=specialist, alias_of__isnull=True)
        .select_related("locale", "latest_revision")
        .order_by("locale_id")
    )
    return [
        page if page.live and specialist.is_approved else page.get_latest_revision_as_object()
        for page in pages
    ]


def points(specialist: Specialist) -> list[str]:
    """The points of the checklist that a moderator has to tick, of what shall be true."""
    wanted = {**specialist.checked_facts(), **review_status(specialist).proposed}
    asked = {
        Point.PRESCRIBING: wanted["can_prescribe"],
        Point.CONTACT: wanted["practice_url"] or wanted["practice_phone"],
    }
    return [point.value for point in Point if asked.get(point, True)]


def is_complete(page: SpecialistPage) -> bool:
    """Whether it says what every page has to."""
    return bool(page.headline.strip() and to_plain(page.story))


def seen(specialist: Specialist) -> str:
    """What stands for all that a moderator looks at: as long as it is the same, nothing of it has changed."""
    current = specialist.open_review
    looked_at = {
        "state": specialist.state,
        "review": [current.pk, current.status, current.current_task_state.revision.content["proposed"]]
        if current
        else None,
        "checked": specialist.checked_facts(),
        "practice": practice_now(specialist),
        "texts": texts_now(specialist),
    }
    return digest(looked_at)


def facts_now(specialist: Specialist) -> dict[str, Any]:
    """All facts that a moderator looks at, CHECKED and the others, by field."""
    return {**practice_now(specialist), **specialist.checked_facts()}


def practice_now(specialist: Specialist) -> dict[str, Any]:
    """What is looked at besides CHECKED, by field, as JSON can hold it: terms are slugs, the portrait its number."""
    facts = {name: specialist.serializable_value(name) for name in COMPARED if name not in MANY}
    facts["place"] = specialist.place.slug if specialist.place else ""
    # Another file under the same number is another picture.
    facts["portrait_file"] = specialist.portrait.file.name if specialist.portrait else ""
    for name in MANY:
        facts[name] = sorted(getattr(specialist, name).values_list("slug", flat=True))
    return facts


def texts_now(specialist: Specialist) -> dict[str, int | None]:
    """The revision of each text as a moderator looks at it (looked_at_pages), by language."""
    pages = SpecialistPage.objects.filter(specialist=specialist, alias_of__isnull=True).order_by("locale_id")
    return {
        code: live if is_live and specialist.is_approved else latest
        for code, is_live, live, latest in pages.values_list(
            "locale__language_code", "live", "live_revision_id", "latest_revision_id"
        )
    }


def suspension(specialist: Specialist) -> SpecialistCheck | None:
    """The decision that suspended a specialist, with its reason, while it holds."""
    if specialist.state != Specialist.State.SUSPENDED:
        return None
    found: SpecialistCheck | None = specialist.checks.filter(decision=Decision.SUSPENDED).first()
    return found


def last_check(specialist: Specialist) -> SpecialistCheck | None:
    """The last time that a moderator looked at a profile; what was corrected counts for what it corrected alone."""
    looked = [
        Decision.APPROVED,
        Decision.CHANGES_REQUESTED,
        Decision.RECHECKED,
        Decision.SEEN,
        Decision.CORRECTED,
    ]
    check: SpecialistCheck | None = specialist.checks.filter(decision__in=looked).first()
    return check


def usual_days() -> int | None:
    """Within how many days most profiles, four of five, were decided about of late; None while too few were.

    Remembered for some minutes.
    """
    return remembered("usual_days", "all", _read_usual_days) or None


def _read_usual_days() -> int:
    decided = (
        TaskState.objects.filter(
            task__content_type=ContentType.objects.get_for_model(CheckTask),
            status__in=[TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED],
            finished_at__isnull=False,
        )
        .order_by("-finished_at")
        .values_list("started_at", "finished_at")[:LATELY]
    )
    waits = sorted(finished - started for started, finished in decided)
    if len(waits) < ENOUGH:
        return 0
    return waits[len(waits) * 4 // 5 - 1] // timedelta(days=1) + 1
