"""Submitting a profile, and what a moderator decides about it."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from django.utils import timezone

from core.users import User
from directory import emails, ports
from directory.checking import review
from directory.errors import Incomplete, NoReason, NothingSaid, Stale, Unchecked
from directory.models import Specialist, SpecialistCheck
from directory.profile_fields import CHECKED
from directory.services.changes import follow_changes, settle
from directory.services.proposing import hand_over, renew, underway
from directory.services.steps import locked, move, note, on_specialist, require
from directory.services.texts import publish_texts
from directory.services.titles import follow_name
from directory.states import Action, State, can, state_after
from moderation.emails import tell_moderators
from moderation.seen import as_seen

R = TypeVar("R")
Decision = SpecialistCheck.Decision
# After these, nothing is left of what had changed: the moderator saw all of it.
LOOKED_AT_ALL = {Decision.APPROVED, Decision.CHANGES_REQUESTED, Decision.RECHECKED, Decision.SEEN}


# --- The specialist -----------------------------------------------------------------------------------------------


@on_specialist
def submit(*, specialist: Specialist, by: User, is_accepting: bool | None = None) -> Specialist:
    """Hand the profile to the moderators: a draft, or what they asked to change. Twice is once.

    `is_accepting`: whether the specialist says with it that they accept clients as of today; None says nothing.
    Raises Incomplete, which says what is missing, and WrongState if there is nothing to submit.
    """
    review_status = review.review_status(specialist)
    if review_status.is_waiting:
        return specialist
    require(specialist, Action.SUBMIT, review_status)
    if absent := review.missing(specialist):
        raise Incomplete(absent)
    if not specialist.is_approved:
        if is_accepting is not None:
            specialist.is_accepting = is_accepting
            specialist.accepting_confirmed_on = timezone.localdate() if is_accepting else None
            specialist.save(update_fields=["is_accepting", "accepting_confirmed_on"])
        move(specialist, Action.SUBMIT)
    if hand_over(specialist, by, review_status.proposed):
        tell_moderators()
    return specialist


@on_specialist
def withdraw_submission(*, specialist: Specialist, by: User) -> Specialist:
    """Take back what waits: a submitted profile is a draft again, a public one stays as it is. Twice is once."""
    if not can(specialist, Action.WITHDRAW):
        return specialist
    if (current := specialist.open_review) is not None:
        current.cancel(user=by)
    move(specialist, Action.WITHDRAW)
    return specialist


# --- The moderator ------------------------------------------------------------------------------------------------


# Takes the keyword `seen`: raises Stale if that is not what is there now.
only_as_seen = as_seen("specialist", review.seen, Stale)


@on_specialist
@only_as_seen
def approve(
    *, specialist: Specialist, by: User, seen: str, ticked: Collection[str], comment: str = ""
) -> Specialist:
    """Publish a profile, or make a proposed change true, after every point of its checklist (review.points).

    Raises Stale if anything has changed since `seen`, Unchecked, Incomplete, or WrongState if nothing waits, or
    while they are suspended.
    """
    _require_ticked(specialist, ticked)
    require(specialist, Action.APPROVE)
    if absent := review.missing(specialist):
        raise Incomplete(absent)
    is_new, name, texts = not specialist.is_approved, specialist.name, review.texts_now(specialist)
    task_state = underway(specialist).current_task_state
    _make_true(specialist, task_state.revision.content["proposed"], by)
    task_state.task.specific.on_action(task_state, by, "approve", comment=comment)
    if specialist.name != name:
        follow_name(specialist)
    _decide(specialist, Decision.APPROVED, by, comment=comment, ticked=ticked, texts=texts)
    if is_new:  # after the decision, which these texts are compared with when they become public
        publish_texts(specialist, by)
    emails.approved(specialist, is_new=is_new, comment=comment)
    return specialist


@on_specialist
@only_as_seen
def request_changes(
    *,
    specialist: Specialist,
    by: User,
    seen: str,
    comment: str = "",
    field_comments: Mapping[str, str] | None = None,
) -> Specialist:
    """Ask the specialist to change something; a public profile stays public, as it is.

    `field_comments` are texts by the name of a field, or `text.<language>`. Raises Stale as above, NothingSaid, or
    WrongState for a profile that isn't submitted or public.
    """
    said = {name: text.strip() for name, text in (field_comments or {}).items() if text.strip()}
    if not (comment.strip() or said):
        raise NothingSaid
    require(specialist, Action.REQUEST_CHANGES)
    task_state = underway(specialist).current_task_state
    if task_state.status != task_state.STATUS_IN_PROGRESS:  # asked already, and asked again
        hand_over(specialist, by, task_state.revision.content["proposed"])
        task_state = underway(specialist).current_task_state
    task_state.task.specific.on_action(task_state, by, "reject", comment=comment)
    move(specialist, Action.REQUEST_CHANGES)
    _decide(specialist, Decision.CHANGES_REQUESTED, by, comment=comment, field_comments=said)
    emails.changes_requested(specialist)
    return specialist


@on_specialist
@only_as_seen
def recheck(*, specialist: Specialist, by: User, seen: str, ticked: Collection[str]) -> Specialist:
    """Note that a public specialist was looked up again and everything is still right. Raises Stale, Unchecked."""
    _require_ticked(specialist, ticked)
    require(specialist, Action.RECHECK)
    specialist.checked_on, specialist.checked_by = timezone.localdate(), by
    specialist.save(update_fields=["checked_on", "checked_by", "updated_at"])
    _decide(specialist, Decision.RECHECKED, by, ticked=ticked)
    note(specialist, "directory.recheck", by)
    return specialist


@on_specialist
@only_as_seen
def settle_changes(*, specialist: Specialist, by: User, seen: str) -> Specialist:
    """Note that a moderator has looked at what has changed since the last check, and leaves it as it is.

    Nothing is checked by it: the day and the name on the badge stay. Raises Stale if anything has changed since
    `seen`, or WrongState for a profile that isn't public or paused.
    """
    require(specialist, Action.SETTLE_CHANGES)
    _decide(specialist, Decision.SEEN, by)
    note(specialist, "directory.settle_changes", by)
    return specialist


@on_specialist
def suspend(*, specialist: Specialist, by: User, reason: str) -> Specialist:
    """Take a public or paused specialist out of the directory. `reason` is for them.

    Consultations to come are cancelled, and the clients told. Raises NoReason, WrongState.
    """
    if not reason.strip():
        raise NoReason
    require(specialist, Action.SUSPEND)
    if (current := specialist.open_review) is not None:
        current.cancel(user=by)
    was = specialist.state
    move(specialist, Action.SUSPEND)
    ports.booking().cancel_consultations(specialist_id=specialist.pk, by="moderator")
    _decide(specialist, Decision.SUSPENDED, by, comment=reason, was=was)
    note(specialist, "directory.suspend", by)
    emails.suspended(specialist)
    return specialist


@on_specialist
def reinstate(*, specialist: Specialist, by: User, comment: str = "") -> Specialist:
    """Let a suspended specialist be public again, or paused if they were. Raises WrongState."""
    require(specialist, Action.REINSTATE)
    suspension = review.suspension(specialist)
    move(specialist, Action.REINSTATE)
    if suspension and suspension.facts.get("state") == State.PAUSED:
        move(specialist, Action.PAUSE)
    _decide(specialist, Decision.REINSTATED, by, comment=comment)
    note(specialist, "directory.reinstate", by)
    emails.reinstated(specialist, is_paused=specialist.state == State.PAUSED, comment=comment)
    return specialist


@on_specialist
def correct(*, specialist: Specialist, by: User, save: Callable[[], R]) -> R:
    """Let a moderator change the facts directly by calling `save`; a change of what is checked is in the log.

    Whoever corrects a number has looked at that number: what else has changed still waits for a look.
    """
    before = review.facts_now(specialist)
    result = save()
    specialist = locked(specialist.pk)
    now = review.facts_now(specialist)
    corrected = {name: value for name, value in now.items() if value != before[name]}
    if corrected:
        _correct(specialist, by, corrected)
    if specialist.name != before["name"]:
        follow_name(specialist)
    renew(specialist, by)
    return result


def _make_true(specialist: Specialist, proposed: Mapping[str, Any], by: User) -> None:
    """The one place where a profile becomes public for the first time, and what somebody proposed becomes true."""
    for name, value in proposed.items():
        setattr(specialist, "profession_id" if name == "profession" else name, value)
    specialist.state = state_after(specialist, Action.APPROVE)
    specialist.checked_on, specialist.checked_by = timezone.localdate(), by
    specialist.save(
        update_fields=[*proposed, "state", "checked_on", "checked_by", "updated_at"],
    )


def _require_ticked(specialist: Specialist, ticked: Collection[str]) -> None:
    if not set(review.points(specialist)) <= set(ticked):
        raise Unchecked


def _correct(specialist: Specialist, by: User, corrected: Mapping[str, Any]) -> None:
    """Write down what a moderator has corrected, beside what was last looked at."""
    last = review.last_check(specialist)
    if last is None:
        _decide(specialist, Decision.CORRECTED, by)
    elif any(name in CHECKED for name in corrected) or specialist.is_approved:
        SpecialistCheck.objects.create(
            specialist=specialist,
            decision=Decision.CORRECTED,
            by=by,
            facts={**last.facts, **corrected},
            texts=last.texts,
        )
    follow_changes(specialist)


def _decide(
    specialist: Specialist,
    decision: str,
    by: User,
    *,
    comment: str = "",
    field_comments: Mapping[str, str] | None = None,
    ticked: Collection[str] = (),
    was: str = "",
    texts: Mapping[str, int | None] | None = None,
) -> None:
    """Write the decision down, with what it was about; `was` is the state to come back to after a suspension.

    `texts` are those that were looked at, if they aren't those that a moderator would look at now.
    """
    proposed = review.review_status(specialist).proposed
    if decision in LOOKED_AT_ALL:
        settle(specialist)
    SpecialistCheck.objects.create(
        specialist=specialist,
        decision=decision,
        by=by,
        comment=comment.strip(),
        field_comments=dict(field_comments or {}),
        ticked=sorted(ticked),
        facts={
            **review.facts_now(specialist),
            **proposed,
            **({"state": was} if was else {}),
        },
        texts=dict(review.texts_now(specialist) if texts is None else texts),
    )
