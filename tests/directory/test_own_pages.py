"""What a specialist has beside the profile's steps: the overview, a break, an end, views, hints."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from booking.models import Booking
from booking.slots import refresh_next_slots
from directory import services
from directory.checking.review import own_pages
from directory.models import ProfileViews, Specialist
from directory.profile import visits
from directory.profile.progress import hints, text_languages
from tests.directory.joining import client_of, now, told
from tests.directory.profiles import (
    approve,
    make_draft,
    make_public,
    make_submitted,
    picture_file,
    write,
)
from tests.directory.services import last_mail
from tests.factories.booking import BookingFactory, ScheduleFactory
from tests.factories.people import make_moderator

pytestmark = pytest.mark.django_db
DIRECTORY = ("uk",)

DASHBOARD = "/en/account/specialist/"
ACCEPTING = f"{DASHBOARD}accepting/"
PAUSE, RESUME, LEAVE = (f"{DASHBOARD}{name}/" for name in ("pause", "resume", "leave"))
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def moderator() -> User:
    return make_moderator()


@pytest.fixture
def public(moderator: User) -> Specialist:
    return make_public(moderator)


def with_consultations(specialist: Specialist, count: int) -> None:
    schedule = ScheduleFactory(specialist=specialist)
    first = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    for number in range(count):
        BookingFactory(schedule=schedule, starts_at=first + timedelta(hours=number))


# --- Accepting clients ------------------------------------------------------------------------------------------------


def test_accepting_clients_is_said_and_taken_back_with_one_press(public: Specialist) -> None:
    client = client_of(public)
    Specialist.objects.update(accepting_confirmed_on=None, practice_phone="+49 30 123456")
    assert "You haven’t said yet that you accept clients" in client.get(DASHBOARD).content.decode()
    Specialist.objects.update(accepting_confirmed_on=date(2020, 1, 1))
    html = client.get(DASHBOARD).content.decode()
    assert "Your profile no longer says that you accept clients" in html
    assert "Say whether you accept clients" in client.get("/en/account/").content.decode()
    answer = client.post(ACCEPTING, {"accepting": "yes"}, follow=True)
    assert "confirmed today" in told(answer)
    assert now(public).accepting_confirmed_on == timezone.localdate()
    assert "It lapses after" in answer.content.decode()
    client.post(ACCEPTING, {"accepting": "no"})
    assert now(public).is_accepting is False
    assert "you don’t accept clients at the moment" in client.get(DASHBOARD).content.decode()


def test_who_can_not_be_reached_is_not_told_that_the_profile_says_accepting(public: Specialist) -> None:
    client = client_of(public)
    Specialist.objects.update(accepting_confirmed_on=None, practice_phone="", practice_url="")
    answer = client.post(ACCEPTING, {"accepting": "yes"}, follow=True)
    assert "it doesn’t say how they reach you" in answer.content.decode()
    assert "confirmed today" not in told(answer)
    assert "once it also says how clients reach you" in told(answer)


def test_a_draft_promises_nothing() -> None:
    client = client_of(make_draft())
    assert "Accepting clients" not in client.get(DASHBOARD).content.decode()
    assert "This can’t be done as the profile stands now." in told(client.post(ACCEPTING, follow=True))


# --- A break, or an end -----------------------------------------------------------------------------------------------


def test_a_break_keeps_the_consultations_and_says_how_many_before(public: Specialist) -> None:
    with_consultations(public, 2)
    client = client_of(public)
    page = client.get(PAUSE).content.decode()
    assert "2 free consultations are coming up. They stay" in page
    assert now(public).state == "published"
    assert "is paused" in told(client.post(PAUSE, follow=True))
    assert now(public).state == "paused"
    assert Client().get(f"/en/specialists/{public.slug}/").status_code == 404
    assert Booking.objects.active().count() == 2
    assert client.get(RESUME).status_code == 200
    assert "public again" in told(client.post(RESUME, follow=True))
    assert now(public).state == "published"


def test_leaving_cancels_the_consultations_and_says_so_before(
    public: Specialist, django_capture_on_commit_callbacks: Any
) -> None:
    with_consultations(public, 1)
    client = client_of(public)
    page = client.get(LEAVE).content.decode()
    assert "1 free consultation is coming up. It is cancelled" in page
    assert Booking.objects.active().count() == 1
    for stale in ({"shown": "0"}, {}):  # from before somebody booked, and from no page
        answer = client.post(LEAVE, stale)
        assert answer.status_code == 409
        assert "Something has changed" in told(answer)
        assert "1 free consultation is coming up" in answer.content.decode()
    assert now(public).state == "published"
    answer = client.post(LEAVE, {"shown": answer.context["ahead"]}, follow=True)
    assert "You have left the directory." in told(answer)
    assert now(public).state == "draft"
    assert not Booking.objects.active().exists()


@pytest.mark.parametrize("path", [PAUSE, RESUME, LEAVE])
def test_there_is_nothing_to_leave_for_a_draft(path: str) -> None:
    specialist = make_draft()
    client = client_of(specialist)
    assert client.get(path)["Location"] == DASHBOARD
    client.post(path)
    assert now(specialist).state == "draft"


def test_whoever_was_suspended_in_the_meantime_is_told_so(public: Specialist, moderator: User) -> None:
    client = client_of(public)
    assert client.get(PAUSE).status_code == 200
    services.suspend(specialist=public, by=moderator, reason="Your licence has run out.")
    answer = client.post(PAUSE, follow=True)
    assert "Your profile is suspended." in told(answer)
    assert "Your licence has run out." in answer.content.decode()
    assert "Leave the directory" not in answer.content.decode()


def test_the_reason_of_a_suspension_stands_on_both_pages_and_nothing_is_asked_for(
    public: Specialist, moderator: User
) -> None:
    services.suspend(specialist=public, by=moderator, reason="Your licence has run out.")
    client = client_of(public)
    for path in [DASHBOARD, f"{DASHBOARD}profile/"]:
        html = client.get(path).content.decode()
        assert "Your licence has run out." in html
        assert "A moderator writes:" in html
        assert "A moderator asks:" not in html
        assert "What would make your profile better" not in html


def test_what_a_moderator_wrote_with_the_last_decision_stands_in_the_profile(moderator: User) -> None:
    specialist = approve(make_submitted(), moderator, comment="A fine profile.")
    client = client_of(specialist)
    assert "A fine profile." in client.get(f"{DASHBOARD}profile/").content.decode()
    assert "A moderator writes:\nA fine profile." in last_mail(specialist.user)
    services.suspend(specialist=specialist, by=moderator, reason="Your licence has run out.")
    services.reinstate(specialist=specialist, by=moderator, comment="All is well.")
    html = client.get(f"{DASHBOARD}profile/").content.decode()
    assert "All is well." in html
    assert "A fine profile." not in html


# --- Views ------------------------------------------------------------------------------------------------------------


def look(specialist: Specialist, client: Client | None = None, agent: str = FIREFOX, **headers: str) -> int:
    """Open the profile, and say how many views are counted today."""
    headers = {"User-Agent": agent, **headers}
    answer = (client or Client()).get(f"/en/specialists/{specialist.slug}/", headers=headers)
    assert answer.status_code == 200
    row = ProfileViews.objects.filter(specialist=specialist, day=timezone.localdate()).first()
    return row.count if row else 0


def test_views_add_up_by_the_day(public: Specialist) -> None:
    assert look(public) == 1
    assert look(public) == 2
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert look(public) == 1
    assert ProfileViews.objects.count() == 2


def test_machines_guesses_and_the_owner_dont_count(public: Specialist) -> None:
    assert look(public, agent="") == 0
    assert look(public, agent="Mozilla/5.0 (compatible; Googlebot/2.1)") == 0
    assert look(public, **{"Sec-Purpose": "prefetch;prerender"}) == 0  # type: ignore[arg-type]
    assert look(public, client_of(public)) == 0
    assert look(public, client_of(make_draft(name="Olha"))) == 1


def test_a_view_costs_one_query_after_the_page(public: Specialist) -> None:
    look(public)
    with CaptureQueriesContext(connection) as asked:
        look(public)
    writing = [query["sql"] for query in asked.captured_queries if "INSERT" in query["sql"]]
    assert len(writing) == 1
    assert "ON CONFLICT" in writing[0]
    assert [query["sql"] for query in asked.captured_queries][-2] == writing[
        0
    ]  # the last one is the test's own


def test_the_overview_shows_thirty_days_of_totals(public: Specialist) -> None:
    today = timezone.localdate()
    for days, count in [(0, 2), (6, 3), (7, 10), (29, 1), (30, 100)]:
        ProfileViews.objects.create(specialist=public, day=today - timedelta(days=days), count=count)
    page = client_of(public).get(DASHBOARD)
    assert (page.context["views"], page.context["views_in_a_week"], len(page.context["days"])) == (16, 5, 30)
    assert "16 views in the last 30 days, 5 of them in the last 7." in page.content.decode()


def test_totals_are_erased_after_thirteen_months(public: Specialist) -> None:
    today = date(2026, 11, 25)
    kept = ProfileViews.objects.create(specialist=public, day=today - visits.KEPT, count=1)
    ProfileViews.objects.create(specialist=public, day=today - visits.KEPT - timedelta(days=1), count=1)
    assert visits.forget_old_views(today=today) == 1
    assert ProfileViews.objects.get() == kept


# --- Better -----------------------------------------------------------------------------------------------------------


def wishes(specialist: Specialist) -> list[str]:
    specialist = now(specialist)
    return [hint.text for hint in hints(specialist, own_pages(specialist), text_languages(specialist))]


def test_three_hints_at_most_and_each_goes_once_it_is_done(public: Specialist) -> None:
    assert [text.split(":")[0] for text in wishes(public)] == [
        "Say how clients reach you",
        "Add a photo",
        "Offer a free consultation",
    ]
    Specialist.objects.update(practice_phone="+49 30 123456")
    public.refresh_from_db()
    assert [text.split(":")[0] for text in wishes(public)] == [
        "Add a photo",
        "Offer a free consultation",
        "Say what a session costs",
    ]
    services.set_portrait(specialist=public, by=public.user, file=picture_file())
    services.save_facts(
        specialist=public, by=public.user, facts={"offers_free_consultation": True, "price_min": 60}
    )
    assert [text.split(":")[0] for text in wishes(public)] == [
        "Set your hours",
        "Tell more in English",
        "Write your texts in Ukrainian",
    ]
    ScheduleFactory(specialist=public)
    refresh_next_slots([public.pk])
    for code in ["en", "uk"]:
        write(public, code, story="I listen. " * 50)
    assert wishes(public) == ["Answer a question that clients often ask you."]
    write(public, story="I listen. " * 50, faq=[("How long?", "50 minutes")])
    assert wishes(public) == []


def test_each_hint_is_a_link(public: Specialist) -> None:
    client = client_of(public)
    page = client.get(DASHBOARD)
    for hint in page.context["hints"]:
        assert f'href="{hint.url}"' in page.content.decode()
        assert client.get(hint.url).status_code == 200


# --- Queries ----------------------------------------------------------------------------------------------------------

# Session and user (2), what waits (2), the account's pages (2), a request to be erased, the specialist.
FRAME = 8


@pytest.mark.parametrize(
    ("path", "count"),
    [
        # how it stands with the moderators; texts; languages to write in; views; consultations (2); the public page
        pytest.param("", FRAME + 7, id="overview"),
        # how it stands; topics; texts; whether there are texts; what the moderator wrote
        pytest.param("profile/", FRAME + 5, id="steps"),
        # how it stands with the moderators
        pytest.param("profile/about/", FRAME + 1, id="a step"),
    ],
)
def test_how_often_the_pages_ask(public: Specialist, path: str, count: int) -> None:
    client = client_of(public)
    client.get(f"{DASHBOARD}{path}")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"{DASHBOARD}{path}").status_code == 200
    assert len(asked) == count, "\n".join(query["sql"] for query in asked.captured_queries)


def test_a_submitted_profile_can_be_left(moderator: User) -> None:
    specialist = make_submitted()
    client = client_of(specialist)
    assert "No free consultations are coming up" in client.get(LEAVE).content.decode()
    client.post(LEAVE, {"shown": "0"})
    assert now(specialist).state == "draft"
