"""The moderators' screens: the queue, the check page, the lists, the reports, the first page's panel."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from accounts.models import User
from core.merging.terms import merge_terms
from core.models import Outbox, Topic
from directory import services
from directory.checking import review
from directory.models import Place, ProfileReport, Specialist, SpecialistCheck
from directory.views import checking
from tests.directory.checking import opened, save
from tests.directory.profiles import (
    POINTS,
    approve,
    make_public,
    make_submitted,
    picture_file,
    write,
)
from tests.factories.accounts import UserFactory
from tests.factories.booking import ScheduleFactory
from tests.factories.directory import ProfessionFactory, SpecialistFactory
from tests.factories.pages import locale_of
from tests.factories.people import (
    log_in_to_cms,
    make_administrator,
    make_editor,
    make_moderator,
    make_superuser,
    make_translator,
)

pytestmark = pytest.mark.django_db
DIRECTORY = ("ar",)
State = Specialist.State


@pytest.fixture
def moderator(client: Client) -> User:
    user = make_moderator()
    log_in_to_cms(client, user)
    return user


def url_of(specialist: Specialist) -> str:
    return reverse("specialists:check", args=[specialist.pk])


def press(client: Client, specialist: Specialist, act: str, **data: Any) -> Any:
    """Press a button of the check page as it is now."""
    seen = review.seen(Specialist.objects.get(pk=specialist.pk))
    return client.post(url_of(specialist), {"seen": seen, "act": act, **data})


def state_of(specialist: Specialist) -> str:
    return Specialist.objects.get(pk=specialist.pk).state


# --- The queue ----------------------------------------------------------------------------------------------------


def test_the_queue_has_new_profiles_and_proposals_the_oldest_first(client: Client, moderator: User) -> None:
    public = make_public(moderator, name="Anna Public")
    make_submitted(name="Berta New")
    services.save_facts(specialist=public, by=public.user, facts={"name": "Anna Married"})
    content = client.get(reverse("specialists:queue")).content.decode()
    assert content.index("Berta New") < content.index("Anna Public")
    assert "New profile" in content
    assert "Changes of a public profile" in content


def test_the_queue_has_pages_and_asks_as_much_for_many_as_for_few(
    client: Client, moderator: User, monkeypatch: Any, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(checking, "PER_PAGE", 5)
    url = reverse("specialists:queue")

    def wait(count: int, start: int) -> None:
        for number in range(start, start + count):
            profession = ProfessionFactory(name=f"Name {number}", slug=f"name-{number}")
            SpecialistFactory(state=State.SUBMITTED, profession=profession)

    wait(2, 0)
    client.get(url)  # what is remembered
    with CaptureQueriesContext(connection) as few:
        assert len(client.get(url).context["waiting"]) == 2
    count = len(few)
    wait(12, 2)
    client.get(url)
    with django_assert_num_queries(count):
        first = client.get(url)
    assert len(first.context["waiting"]) == 5
    last = client.get(url, {"p": "3"})
    assert len(last.context["waiting"]) == 4
    assert 'aria-label="Pagination"' in last.content.decode()
    assert client.get(url, {"p": "nonsense"}).status_code == 200


def test_what_a_suspended_specialist_proposes_waits_for_the_suspension_to_end(
    client: Client, moderator: User
) -> None:
    specialist = make_public(moderator)
    press(client, specialist, "suspend", comment="The licence has ended.")
    told = Outbox.objects.count()
    services.save_facts(specialist=specialist, by=specialist.user, facts={"name": "Vera Married"})
    assert not Specialist.objects.waiting().exists()
    assert Outbox.objects.count() == told
    page = client.get(url_of(specialist))
    assert "once they are public again" in page.content.decode()
    assert not page.context["can"]["approve"]
    assert press(client, specialist, "approve", ticked=POINTS).status_code == 409
    press(client, specialist, "reinstate")
    assert list(Specialist.objects.waiting()) == [specialist]
    assert press(client, specialist, "approve", ticked=POINTS).status_code == 302
    assert Specialist.objects.get(pk=specialist.pk).name == "Vera Married"


@pytest.mark.parametrize("make", [make_editor, make_translator])
def test_only_those_who_check_see_any_of_it(client: Client, make: Any) -> None:
    specialist = make_submitted()
    report = ProfileReport.objects.create(specialist=specialist, kind="other", text="Secret")
    log_in_to_cms(client, make())
    for url in [
        reverse("specialists:queue"),
        url_of(specialist),
        report.cms_url,
        reverse("profile_reports:index"),
    ]:
        response = client.get(url)
        assert response.status_code == 302, url  # Wagtail's refusal
        assert b"Secret" not in response.content
    client.post(url_of(specialist), {"act": "suspend", "comment": "x"})
    assert state_of(specialist) == State.SUBMITTED


def test_administrators_check_too(client: Client) -> None:
    specialist = make_submitted()
    log_in_to_cms(client, make_administrator())
    assert press(client, specialist, "approve", ticked=POINTS).status_code == 302
    assert state_of(specialist) == State.PUBLISHED


# --- The check page -----------------------------------------------------------------------------------------------


def test_the_page_shows_the_register_the_facts_and_the_texts_in_their_language(
    client: Client, moderator: User
) -> None:
    specialist = make_submitted(credential_url="https://register.example/7", session_languages=["en", "ar"])
    write(specialist, "ar", headline="النوم", story="أنا أصغي.")
    content = client.get(url_of(specialist)).content.decode()
    link = '<a href="https://register.example/7" target="_blank" rel="noopener noreferrer">'
    assert link in content
    assert 'lang="ar" dir="rtl">النوم' in content
    assert content.count('name="ticked"') == 3  # neither prescribing nor a contact is claimed


def test_who_checked_is_told_also_where_it_is_not_noted(client: Client, moderator: User) -> None:
    specialist = make_public(moderator)
    assert f"by {moderator}." in client.get(url_of(specialist)).content.decode()
    Specialist.objects.update(checked_by=None)
    shown = client.get(url_of(specialist)).content.decode()
    assert "It isn’t noted by whom." in shown
    assert "—." not in shown


def test_a_proposal_stands_beside_what_is_public_with_its_words_marked(
    client: Client, moderator: User
) -> None:
    specialist = make_public(moderator)
    services.save_facts(specialist=specialist, by=specialist.user, facts={"name": "Vera Married"})
    content = client.get(url_of(specialist)).content.decode()
    assert "Public now" in content
    assert "Example<span" in content.split("<del>")[1]
    assert "Married<span" in content.split("<ins>")[1]


def test_texts_are_compared_with_the_last_check(client: Client, moderator: User) -> None:
    specialist = make_public(moderator)
    write(specialist, story="I listen and ask.")
    content = client.get(url_of(specialist)).content.decode()
    assert "changed since the last check" in content
    assert "<del>" in content


def test_what_needs_no_check_is_compared_with_the_last_one_too(client: Client, moderator: User) -> None:
    sleep, _made = Topic.objects.get_or_create(
        slug="sleep", locale=locale_of("en"), defaults={"name": "Sleep"}
    )
    grief = Topic.objects.create(name="Grief", slug="grief", locale=locale_of("en"))
    place = Place.objects.create(name="Kyiv", slug="kyiv", locale=locale_of("en"))
    specialist = make_public(moderator, price_min=60, place=place, topics=[sleep])
    assert not client.get(url_of(specialist)).context["practice"].is_changed
    facts = {"price_min": 80, "session_languages": ["en"], "topics": [grief], "place": None}
    services.save_facts(specialist=specialist, by=specialist.user, facts=facts)
    services.set_portrait(specialist=specialist, by=specialist.user, file=picture_file())
    page = client.get(url_of(specialist))
    changed = {
        label: ("".join(part.text for part in one.old), "".join(part.text for part in one.new))
        for label, one in page.context["practice"].rows
        if one.is_changed
    }
    assert changed == {
        "Session languages": ("English, Ukrainian", "English"),
        "Topics": ("Sleep", "Grief"),
        "Place": ("Kyiv", ""),
        "Price": ("€60", "€80"),
    }
    assert page.context["practice"].is_other_portrait
    press(client, specialist, "recheck", ticked=POINTS)
    practice = client.get(url_of(specialist)).context["practice"]
    assert not practice.is_changed
    assert not practice.is_other_portrait


def test_a_term_that_was_renamed_or_merged_since_is_the_same(client: Client, moderator: User) -> None:
    specialist = make_public(moderator)
    topic = specialist.topics.get()
    other = Topic.objects.create(name="Nights", slug="nights", locale=locale_of("en"))
    merge_terms(gone=topic, kept=other, by=None)
    assert not client.get(url_of(specialist)).context["practice"].is_changed


def test_an_old_check_shows_what_it_has(client: Client, moderator: User) -> None:
    specialist = make_public(moderator)
    check = specialist.checks.get()
    check.facts = specialist.checked_facts()
    check.save()
    services.save_facts(specialist=specialist, by=specialist.user, facts={"price_min": 80})
    assert not client.get(url_of(specialist)).context["practice"].is_changed


def test_approving_needs_the_three_points(client: Client, moderator: User) -> None:
    specialist = make_submitted()
    response = press(client, specialist, "approve", ticked=POINTS[:2], comment="Welcome")
    assert response.status_code == 409
    assert "tick all three points" in response.content.decode()
    assert "Welcome" in response.content.decode()  # what was typed stays
    assert press(client, specialist, "approve", ticked=POINTS).status_code == 302
    assert state_of(specialist) == State.PUBLISHED


def test_what_changed_meanwhile_is_shown_before_it_is_decided(client: Client, moderator: User) -> None:
    specialist = make_submitted()
    seen = review.seen(specialist)
    write(specialist, headline="Something else")
    data = {"seen": seen, "act": "approve", "ticked": POINTS}
    response = client.post(url_of(specialist), data)
    content = response.content.decode()
    assert response.status_code == 409
    assert "has changed in the meantime" in content
    assert "Something else" in content
    assert state_of(specialist) == State.SUBMITTED
    data["seen"] = response.context["form"].data["seen"]
    assert client.post(url_of(specialist), data).status_code == 302


def test_changes_are_asked_for_in_general_and_beside_fields(client: Client, moderator: User) -> None:
    specialist = make_submitted()
    press(client, specialist, "ask", comment="Nearly.", on_credential_number="One digit is missing.")
    assert state_of(specialist) == State.CHANGES_REQUESTED
    asked = review.review_status(specialist).asked
    assert asked is not None
    assert (asked.comment, asked.field_comments) == (
        "Nearly.",
        {"credential_number": "One digit is missing."},
    )


def test_comments_are_offered_where_a_button_uses_them_and_never_lost(
    client: Client, moderator: User
) -> None:
    specialist = make_submitted()
    typed = {"comment": "Mine.", "on_name": "Mine too."}
    stale = {"seen": review.seen(specialist), "act": "ask", **typed}
    assert 'name="on_name"' in client.get(url_of(specialist)).content.decode()
    press(client, specialist, "ask", comment="Another moderator was quicker.")
    content = client.get(url_of(specialist)).content.decode()
    assert "Looked at, not approved yet." in content
    assert 'name="on_name"' not in content
    assert 'name="comment"' not in content
    refused = client.post(url_of(specialist), stale).content.decode()
    assert all(text in refused for text in typed.values())


def test_facts_and_decisions_are_told_in_words(client: Client, moderator: User) -> None:
    specialist = make_submitted(price_min=120, price_max=120)
    comments = {"on_credential_number": "One digit is missing.", "on_text.en": "Too short."}
    press(client, specialist, "ask", **comments)
    content = client.get(url_of(specialist)).content.decode()
    assert "<b>Number in the register</b>: <bdi>One digit is missing." in content
    assert "<b>English</b>: <bdi>Too short." in content
    assert "<bdi>Germany</bdi>" in content
    assert "<bdi>€120</bdi>" in content


def test_a_suspension_a_reinstatement_and_a_recheck(client: Client, moderator: User) -> None:
    specialist = make_public(moderator)
    assert press(client, specialist, "suspend").status_code == 409  # no reason
    press(client, specialist, "suspend", comment="The licence has ended.")
    assert state_of(specialist) == State.SUSPENDED
    press(client, specialist, "reinstate")
    assert state_of(specialist) == State.PUBLISHED
    press(client, specialist, "recheck", ticked=POINTS)
    decisions = [check.decision for check in specialist.checks.all()]
    assert decisions == ["rechecked", "reinstated", "suspended", "approved"]
    content = client.get(url_of(specialist)).content.decode()
    assert "The licence has ended." in content


def test_a_draft_is_handed_over_for_somebody_and_says_what_is_missing(
    client: Client, moderator: User
) -> None:
    specialist = SpecialistFactory(draft=True, user=None)
    response = press(client, specialist, "submit")
    assert "topics" in response.content.decode()
    assert state_of(specialist) == State.DRAFT


def test_looking_changes_nothing_and_unknown_buttons_are_404(client: Client, moderator: User) -> None:
    specialist = make_submitted()
    client.get(url_of(specialist), {"act": "approve", "ticked": POINTS})
    assert state_of(specialist) == State.SUBMITTED
    assert press(client, specialist, "delete").status_code == 404


def test_wagtails_own_lists_of_workflows_leave_specialists_out(client: Client) -> None:
    """They know the addresses of pages and snippets alone."""
    specialist = make_submitted()
    log_in_to_cms(client, make_superuser())
    for url in [
        reverse("wagtailadmin_reports:workflow"),
        reverse("wagtailadmin_reports:workflow_tasks"),
        reverse("wagtailadmin_home"),
    ]:
        response = client.get(url)
        assert response.status_code == 200
        assert specialist.name not in response.content.decode()


# --- The specialists' own screens ---------------------------------------------------------------------------------


def test_the_form_changes_checked_fields_directly_and_notes_it_but_neither_state_nor_address(
    client: Client, moderator: User
) -> None:
    specialist = make_public(moderator)
    data = opened(client, specialist)
    assert "user" not in data  # a moderator sees nobody's address
    data |= {"name": "Vera Right", "state": "suspended", "slug": "other"}
    response = save(client, specialist, data)
    assert response.status_code == 302, response.context["form"].errors
    changed = Specialist.objects.get(pk=specialist.pk)
    assert (changed.name, changed.state, changed.slug) == ("Vera Right", State.PUBLISHED, specialist.slug)
    assert changed.checks.all()[0].decision == SpecialistCheck.Decision.CORRECTED
    assert changed.pages.get().title == "Vera Right"
    assert ModelLogEntry.objects.for_instance(changed).filter(action="wagtail.edit", user=moderator).exists()


def test_the_form_leaves_alone_what_the_specialist_saves_meanwhile(client: Client, moderator: User) -> None:
    grief = Topic.objects.create(name="Grief", slug="grief", locale=locale_of("en"))
    specialist = make_public(moderator, price_min=60, price_max=70)
    data = opened(client, specialist)
    facts = {"price_min": 80, "price_max": 90, "is_accepting": False, "topics": [grief]}
    services.save_facts(specialist=specialist, by=specialist.user, facts=facts)
    response = save(client, specialist, data | {"credential_register": "The right register"})
    assert response.status_code == 302, response.context["form"].errors
    now = Specialist.objects.get(pk=specialist.pk)
    assert (now.credential_register, now.price_min, now.is_accepting) == ("The right register", 80, False)
    assert list(now.topics.all()) == [grief]


@pytest.mark.parametrize(
    ("name", "theirs", "typed", "now", "kept"),
    [
        ("price_min", 80, "75", "80", 'value="75"'),
        ("is_accepting", False, "", "", ""),  # both wanted the same
        ("session_languages", ["en"], ["en", "uk", "de"], "English", 'value="de"'),
    ],
)
def test_what_both_have_changed_is_refused_with_what_was_typed(
    client: Client, moderator: User, name: str, theirs: Any, typed: Any, now: str, kept: str
) -> None:
    specialist = make_public(moderator, price_min=60)
    data = {**opened(client, specialist), name: typed}
    services.save_facts(specialist=specialist, by=specialist.user, facts={name: theirs})
    response = save(client, specialist, data)
    if now:
        content = response.content.decode()
        assert response.status_code == 200
        assert f"changed in the meantime, and is now: {now}." in content
        assert kept in content
        assert getattr(Specialist.objects.get(pk=specialist.pk), name) == theirs
        data |= {
            f"initial-{name}": re.findall(
                r'value="([^"]*)"', response.context["form"][name].as_hidden(only_initial=True)
            )
        }
        response = save(client, specialist, data)  # again, having read it
    assert response.status_code == 302
    assert getattr(Specialist.objects.get(pk=specialist.pk), name) == {"75": 75, "": False}.get(
        str(typed), typed
    )


def test_what_is_changed_between_looking_and_saving_is_refused_too(
    client: Client, moderator: User, monkeypatch: Any
) -> None:
    specialist = make_public(moderator, price_min=60)
    data = opened(client, specialist) | {"price_min": "75"}
    correct = services.correct

    def slower(**kwargs: Any) -> Any:
        services.save_facts(specialist=specialist, by=specialist.user, facts={"price_min": 80})
        return correct(**kwargs)

    monkeypatch.setattr(services, "correct", slower)
    response = save(client, specialist, data)
    assert "changed in the meantime, and is now: 80." in response.content.decode()
    assert Specialist.objects.get(pk=specialist.pk).price_min != 75


def test_an_account_is_told_by_its_address(client: Client) -> None:
    log_in_to_cms(client, make_administrator())
    user = UserFactory(email="vera@example.org")
    specialist = make_public(make_moderator())
    assert user.email not in client.get(reverse("specialists:edit", args=[specialist.pk])).content.decode()
    data = opened(client, specialist)
    response = save(client, specialist, data | {"user": "nobody@example.org"})
    assert "There is no account with this address." in response.content.decode()
    assert save(client, specialist, data | {"user": "Vera@Example.org"}).status_code == 302
    assert Specialist.objects.get(pk=specialist.pk).user == user


def test_the_form_of_somebody_who_waits_can_be_opened(client: Client, moderator: User) -> None:
    specialist = make_public(moderator)
    services.save_facts(specialist=specialist, by=specialist.user, facts={"name": "Vera Married"})
    assert client.get(reverse("specialists:edit", args=[specialist.pk])).status_code == 200


def test_the_operators_lists(client: Client, moderator: User) -> None:
    today = timezone.localdate()
    fine = SpecialistFactory(name="Fine", checked_on=today, accepting_confirmed_on=today)
    SpecialistFactory(name="Lapsed", checked_on=today, accepting_confirmed_on="2020-01-01")
    SpecialistFactory(name="Overdue", checked_on="2020-01-01", accepting_confirmed_on=today)
    silent = SpecialistFactory(name="Silent", checked_on=today, accepting_confirmed_on=today)
    ScheduleFactory(specialist=fine)
    ScheduleFactory(specialist=silent, missed_requests=2)
    SpecialistFactory(name="Waits", state=State.SUBMITTED)
    expected = {"check": "Waits", "recheck": "Overdue", "confirmation": "Lapsed", "answers": "Silent"}
    for needs, name in expected.items():
        response = client.get(reverse("specialists:index"), {"needs": needs})
        assert [one.name for one in response.context["object_list"]] == [name], needs


@pytest.mark.parametrize("needs", ["", "check", "recheck", "confirmation", "answers"])
def test_the_lists_ask_as_much_for_many_as_for_few(
    client: Client, moderator: User, django_assert_num_queries: Any, needs: str
) -> None:
    def add(count: int, start: int) -> None:
        for number in range(start, start + count):
            specialist = SpecialistFactory(
                state=State.SUBMITTED if needs == "check" else State.PUBLISHED,
                profession=ProfessionFactory(name=f"Name {number}", slug=f"name-{number}"),
            )
            if needs == "answers":
                ScheduleFactory(specialist=specialist, missed_requests=2)

    url = reverse("specialists:index")
    add(2, 0)
    client.get(url, {"needs": needs})  # what is remembered
    with CaptureQueriesContext(connection) as few:
        assert len(client.get(url, {"needs": needs}).context["object_list"]) == 2
    count = len(few)
    add(12, 2)
    client.get(url, {"needs": needs})
    with django_assert_num_queries(count):
        assert len(client.get(url, {"needs": needs}).context["object_list"]) == 14


def test_the_reports_ask_as_much_for_many_as_for_few(
    client: Client, moderator: User, django_assert_num_queries: Any
) -> None:
    def add(count: int) -> None:
        for _number in range(count):
            ProfileReport.objects.create(specialist=SpecialistFactory(), kind="other", text="x")

    url = reverse("profile_reports:index")
    add(2)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    add(12)
    with django_assert_num_queries(len(few)):
        assert len(client.get(url).context["object_list"]) == 14


def test_professions_are_offered_once_in_the_language_being_read(client: Client, moderator: User) -> None:
    original = ProfessionFactory()
    translation = original.copy_for_translation(locale_of("uk"))
    translation.name = "Психолог"
    translation.save()
    one = SpecialistFactory(profession=original)
    SpecialistFactory(profession=ProfessionFactory(name="Nurse", slug="nurse"))
    UserProfile.objects.create(user=moderator, preferred_language="uk")
    response = client.get(reverse("specialists:index"), {"profession": "psychologist"})
    assert [found.pk for found in response.context["object_list"]] == [one.pk]
    assert response.content.decode().count('value="psychologist"') == 1
    assert re.search(r"<td[^>]*>\s*Психолог", response.content.decode())
    SpecialistFactory(state=State.SUBMITTED, profession=original)
    urls = [reverse("specialists:queue"), url_of(one), reverse("specialists:edit", args=[one.pk])]
    for url in urls:
        assert "Психолог" in client.get(url).content.decode(), url


@pytest.mark.parametrize(("name", "value"), [("credential_country", "zz"), ("currency", "<!>")])
def test_countries_and_currencies_are_among_those_we_know(
    client: Client, moderator: User, name: str, value: str
) -> None:
    specialist = make_public(moderator)
    before = getattr(specialist, name)
    response = save(client, specialist, opened(client, specialist) | {name: value})
    assert list(response.context["form"].errors) == [name]
    assert getattr(Specialist.objects.get(pk=specialist.pk), name) == before


def test_the_first_page_says_what_waits_to_those_who_check(client: Client, moderator: User) -> None:
    specialist = make_submitted()
    ProfileReport.objects.create(specialist=specialist, kind="other", text="x")
    today = timezone.localdate()
    SpecialistFactory(checked_on="2020-01-01", accepting_confirmed_on=today)
    SpecialistFactory.create_batch(2, checked_on=today, accepting_confirmed_on="2020-01-01")
    ScheduleFactory(specialist=SpecialistFactory(checked_on=today), missed_requests=2)
    content = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "1 profile to check" in content
    assert "1 open report" in content
    assert '?needs=recheck">1 re-check overdue<' in content
    assert '?needs=confirmation">2 specialists accept clients without having confirmed it<' in content
    assert '?needs=answers">1 specialist leaves requests unanswered<' in content
    log_in_to_cms(client, make_editor())
    assert "profile to check" not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_a_decision_is_never_lost_with_who_took_it(client: Client, moderator: User) -> None:
    specialist = make_public(moderator)
    moderator.delete()
    assert specialist.checks.get().by is None


# --- Reports ------------------------------------------------------------------------------------------------------


def test_a_report_is_read_and_closed_once_with_what_came_of_it(client: Client, moderator: User) -> None:
    specialist = make_public(moderator)
    report = services.report_profile(specialist=specialist, kind="facts", text="The price is wrong.")
    assert report.text in client.get(report.cms_url).content.decode()
    assert str(specialist) in client.get(reverse("profile_reports:index")).content.decode()
    assert client.post(report.cms_url, {"decision": ""}).status_code == 200
    assert client.post(report.cms_url, {"decision": "Asked; it is right now."}).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.closed_by) == (ProfileReport.State.CLOSED, moderator)
    again = client.post(report.cms_url, {"decision": "Another"})
    assert "has changed in the meantime" in again.content.decode()
    report.refresh_from_db()
    assert report.decision == "Asked; it is right now."


def test_reports_are_neither_written_nor_deleted_in_the_cms(client: Client) -> None:
    log_in_to_cms(client, make_superuser())
    report = ProfileReport.objects.create(specialist=SpecialistFactory(), kind="other", text="x")
    for name in ("add", f"delete/{report.pk}", f"history/{report.pk}"):
        assert client.get(f"/cms/profile_reports/{name}/").status_code == 404


def test_approved_twice_by_two_moderators_is_approved_once(client: Client, moderator: User) -> None:
    specialist = make_submitted()
    seen = review.seen(specialist)
    approve(specialist, moderator)
    response = client.post(url_of(specialist), {"seen": seen, "act": "approve", "ticked": POINTS})
    assert response.status_code == 409
    assert specialist.checks.count() == 1
