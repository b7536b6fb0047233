"""What can be done with a profile in which state, and where that leads: one table that everybody asks.

Services refuse what isn't in it and move by it (services.steps); pages show the buttons of what can be done.
"""

from collections.abc import Callable
from enum import StrEnum

from directory.checking import review
from directory.checking.review import ReviewStatus
from directory.models import Specialist

State = Specialist.State


class Action(StrEnum):
    """Each is called as the service that does it."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw_submission"
    PAUSE = "pause"
    RESUME = "resume"
    LEAVE = "leave"
    CONFIRM_AVAILABILITY = "confirm_availability"
    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    RECHECK = "recheck"
    SETTLE_CHANGES = "settle_changes"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


def _stay(*states: State) -> dict[State, State]:
    return {state: state for state in states}


# By action: each state in which it can be done, and the state after it.
TRANSITIONS: dict[Action, dict[State, State]] = {
    Action.SUBMIT: {
        State.DRAFT: State.SUBMITTED,
        State.CHANGES_REQUESTED: State.SUBMITTED,
        **_stay(*Specialist.APPROVED_STATES),  # a proposed change
    },
    Action.WITHDRAW: {State.SUBMITTED: State.DRAFT, **_stay(*Specialist.APPROVED_STATES)},
    Action.PAUSE: {State.PUBLISHED: State.PAUSED},
    Action.RESUME: {State.PAUSED: State.PUBLISHED},
    Action.LEAVE: {
        State.SUBMITTED: State.DRAFT,
        State.CHANGES_REQUESTED: State.DRAFT,
        State.PUBLISHED: State.DRAFT,
        State.PAUSED: State.DRAFT,
    },
    Action.CONFIRM_AVAILABILITY: _stay(*Specialist.MEMBER_STATES),
    Action.APPROVE: {
        # A draft only waits where its workflow was started by other means than submitting.
        State.DRAFT: State.PUBLISHED,
        State.SUBMITTED: State.PUBLISHED,
        State.CHANGES_REQUESTED: State.PUBLISHED,
        **_stay(*Specialist.MEMBER_STATES),
    },
    Action.REQUEST_CHANGES: {
        State.SUBMITTED: State.CHANGES_REQUESTED,
        **_stay(*Specialist.MEMBER_STATES),
    },
    Action.RECHECK: _stay(*Specialist.MEMBER_STATES),
    Action.SETTLE_CHANGES: _stay(*Specialist.MEMBER_STATES),
    Action.SUSPEND: dict.fromkeys(Specialist.MEMBER_STATES, State.SUSPENDED),
    Action.REINSTATE: {State.SUSPENDED: State.PUBLISHED},  # and paused again at once, if they were
}
# What some actions need besides the state: whose turn it is.
TURNS: dict[Action, Callable[[Specialist, ReviewStatus], bool]] = {
    Action.SUBMIT: lambda specialist, review_status: (
        not review_status.is_waiting and (not specialist.is_approved or review_status.asked is not None)
    ),
    Action.APPROVE: lambda _specialist, review_status: review_status.is_waiting,
}


def can(specialist: Specialist, action: Action, review_status: ReviewStatus | None = None) -> bool:
    """Whether it can be done as the profile stands now. `review_status` is read where it is needed and not given."""
    if specialist.state not in TRANSITIONS[action]:
        return False
    return action not in TURNS or TURNS[action](specialist, review_status or review.review_status(specialist))


def is_done(specialist: Specialist, action: Action) -> bool:
    """Whether the profile is where the action leads from any other state: it was done already."""
    return specialist.state in TRANSITIONS[action].values()


def state_after(specialist: Specialist, action: Action) -> State:
    """The state to which it leads. Raises KeyError where it can't be done."""
    return TRANSITIONS[action][State(specialist.state)]


def states_for(action: Action) -> list[State]:
    """The states in which it can be done, for queries."""
    return list(TRANSITIONS[action])
