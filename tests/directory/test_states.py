"""What can be done with a profile in which state: the table, and that services, pages and buttons keep to it."""

from typing import Any

import pytest
from django.template import Context, Template

from directory import services
from directory.checking import review
from directory.checking.review import ReviewStatus
from directory.errors import WrongState
from directory.models import Specialist, SpecialistCheck
from directory.states import Action, State, can, is_done, state_after, states_for
from tests.directory.profiles import POINTS
from tests.factories.accounts import UserFactory
from tests.factories.directory import SpecialistFactory
from tests.factories.people import make_moderator

DIRECTORY = ()

# The state after each action, by the state before it; - is where there is no such step.
TABLE = """
                      draft      submitted  changes    published  paused     suspended
submit                submitted  -          submitted  published  paused     suspended
withdraw_submission   -          draft      -          published  paused     suspended
pause                 -          -          -          paused     -          -
resume                -          -          -          -          published  -
leave                 -          draft      draft      draft      draft      -
confirm_availability  -          -          -          published  paused     -
approve               published  published  published  published  paused     -
request_changes       -          changes    -          published  paused     -
recheck               -          -          -          published  paused     -
settle_changes        -          -          -          published  paused     -
suspend               -          -          -          suspended  suspended  -
reinstate             -          -          -          -          -          published
"""
HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
AFTER = {
    (Action(row[0]), State(before)): None if after == "-" else State(after)
    for row in ROWS
    for before, after in zip(HEAD, row[1:], strict=True)
}
ASKED = ReviewStatus(is_waiting=False, proposed={}, asked=SpecialistCheck())
WAITING = ReviewStatus(is_waiting=True, proposed={}, asked=None)
NOTHING = ReviewStatus(is_waiting=False, proposed={}, asked=None)
# Those that do nothing where they have no step, or were done already, instead of refusing.
LENIENT = {
    Action.WITHDRAW: set(State),
    Action.PAUSE: {State.PAUSED},
    Action.RESUME: {State.PUBLISHED},
    Action.LEAVE: {State.DRAFT},
}


def test_the_table_has_every_action_and_state() -> None:
    assert {action for action, _before in AFTER} == set(Action)
    assert {before for _action, before in AFTER} == set(State)


@pytest.mark.parametrize(("action", "before"), AFTER, ids=str)
def test_each_step_is_there_or_not_and_leads_where_the_table_says(action: Action, before: State) -> None:
    specialist, after = Specialist(state=before.value), AFTER[action, before]
    whose_turn = WAITING if action == Action.APPROVE else ASKED
    assert can(specialist, action, whose_turn) == (after is not None) == (before in states_for(action))
    if after is None:
        with pytest.raises(KeyError):
            state_after(specialist, action)
    else:
        assert state_after(specialist, action) == after


def test_whose_turn_it_is_decides_about_submitting_and_approving() -> None:
    draft, public = Specialist(state=State.DRAFT), Specialist(state=State.PUBLISHED)
    assert can(draft, Action.SUBMIT, NOTHING)
    assert not can(draft, Action.SUBMIT, WAITING)
    assert not can(public, Action.SUBMIT, NOTHING)
    assert can(public, Action.SUBMIT, ASKED)
    assert not can(public, Action.APPROVE, NOTHING)
    assert can(public, Action.APPROVE, WAITING)


def test_what_was_done_already_is_known() -> None:
    assert is_done(Specialist(state=State.PAUSED), Action.PAUSE)
    assert is_done(Specialist(state=State.DRAFT), Action.LEAVE)
    assert not is_done(Specialist(state=State.SUSPENDED), Action.LEAVE)


def do(action: Action, specialist: Specialist) -> Specialist:
    """Call the service of this name with what it takes."""
    more: dict[str, Any] = {"by": specialist.user}
    if action in {Action.APPROVE, Action.REQUEST_CHANGES, Action.RECHECK, Action.SETTLE_CHANGES}:
        more["seen"] = review.seen(specialist)
    if action in {Action.APPROVE, Action.RECHECK}:
        more["ticked"] = POINTS
    if action == Action.REQUEST_CHANGES:
        more["comment"] = "Please say where you trained."
    if action == Action.SUSPEND:
        more["reason"] = "The licence has ended."
    changed: Specialist = getattr(services, action.value)(specialist=specialist, **more)
    return changed


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("action", "before"),
    [pair for pair in AFTER if pair[0] not in {Action.SUBMIT, Action.APPROVE}],  # these need a whole profile
    ids=str,
)
def test_services_do_what_the_table_says_and_refuse_the_rest(action: Action, before: State) -> None:
    make_moderator()
    specialist = SpecialistFactory(user=UserFactory(), state=before)
    after = AFTER[action, before]
    if after is None and before not in LENIENT.get(action, set()):
        with pytest.raises(WrongState):
            do(action, specialist)
        after = before
    else:
        assert do(action, specialist).state == (after or before)
    assert Specialist.objects.get(pk=specialist.pk).state == (after or before)


def test_templates_ask_the_same_table() -> None:
    template = Template('{% load directory_tags %}{% if specialist|can:"pause" %}yes{% else %}no{% endif %}')
    told = {state: template.render(Context({"specialist": Specialist(state=state)})) for state in State}
    assert told == {state: "yes" if state == State.PUBLISHED else "no" for state in State}
    with pytest.raises(ValueError, match="fly"):
        Template('{% load directory_tags %}{{ specialist|can:"fly" }}').render(
            Context({"specialist": Specialist(state=State.DRAFT)})
        )
