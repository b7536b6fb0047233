"""Several people at once, on a real PostgreSQL: moderators, the specialist, namesakes."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.merging.terms import merge_terms
from core.models import Topic
from directory import index, services
from directory.checking import review
from directory.index.locks import lock_bits
from directory.models import Place, SearchOption, SearchRow, Specialist
from directory.models.bits import CHUNK
from directory.services import facts
from tests.booking.racing import kinds, race
from tests.directory.profiles import (
    POINTS,
    make_directory,
    make_public,
    make_submitted,
    picture_file,
    write,
)
from tests.factories.accounts import UserFactory
from tests.factories.booking import ScheduleFactory
from tests.factories.directory import ProfessionFactory, SpecialistFactory, make_listed
from tests.factories.pages import locale_of
from tests.factories.people import log_in_to_cms, make_superuser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def moderator() -> User:
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


def test_many_edits_at_once_leave_rows_words_and_bits_that_are_true(moderator: User) -> None:
    """Different people in one chunk of bits, each edited by two at once, and raw rebuilds among them."""
    people = [make_public(moderator, name=f"Vera Example {number}") for number in range(4)]

    def edit(specialist: Specialist, **facts: Any) -> Callable[[], Any]:
        return lambda: services.save_facts(specialist=specialist, by=specialist.user, facts=facts)

    for turn in range(3):
        works: list[Callable[[], Any]] = []
        for one in people:
            works += [
                edit(one, session_languages=["en", ["uk", "de", "ar"][turn]]),
                edit(one, can_prescribe=turn % 2 == 0, price_min=50 + 20 * turn),
                partial(index.rebuild, [other.pk for other in reversed(people)]),
            ]
        outcomes = race(works)
        assert set(kinds(outcomes)) == {"Specialist", "NoneType"}
        assert not list(index.differences([one.pk for one in people]))
        assert not [option for chunk in index.chunks() for option in index.wrong_bits(chunk)]


# --- In the CMS ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("has_hours", [True, False])
def test_an_editor_publishes_while_the_specialist_writes(moderator: User, has_hours: bool) -> None:
    specialist = make_public(moderator)
    if has_hours:
        ScheduleFactory(specialist=specialist)
    found: list[dict[str, int]] = []
    for turn in range(8):
        revision = specialist.pages.get().save_revision()
        outcomes = race([revision.publish, lambda turn=turn: write(specialist, headline=f"Turn {turn}")])
        found.append(kinds(outcomes))
    assert found == [{"NoneType": 1, "SpecialistPage": 1}] * 8


def test_an_editor_deletes_while_the_specialist_writes(
    moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    specialist = make_public(moderator)
    ScheduleFactory(specialist=specialist)
    client = Client()
    log_in_to_cms(client, make_superuser())
    url = reverse("wagtailadmin_pages:delete", args=[specialist.pages.get().pk])
    rebuild, is_deleted = index.rebuild, threading.Event()

    def slowly(*args: Any, **options: Any) -> None:
        is_deleted.set()
        time.sleep(0.5)
        rebuild(*args, **options)

    def as_soon_as_it_is_deleted() -> Any:
        is_deleted.wait(timeout=10)
        return write(specialist)

    monkeypatch.setattr(index, "rebuild", slowly)
    outcomes = race([lambda: client.post(url), as_soon_as_it_is_deleted])
    assert kinds(outcomes) == {"HttpResponseRedirect": 1, "SpecialistPage": 1}


@pytest.mark.parametrize("name", ["topics", "place"])
def test_a_term_is_merged_while_specialists_choose_it(moderator: User, name: str) -> None:
    people = [make_public(moderator, name=f"Vera Example {number}") for number in range(3)]
    model = Topic if name == "topics" else Place
    for turn in range(6):
        gone, kept = (
            model.objects.create(name=slug, slug=slug, locale=locale_of("en"))
            for slug in (f"gone-{turn}", f"kept-{turn}")
        )
        chosen: Any = [gone] if name == "topics" else gone
        services.save_facts(specialist=people[0], by=None, facts={name: chosen})
        saves: list[Callable[[], Any]] = [
            partial(services.save_facts, specialist=one, by=None, facts={name: chosen, "price_min": turn})
            for one in people
        ]
        merge = partial(merge_terms, gone=gone, kept=kept, by=None)
        everybody = [one.pk for one in people]
        outcomes = race([*saves, merge, partial(index.rebuild, everybody)])
        assert kinds(outcomes) == {"NoneType": 2, "Specialist": 3}
        for one in people:
            one.refresh_from_db()
            assert kept in (one.topics.all() if name == "topics" else [one.place])
        assert not [option for chunk in index.chunks() for option in index.wrong_bits(chunk)]


# --- The bits of two chunks -----------------------------------------------------------------------------------------


@pytest.fixture
def in_two_chunks() -> tuple[int, int]:
    make_directory()
    for pk in (5, 3000):
        make_listed(SpecialistFactory(pk=pk))
    return 5, 3000


def in_order() -> None:
    """Take the first chunk, and after a while the second."""
    with transaction.atomic():
        for chunk in (0, 1):
            lock_bits([chunk * CHUNK])
            time.sleep(0.5)


def test_a_rebuild_that_takes_rows_away_locks_chunks_in_order(in_two_chunks: tuple[int, int]) -> None:
    Specialist.objects.filter(pk=5).update(can_prescribe=True)
    Specialist.objects.filter(pk=3000).update(state=Specialist.State.PAUSED)
    outcomes = race([in_order, lambda: (time.sleep(0.2), index.rebuild(in_two_chunks))[1]])
    assert outcomes == [None, None]
    assert not [option for chunk in index.chunks() for option in index.wrong_bits(chunk)]


def test_one_update_locks_chunks_in_order(in_two_chunks: tuple[int, int]) -> None:
    option = SearchOption.objects.create(kind="topic", value="new").pk

    def update() -> None:
        time.sleep(0.2)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE directory_searchrow SET facets = CASE specialist_id WHEN 5 THEN facets || %s ELSE '{}' END",
                [[option]],
            )

    assert race([in_order, update]) == [None, None]
    assert SearchRow.objects.get(pk=3000).facets == []
    assert not [wrong for chunk in index.chunks() for wrong in index.wrong_bits(chunk)]


# --- Portraits ------------------------------------------------------------------------------------------------------


def test_bookings_go_on_while_a_photo_is_decoded(moderator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    specialist = make_public(moderator)

    def lock_at_once() -> None:
        with transaction.atomic():
            Specialist.objects.select_for_update(nowait=True).get(pk=specialist.pk)

    during: list[Any] = []

    def decode(*args: Any, **options: Any) -> Any:
        during.extend(race([lock_at_once]))
        return make_portrait(*args, **options)

    make_portrait = facts.make_portrait
    monkeypatch.setattr(facts, "make_portrait", decode)
    services.set_portrait(specialist=specialist, by=None, file=picture_file())
    assert during == [None]
