"""Several people at once, on a real PostgreSQL: moderators, the specialist, namesakes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection

from accounts.models import User
from directory import review, services
from directory.models import Specialist
from tests.booking.racing import kinds, race
from tests.directory.profiles import POINTS, make_directory, make_public, make_submitted, write
from tests.factories.accounts import UserFactory
from tests.factories.directory import ProfessionFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def go_on_counting() -> None:
    """What the test database is filled with again after each test doesn't move its sequences."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


@pytest.fixture
def moderator() -> User:
    go_on_counting()
    make_directory()
    return UserFactory()


def approving(specialist: Specialist, moderator: User) -> Callable[[], Any]:
    seen = review.seen(specialist)
    return lambda: services.approve(specialist=specialist, by=moderator, seen=seen, ticked=POINTS)


def test_of_eight_approvals_at_once_one_counts(moderator: User) -> None:
    specialist = make_submitted()
    outcomes = race([approving(specialist, moderator) for _ in range(8)])
    assert kinds(outcomes) == {"Specialist": 1, "Stale": 7}
    assert specialist.checks.count() == 1


def test_what_is_approved_is_what_was_looked_at_while_the_specialist_writes(moderator: User) -> None:
    specialist = make_submitted()
    outcomes = race([approving(specialist, moderator), lambda: write(specialist, headline="Something else")])
    specialist.refresh_from_db()
    page = specialist.pages.get()
    if kinds(outcomes) == {"SpecialistPage": 1, "Stale": 1}:  # the specialist was quicker
        assert (specialist.state, page.live) == ("submitted", False)
    else:  # published as it was looked at, then published by the specialist, who may
        assert kinds(outcomes) == {"Specialist": 1, "SpecialistPage": 1}
        assert (specialist.state, page.headline) == ("published", "Something else")


def test_no_price_is_lost_while_a_proposal_is_approved(moderator: User) -> None:
    specialist = make_public(moderator, price_min=50)
    services.save_facts(specialist=specialist, by=specialist.user, facts={"name": "Vera Married"})
    specialist.refresh_from_db()
    new_price = {"price_min": 90}
    race(
        [
            approving(specialist, moderator),
            lambda: services.save_facts(specialist=specialist, by=specialist.user, facts=new_price),
        ]
    )
    specialist.refresh_from_db()
    assert specialist.price_min == 90


def test_six_namesakes_at_once_have_six_addresses() -> None:
    profession = ProfessionFactory()

    def start(user: User) -> Callable[[], Specialist]:
        return lambda: services.start_profile(user=user, name="Vera Example", profession=profession)

    outcomes = race([start(UserFactory()) for _ in range(6)])
    assert kinds(outcomes) == {"Specialist": 6}
    assert len({one.slug for one in outcomes}) == 6


def test_one_person_in_five_tabs_has_one_profile() -> None:
    user, profession = UserFactory(), ProfessionFactory()
    start = [lambda: services.start_profile(user=user, name="Vera", profession=profession)] * 5
    assert len({one.pk for one in race(start)}) == 1
