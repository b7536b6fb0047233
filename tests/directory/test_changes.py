"""What changes after a check: moderators see it, are told of what can't wait, and settle exactly what they saw."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.models import Outbox
from core.worker.periodic import jobs
from dev.demo import directory
from directory import services
from directory.checking import review
from directory.errors import Stale, Unchecked
from directory.models import ProfileReport, Specialist, SpecialistCheck, SpecialistPage
from moderation import periodic
from tests.directory.profiles import (
    approve,
    make_draft,
    make_public,
    make_submitted,
    picture_file,
    write,
)
from tests.factories.directory import SpecialistFactory, make_listed
from tests.factories.people import log_in_to_cms, log_in_with_factor, make_moderator

pytestmark = pytest.mark.django_db
DIRECTORY = ("uk",)
Kind = ProfileReport.Kind


@pytest.fixture
def moderator() -> User:
    return make_moderator()


def now(specialist: Specialist) -> Specialist:
    return Specialist.objects.get(pk=specialist.pk)


def save(specialist: Specialist, **facts: Any) -> Specialist:
    return services.save_facts(specialist=specialist, by=specialist.user, facts=facts)


def settle(specialist: Specialist, moderator: User, seen: str = "") -> None:
    services.settle_changes(specialist=specialist, by=moderator, seen=seen or review.seen(now(specialist)))


def mails(subject: str) -> int:
    return Outbox.objects.filter(subject=subject).count()


FLAGGED = "Please look at a profile"
REPORTED = "Please read a report about a profile"
BAD = "I cure depression in 3 days, call +49 30 901820"


# --- Changed since the last check ---------------------------------------------------------------------------------


def test_what_was_approved_is_not_on_the_list(moderator: User) -> None:
    assert not Specialist.objects.changed().filter(pk=make_public(moderator).pk).exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda one: write(one, headline="Something else"),
        lambda one: write(one, story="Another story."),
        lambda one: write(one, faq=[("Do you?", "I do.")]),
        lambda one: write(one, "uk", headline="Сон", story="Я слухаю."),
        lambda one: save(one, price_min=200),
        lambda one: save(one, gender="male"),
        lambda one: services.set_portrait(specialist=one, by=one.user, file=picture_file()),
    ],
)
def test_every_change_of_what_clients_rely_on_is_listed_with_its_difference(
    client: Client, moderator: User, change: Any
) -> None:
    one = make_public(moderator)
    change(one)
    assert list(Specialist.objects.changed()) == [one]
    log_in_to_cms(client, moderator)
    page = BeautifulSoup(client.get(reverse("specialists:changed")).content, "html.parser")
    assert page.select("tbody td ul li")
    assert (
        "I have looked at the changes"
        in client.get(reverse("specialists:check", args=[one.pk])).content.decode()
    )
    assert "1 specialist’s profile changed" in client.get(reverse("account_home")).content.decode()


def test_a_change_in_the_cms_is_listed_too(moderator: User) -> None:
    one = make_public(moderator)
    page = SpecialistPage.objects.get(specialist=one)
    page.story = '<p>Look <a href="https://evil.example/pay">here</a>.</p>'
    page.save_revision(user=moderator).publish()
    assert now(one).changed_at is not None
    assert [kind for kind, _words in now(one).flags] == ["contact"]
    assert mails(FLAGGED) == 1


def test_saving_without_a_change_and_taking_a_change_back_is_no_change(moderator: User) -> None:
    one = make_public(moderator)
    write(one)
    assert now(one).changed_at is None
    write(one, story="Another story.")
    since = now(one).changed_at
    save(one, price_min=80)
    assert now(one).changed_at == since is not None
    save(one, price_min=None)
    write(one)
    assert now(one).changed_at is None


def test_a_draft_of_an_editor_is_not_public_and_not_listed(moderator: User) -> None:
    one = make_public(moderator)
    page = SpecialistPage.objects.get(specialist=one)
    page.headline = BAD
    page.save_revision(user=moderator)
    assert now(one).changed_at is None
    assert page.headline != review.looked_at_pages(one)[0].headline


def test_a_decision_settles_what_was_seen_and_nothing_newer(moderator: User) -> None:
    one = make_public(moderator)
    write(one, story="Another story.")
    seen = review.seen(now(one))
    checked = now(one).checked_on
    write(one, story="Worse.")
    with pytest.raises(Stale):
        settle(one, moderator, seen)
    assert now(one).changed_at is not None
    settle(one, moderator)
    assert (now(one).changed_at, now(one).checked_on) == (None, checked)
    assert one.checks.first().decision == SpecialistCheck.Decision.SEEN
    write(one, story="Worse still.")
    assert now(one).changed_at is not None


def test_correcting_a_number_leaves_what_else_has_changed(moderator: User) -> None:
    one = make_public(moderator)
    write(one, story=BAD)

    def correct() -> None:
        Specialist.objects.filter(pk=one.pk).update(credential_number="8")

    services.correct(specialist=one, by=moderator, save=correct)
    assert now(one).changed_at is not None
    assert now(one).flags


# --- Flags --------------------------------------------------------------------------------------------------------


def test_flagged_words_are_mailed_at_once_each_time_and_listed_first(client: Client, moderator: User) -> None:
    quiet, one = make_public(moderator, name="Quiet Example"), make_public(moderator)
    save(quiet, price_min=70)
    write(one, headline=BAD)
    assert mails(FLAGGED) == 1
    write(one, headline=BAD, story="Another story.")  # said already
    assert mails(FLAGGED) == 1
    write(one, headline=BAD, story="Results guaranteed.")
    assert mails(FLAGGED) == 2
    assert list(Specialist.objects.changed()) == [one, quiet]
    log_in_to_cms(client, moderator)
    page = BeautifulSoup(client.get(reverse("specialists:changed")).content, "html.parser")
    assert "+49 30 901820" in {mark.get_text() for mark in page.select("mark")}
    settle(one, moderator)
    write(one, headline=BAD, story="Results guaranteed. I listen.")  # what was looked at isn't flagged again
    assert now(one).flags == []
    assert mails(FLAGGED) == 2


def test_the_specialist_is_told_beside_the_field_before_it_is_saved_and_loses_nothing(
    client: Client, moderator: User
) -> None:
    one = make_public(moderator)
    log_in_with_factor(client, one.user)
    url = reverse("specialist_profile_text", args=["en"])
    typed = {"headline": BAD, "story": "I listen.", "faq-TOTAL_FORMS": "0", "faq-INITIAL_FORMS": "0"}
    answer = client.post(url, {**typed, "act": "save"})
    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 422
    assert page.select_one("#id_headline")["value"] == BAD
    assert "+49 30 901820" in page.select_one(".field--wrong").get_text()
    assert SpecialistPage.objects.get(specialist=one).headline == "Help with sleep"
    button = page.select_one("button[name=flags_seen]")
    other = client.post(
        url, {**typed, "headline": "Write to vera@example.org", "flags_seen": button["value"]}
    )
    assert other.status_code == 422  # these words are others
    assert client.post(url, {**typed, "flags_seen": button["value"]}).status_code == 303
    assert SpecialistPage.objects.get(specialist=one).headline == BAD
    assert mails(FLAGGED) == 1


# --- Checked facts ------------------------------------------------------------------------------------------------


def test_prescribing_is_checked(moderator: User) -> None:
    one = save(make_public(moderator), can_prescribe=True)
    assert (one.can_prescribe, review.review_status(one).proposed) == (False, {"can_prescribe": True})
    with pytest.raises(Unchecked):
        approve(one, moderator, ticked=["name", "licence", "country"])
    assert approve(one, moderator, ticked=review.points(now(one))).can_prescribe


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("practice_url", "http://practice.example"),
        ("practice_url", "https://localhost/"),
        ("practice_url", "https://127.0.0.1/"),
        ("practice_url", "https://me:word@practice.example/"),
        ("practice_phone", "030 123456"),
        ("practice_phone", "+49 30 CALL"),
        ("practice_phone", "+1"),
    ],
)
def test_contact_has_to_be_reachable_by_everybody(field: str, value: str) -> None:
    with pytest.raises(ValidationError):
        make_draft(**{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "typed", ["+49 30 123456", "0049 (0)30 / 123-456", "٠٠٤٩ ٣٠ ١٢٣٤٥٦", "tel:+49 30 123456"]
)
def test_a_number_is_kept_as_it_is_dialled(client: Client, typed: str) -> None:
    one = make_submitted()
    log_in_with_factor(client, one.user)
    answer = client.post(reverse("specialist_profile_contact"), {"practice_phone": typed, "practice_url": ""})
    assert answer.status_code == 303
    assert now(one).dialled == "+4930123456"


def test_contact_is_shown_once_it_is_checked(client: Client, moderator: User) -> None:
    one = save(
        make_public(moderator), practice_url="https://www.practice.example/me", practice_phone="+49 30 123456"
    )
    url = SpecialistPage.objects.get(specialist=one).url
    assert "practice.example" not in client.get(url).content.decode()
    approve(one, moderator)
    page = BeautifulSoup(client.get(url).content, "html.parser")
    assert page.select_one('a[href="tel:+4930123456"]').get_text(" ", strip=True).endswith("+49 30 123456")
    link = page.select_one('a[href="https://www.practice.example/me"]')
    assert link["rel"] == ["noopener", "noreferrer", "nofollow"]
    assert "practice.example" in link.get_text()
    assert "name, licence and country in the register, the contact of the practice" in page.get_text()


def test_whoever_cannot_be_reached_is_not_called_accepting(client: Client) -> None:
    today = timezone.localdate()
    one = SpecialistFactory(
        without_contact=True, offers_free_consultation=False, accepting_confirmed_on=today
    )
    page = make_listed(one)
    assert not one.is_accepting_on(today)
    assert one.is_accepting_on(today, has_slot=True)
    assert "Not accepting clients" in client.get(page.url).content.decode()
    assert now(one).search_row.confirmed_on is None
    assert list(Specialist.objects.unreachable()) == [one]
    Specialist.objects.filter(pk=one.pk).update(practice_phone="+49 30 123456")
    assert now(one).is_accepting_on(today)
    assert not Specialist.objects.unreachable().exists()


def test_everybody_in_the_demo_can_be_reached() -> None:
    for row in directory.facts():
        assert row["practice_url"].endswith(".example") or row["practice_phone"], row["slug"]


# --- Reports ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.IDENTITY, Kind.CONDUCT, Kind.OTHER])
def test_urgent_reports_are_mailed_each_by_itself(moderator: User, kind: str) -> None:
    one = make_public(moderator)  # the day's mail has gone out with it
    for _turn in range(2):
        services.report_profile(specialist=one, kind=kind, text="They are somebody else.")
    assert mails(REPORTED) == 2
    services.report_profile(specialist=one, kind=Kind.WRONG_FACTS, text="The price is old.")
    assert mails(REPORTED) == 2


def test_what_came_after_the_days_mail_is_told_the_next_day(
    moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = make_public(moderator)
    told = mails("Something waits for a moderator")
    services.report_profile(specialist=one, kind=Kind.WRONG_FACTS, text="The price is old.")
    assert mails("Something waits for a moderator") == told
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr("moderation.emails.timezone.localdate", lambda: tomorrow)
    periodic.remind_moderators()
    periodic.remind_moderators()
    assert mails("Something waits for a moderator") == told + 1
    assert any("remind_moderators" in str(job) for job in jobs)


def test_without_moderators_the_administrators_are_told() -> None:
    admin = User.objects.create_superuser("admin@attune.example", "calm-water-42")
    services.report_profile(specialist=SpecialistFactory(), kind=Kind.CONDUCT, text="x")
    assert list(Outbox.objects.filter(subject=REPORTED).values_list("recipients", flat=True)) == [
        [admin.email]
    ]
