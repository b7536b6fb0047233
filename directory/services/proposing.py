"""Handing something over to be checked, through Wagtail's workflow."""

from collections.abc import Mapping
from typing import Any

from wagtail.models import WorkflowState

from core.users import User
from directory.models import Specialist
from directory.states import Action, states_for
from moderation.emails import tell_moderators


def propose(specialist: Specialist, by: User, checked: Mapping[str, Any]) -> None:
    """Ask for `checked` to become true of an approved specialist. What was proposed before and isn't named stays.

    A proposal that changes nothing any more is taken back.
    """
    review = specialist.open_review
    before = dict(review.current_task_state.revision.content["proposed"]) if review else {}
    now = specialist.checked_facts()
    wanted = {**before, **{name: getattr(value, "pk", value) for name, value in checked.items()}}
    wanted = {name: value for name, value in wanted.items() if value != now[name]}
    if wanted == before:
        return
    if wanted:
        if hand_over(specialist, by, wanted) and specialist.state in states_for(Action.APPROVE):
            tell_moderators()
    elif review is not None:
        review.cancel(user=by)


def hand_over(specialist: Specialist, by: User | None, proposed: Mapping[str, Any] | None = None) -> bool:
    """Put the specialist before the moderators, and say whether that is news to them.

    Who waits already goes on waiting, with what is true now: the longest waiting stays first.

    The workflow isn't told who asks, which is the specialist: Wagtail would write to them about every step, and in
    its own words.
    """
    review = specialist.open_review
    specialist.proposed = dict(proposed or {})
    revision = specialist.save_revision(user=by, clean=False)
    if review is None:
        specialist.get_workflow().start(specialist, user=None)
        return True
    if review.status == WorkflowState.STATUS_NEEDS_CHANGES:
        review.resume(user=by)
        return True
    task_state = review.current_task_state
    task_state.revision = revision
    task_state.save(update_fields=["revision"])
    return False


def renew(specialist: Specialist, by: User) -> None:
    """After a change to a profile that waits to be checked for the first time: hand over what it is now."""
    if specialist.state == Specialist.State.SUBMITTED:
        hand_over(specialist, by)


def underway(specialist: Specialist) -> WorkflowState:
    """What the moderators have before them; it is made for a profile that was submitted without it."""
    review = specialist.open_review
    if review is None:
        hand_over(specialist, None)
        review = specialist.open_review
        assert review is not None  # noqa: S101 - it has just been made
    return review
