"""A profile's life: draft, submitted, changes requested, public, paused, suspended; and what is proposed meanwhile."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from PIL import Image
from wagtail.models import ModelLogEntry, PageLogEntry, Revision, WorkflowState

from accounts.models import User
from booking.models import Booking
from core.merging.terms import merge_terms
from core.models import Outbox, Topic
from core.worker.periodic import jobs
from directory import index, periodic, services
from directory.checking import review
from directory.errors import (
    BadPicture,
    Incomplete,
    LanguageNotOffered,
    LastText,
    NoReason,
    NothingSaid,
    Stale,
    Unchecked,
    WrongState,
)
from directory.models import Place, Portrait, Specialist, SpecialistCheck, SpecialistPage
from tests.directory.profiles import (
    POINTS,
    approve,
    make_draft,
    make_public,
    make_submitted,
    picture_file,
    write,
)
from tests.directory.services import last_mail
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory, ScheduleFactory
from tests.factories.directory import ProfessionFactory, SpecialistFactory
from tests.factories.pages import locale_of, make_topic, translated
from tests.factories.people import make_moderator
from translation.state import translation_of

pytestmark = pytest.mark.django_db
DIRECTORY = ("uk",)
State = Specialist.State
Decision = SpecialistCheck.Decision


@pytest.fixture
def moderator() -> User:
    return make_moderator()


def now(specialist: Specialist) -> Specialist:
    return Specialist.objects.get(pk=specialist.pk)


def save(specialist: Specialist, **facts: Any) -> Specialist:
    return services.save_facts(specialist=specialist, by=specialist.user, facts=facts)


def ask(specialist: Specialist, moderator: User, **more: Any) -> Specialist:
    said = {"comment": "Please say where you trained.", "seen": review.seen(now(specialist)), **more}
    return services.request_changes(specialist=specialist, by=moderator, **said)


def book(specialist: Specialist) -> Booking:
    """A settled consultation to come."""
    tomorrow = timezone.now() + timedelta(days=1)
    return BookingFactory(schedule=ScheduleFactory(specialist=specialist), starts_at=tomorrow)


def mails(to: Any, subject: str = "") -> int:
    return Outbox.objects.filter(recipients=[to.email], subject__contains=subject).count()


# --- Beginning ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Vera Example", "vera-example"),
        ("Ірина Взірець", "irina-vzirets"),
        ("ليلى نموذج", "lyla-nmwdhj"),
        ("Jürgen Größe", "jurgen-grosse"),
        ("…", "specialist"),
    ],
)
def test_the_address_is_made_from_the_name_in_any_script(name: str, slug: str) -> None:
    specialist = services.start_profile(user=UserFactory(), name=name, profession=ProfessionFactory())
    assert specialist.slug == slug
    assert specialist.state == State.DRAFT


def test_two_people_of_one_name_have_two_addresses() -> None:
    assert [make_draft().slug for _ in range(3)] == ["vera-example", "vera-example-2", "vera-example-3"]


def test_whoever_starts_twice_gets_the_same_draft() -> None:
    user = UserFactory(display_name="")
    first = services.start_profile(user=user, name="Vera", profession=ProfessionFactory())
    assert services.start_profile(user=user, name="Other", profession=ProfessionFactory()) == first
    assert now(first).name == "Vera"
    user.refresh_from_db()
    assert (str(user), user.get_short_name()) == ("Vera", "Vera")


def test_the_address_follows_the_name_until_the_profile_has_been_public(moderator: User) -> None:
    specialist = make_draft()
    page = write(specialist)
    specialist = save(specialist, name="Vera Pattern")
    page.refresh_from_db()
    assert specialist.slug == page.slug == "vera-pattern"
    assert page.title == page.latest_revision.content["title"] == "Vera Pattern"
    services.submit(specialist=specialist, by=specialist.user)
    specialist = approve(specialist, moderator)
    save(specialist, name="Vera Model")
    specialist = approve(specialist, moderator)
    page.refresh_from_db()
    assert (specialist.name, page.title) == ("Vera Model", "Vera Model")
    assert specialist.slug == page.slug == "vera-pattern"


# --- Saving -------------------------------------------------------------------------------------------------------


def test_a_draft_may_have_gaps_and_says_what_is_missing() -> None:
    specialist = services.start_profile(user=UserFactory(), name="Vera", profession=ProfessionFactory())
    save(specialist, credential_number="", session_languages=[])
    assert review.missing(now(specialist)) == [
        "credential_country",
        "credential_register",
        "credential_number",
        "session_languages",
        "topics",
        "texts",
    ]
    with pytest.raises(Incomplete) as raised:
        services.submit(specialist=specialist, by=specialist.user)
    assert "texts" in raised.value.missing
    assert now(specialist).state == State.DRAFT


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"credential_url": "no address"}, "credential_url"),
        ({"session_languages": ["xx"]}, "session_languages"),
        ({"price_min": 90, "price_max": 80}, "__all__"),
        ({"is_online": False}, "__all__"),
        ({"practising_since": 1900}, "practising_since"),
    ],
)
def test_values_that_do_not_fit_are_refused_by_field(facts: dict[str, Any], field: str) -> None:
    specialist = make_draft()
    with pytest.raises(ValidationError) as raised:
        save(specialist, **facts)
    assert field in raised.value.message_dict


def test_a_public_profile_needs_what_every_profile_needs(moderator: User) -> None:
    specialist = make_public(moderator)
    for facts in ({"session_languages": []}, {"topics": []}, {"name": ""}):
        with pytest.raises(ValidationError):
            save(specialist, **facts)


def test_saying_that_clients_are_accepted_confirms_it() -> None:
    specialist = save(make_draft(is_accepting=False), is_accepting=True)
    assert specialist.accepting_confirmed_on == timezone.localdate()


def test_sending_a_profile_in_says_whether_clients_are_accepted(moderator: User) -> None:
    yes, no, by_another = make_draft(), make_draft(), make_draft()
    for specialist in (yes, no, by_another):
        write(specialist)
    services.submit(specialist=yes, by=yes.user, is_accepting=True)
    services.submit(specialist=no, by=no.user, is_accepting=False)
    services.submit(specialist=by_another, by=moderator)
    said = [(now(one).is_accepting, now(one).accepting_confirmed_on) for one in (yes, no, by_another)]
    assert said == [(True, timezone.localdate()), (False, None), (True, None)]


def test_every_service_rebuilds_the_search_rows_of_the_specialist(monkeypatch: pytest.MonkeyPatch) -> None:
    rebuilt: list[int] = []
    monkeypatch.setattr(index, "rebuild", lambda ids, now=None: rebuilt.extend(ids))
    specialist = make_draft()
    assert rebuilt == [specialist.pk] * 2  # started, saved
    write(specialist)
    services.submit(specialist=specialist, by=specialist.user)
    assert rebuilt == [specialist.pk] * 4


# --- Texts --------------------------------------------------------------------------------------------------------


def test_texts_are_drafts_until_the_profile_is_approved_and_public_at_once_after_that(
    moderator: User,
) -> None:
    specialist = make_draft()
    page = write(specialist, story="First.\n\nSecond <b>\n- one\n- two", faq=[("When?", "In the evening.")])
    assert not page.live
    services.submit(specialist=specialist, by=specialist.user)
    approve(specialist, moderator)
    page.refresh_from_db()
    assert page.live
    assert page.story == "<p>First.</p><p>Second &lt;b&gt;</p><ul><li>one</li><li>two</li></ul>"
    assert page.faq[0].value["question"] == "When?"
    write(specialist, headline="Sleep again")
    page.refresh_from_db()
    assert page.headline == "Sleep again"
    assert PageLogEntry.objects.filter(page=page, action="wagtail.publish", user=specialist.user).exists()


def test_texts_in_two_languages_are_translations_of_each_other_and_both_originals(moderator: User) -> None:
    specialist = make_draft()
    english, ukrainian = write(specialist), write(specialist, "uk", headline="Допомога зі сном")
    assert english.translation_key == ukrainian.translation_key
    assert english.slug == ukrainian.slug
    services.submit(specialist=specialist, by=specialist.user)
    approve(specialist, moderator)
    assert SpecialistPage.objects.live().filter(specialist=specialist).count() == 2


def test_a_text_that_is_not_finished_stays_a_draft_when_the_profile_is_approved(moderator: User) -> None:
    specialist = make_draft()
    write(specialist)
    unfinished = write(specialist, "uk", story="")
    services.submit(specialist=specialist, by=specialist.user)
    approve(specialist, moderator)
    unfinished.refresh_from_db()
    assert not unfinished.live


def test_own_words_replace_a_translation_and_are_not_translated_over(moderator: User) -> None:
    specialist = make_public(moderator)
    page = SpecialistPage.objects.get(specialist=specialist)
    theirs = translated(page, "uk")
    write(specialist, "uk", headline="Свої слова")
    theirs.refresh_from_db()
    assert theirs.headline == "Свої слова"
    assert theirs.alias_of_id is None
    assert translation_of(theirs) is None


def test_an_alias_becomes_the_specialists_own_text(moderator: User) -> None:
    specialist = make_public(moderator)
    page = SpecialistPage.objects.get(specialist=specialist)
    alias = page.copy_for_translation(locale_of("uk"), copy_parents=True, alias=True)
    written = write(specialist, "uk", headline="Свої слова")
    assert written.pk == alias.pk
    assert SpecialistPage.objects.get(pk=alias.pk).alias_of_id is None


def test_texts_need_a_language_of_the_site_that_the_specialist_works_in() -> None:
    specialist = make_draft(session_languages=["en", "fr"])
    for language in ("uk", "fr"):  # not theirs; not the site's
        with pytest.raises(LanguageNotOffered):
            write(specialist, language)


def test_texts_that_are_too_long_are_refused_even_in_a_draft() -> None:
    specialist = make_draft()
    with pytest.raises(ValidationError):
        write(specialist, headline="x" * 141)
    with pytest.raises(ValidationError):
        write(specialist, faq=[("x" * 201, "Answer")])


def test_saving_a_text_unchanged_keeps_its_formatting(moderator: User) -> None:
    specialist = make_public(moderator)
    page = SpecialistPage.objects.get(specialist=specialist)
    page.story = '<p>With <b>bold</b> and <a href="https://example.org">a link</a>.</p>'
    page.save_revision().publish()
    written = write(specialist, story="With bold and a link.")
    assert "<b>bold</b>" in written.story


def test_the_last_text_of_a_public_profile_stays(moderator: User) -> None:
    specialist = make_public(moderator)
    with pytest.raises(LastText):
        services.remove_texts(specialist=specialist, language="en", by=specialist.user)
    write(specialist, "uk")
    services.remove_texts(specialist=specialist, language="en", by=specialist.user)
    assert [page.locale.language_code for page in specialist.pages.all()] == ["uk"]


# --- Submitting and deciding --------------------------------------------------------------------------------------


def test_a_profile_is_submitted_checked_changed_and_approved_through_wagtails_workflow(
    moderator: User,
) -> None:
    specialist = make_submitted()
    workflow_state = WorkflowState.objects.get()
    assert workflow_state.status == WorkflowState.STATUS_IN_PROGRESS
    assert list(Specialist.objects.waiting()) == [specialist]

    ask(specialist, moderator, field_comments={"credential_number": "This is another person's."})
    assert now(specialist).state == State.CHANGES_REQUESTED
    asked = review.review_status(now(specialist)).asked
    assert asked is not None
    assert asked.field_comments == {"credential_number": "This is another person's."}
    assert not Specialist.objects.waiting().exists()
    assert mails(specialist.user, "About your profile") == 1

    save(specialist, credential_number="8")
    services.submit(specialist=specialist, by=specialist.user)
    approved = approve(specialist, moderator)
    assert approved.state == State.PUBLISHED
    assert (approved.checked_on, approved.checked_by) == (timezone.localdate(), moderator)
    assert mails(specialist.user, "About your profile") == 2
    workflow_state.refresh_from_db()
    assert workflow_state.status == WorkflowState.STATUS_APPROVED
    assert [check.decision for check in approved.checks.all()] == ["approved", "changes"]
    assert approved.checks.all()[0].facts["credential_number"] == "8"
    actions = ModelLogEntry.objects.for_instance(approved).values_list("action", flat=True)
    assert {"wagtail.workflow.start", "wagtail.workflow.reject", "wagtail.workflow.approve"} <= set(actions)


def test_moderators_are_told_once_a_day(moderator: User) -> None:
    make_submitted()
    make_submitted()
    assert mails(moderator) == 1


def test_nobody_else_is_written_to(moderator: User) -> None:
    User.objects.create_superuser("root@example.org")
    specialist = make_public(moderator)
    told = {address for row in Outbox.objects.all() for address in row.recipients}
    assert told == {moderator.email, specialist.user.email}


def test_submitting_twice_is_submitting_once() -> None:
    specialist = make_submitted()
    services.submit(specialist=specialist, by=specialist.user)
    assert WorkflowState.objects.count() == 1


def test_what_was_submitted_can_be_taken_back() -> None:
    specialist = make_submitted()
    services.withdraw_submission(specialist=specialist, by=specialist.user)
    assert now(specialist).state == State.DRAFT
    assert not Specialist.objects.waiting().exists()
    services.submit(specialist=specialist, by=specialist.user)
    assert now(specialist).state == State.SUBMITTED


@pytest.mark.parametrize("ticked", [[], ["name", "licence"], ["country"]])
def test_nobody_is_approved_without_all_three_points(moderator: User, ticked: list[str]) -> None:
    specialist = make_submitted()
    with pytest.raises(Unchecked):
        approve(specialist, moderator, ticked=ticked)
    assert now(specialist).state == State.SUBMITTED


@pytest.mark.parametrize("change", ["a fact", "a checked fact", "a topic", "a text", "the portrait"])
def test_a_decision_about_what_has_changed_since_is_refused(moderator: User, change: str) -> None:
    specialist = make_submitted()
    seen = review.seen(specialist)
    match change:
        case "a fact":
            save(specialist, price_min=50)
        case "a checked fact":
            save(specialist, credential_number="9")
        case "a topic":
            save(specialist, topics=[])
        case "a text":
            write(specialist, headline="Another")
        case "the portrait":
            services.set_portrait(specialist=specialist, by=specialist.user, file=picture_file())
    with pytest.raises(Stale):
        approve(specialist, moderator, seen=seen)
    with pytest.raises(Stale):
        ask(specialist, moderator, seen=seen)
    assert now(specialist).state == State.SUBMITTED


def test_of_two_moderators_one_decides(moderator: User) -> None:
    specialist = make_submitted()
    seen = review.seen(specialist)
    ask(specialist, moderator, seen=seen)
    with pytest.raises(Stale):
        approve(specialist, moderator, seen=seen)


def test_changes_are_not_asked_for_without_a_word(moderator: User) -> None:
    with pytest.raises(NothingSaid):
        ask(make_submitted(), moderator, comment=" ", field_comments={"name": ""})


def test_a_profile_that_became_incomplete_is_not_approved(moderator: User) -> None:
    specialist = make_submitted()
    services.remove_texts(specialist=specialist, language="en", by=specialist.user)
    with pytest.raises(Incomplete):
        approve(specialist, moderator)


def test_a_profile_submitted_without_a_workflow_can_be_decided(moderator: User) -> None:
    """As the demo's, or one whose workflow an administrator has switched off."""
    specialist = make_submitted()
    WorkflowState.objects.all().delete()
    assert list(Specialist.objects.waiting()) == [specialist]
    assert approve(specialist, moderator).state == State.PUBLISHED


# --- Proposals ----------------------------------------------------------------------------------------------------


def test_a_new_name_or_title_is_proposed_and_the_old_one_stays_public(moderator: User) -> None:
    specialist = make_public(moderator)
    doctor = ProfessionFactory(name="Doctor", slug="doctor")
    save(specialist, name="Vera Married", profession=doctor, price_min=70)
    public = now(specialist)
    assert (public.name, public.price_min, public.state) == ("Vera Example", 70, State.PUBLISHED)
    assert review.review_status(public).proposed == {"name": "Vera Married", "profession": doctor.pk}
    assert list(Specialist.objects.waiting()) == [specialist]

    changed = approve(specialist, moderator)
    assert (changed.name, changed.profession) == ("Vera Married", doctor)
    assert review.review_status(changed) == review.ReviewStatus(is_waiting=False, proposed={}, asked=None)
    assert changed.checks.count() == 2


def test_approving_an_old_proposal_brings_nothing_else_back(moderator: User) -> None:
    """Prices, topics and a moderator's own correction are not in a revision."""
    specialist = make_public(moderator, price_min=50)
    save(specialist, name="Vera Married")
    save(specialist, price_min=90, topics=[make_topic("Grief", "grief")], methods=[])
    Specialist.objects.filter(pk=specialist.pk).update(credential_url="https://r.example/")
    approved_with = review.seen(now(specialist))
    save(specialist, topics=[make_topic()])
    with pytest.raises(Stale):
        approve(specialist, moderator, seen=approved_with)
    changed = approve(specialist, moderator)
    assert (changed.name, changed.price_min) == ("Vera Married", 90)
    assert changed.credential_url == "https://r.example/"
    assert list(changed.topics.all()) == [make_topic()]
    assert set(Revision.objects.for_instance(changed).latest("pk").content) == {"pk", "checked", "proposed"}


def test_a_second_change_joins_the_first_and_keeps_its_place_in_the_queue(moderator: User) -> None:
    specialist = make_public(moderator)
    save(specialist, name="Vera Married")
    since = Specialist.objects.waiting().get().waiting_since
    save(specialist, credential_number="9")
    assert review.review_status(specialist).proposed == {"name": "Vera Married", "credential_number": "9"}
    assert Specialist.objects.waiting().get().waiting_since == since
    assert WorkflowState.objects.active().count() == 1


def test_a_proposal_taken_back_to_what_is_public_waits_no_longer(moderator: User) -> None:
    specialist = make_public(moderator)
    save(specialist, name="Vera Married")
    save(specialist, name="Vera Example")
    assert not Specialist.objects.waiting().exists()
    save(specialist, name="Vera Married")
    services.withdraw_submission(specialist=specialist, by=specialist.user)
    assert review.review_status(specialist).proposed == {}


def test_changes_asked_of_a_proposal_leave_the_public_profile_as_it_is(moderator: User) -> None:
    specialist = make_public(moderator)
    save(specialist, name="Vera Married")
    ask(specialist, moderator, field_comments={"name": "The register has another."})
    review_status = review.review_status(specialist)
    assert now(specialist).state == State.PUBLISHED
    assert review_status.proposed == {"name": "Vera Married"}
    assert review_status.asked is not None
    assert review_status.asked.facts["name"] == "Vera Married"
    assert not review_status.is_waiting
    save(specialist, name="Vera M. Example")
    assert review.review_status(specialist).is_waiting
    assert approve(specialist, moderator).name == "Vera M. Example"


def test_a_moderator_may_ask_a_public_specialist_to_change_a_text(moderator: User) -> None:
    specialist = make_public(moderator)
    ask(specialist, moderator, field_comments={"text.en": "Please don't promise a cure."})
    assert review.review_status(specialist).asked is not None
    write(specialist, headline="Calmer")
    services.submit(specialist=specialist, by=specialist.user)
    assert review.review_status(specialist).is_waiting
    assert approve(specialist, moderator).state == State.PUBLISHED


def test_there_is_nothing_to_submit_or_approve_of_a_public_profile_that_proposes_nothing(
    moderator: User,
) -> None:
    specialist = make_public(moderator)
    with pytest.raises(WrongState):
        services.submit(specialist=specialist, by=specialist.user)
    with pytest.raises(WrongState):
        approve(specialist, moderator)


def test_a_moderators_correction_is_in_the_log_and_the_pages_follow(moderator: User) -> None:
    specialist = make_public(moderator)

    def correct() -> None:
        Specialist.objects.filter(pk=specialist.pk).update(name="Vera Right")

    services.correct(specialist=specialist, by=moderator, save=correct)
    check = specialist.checks.all()[0]
    assert (check.decision, check.facts["name"]) == (Decision.CORRECTED, "Vera Right")
    assert SpecialistPage.objects.get(specialist=specialist).title == "Vera Right"


# --- Re-checks, suspensions ---------------------------------------------------------------------------------------


def test_a_recheck_is_dated_and_noted(moderator: User) -> None:
    specialist = make_public(moderator)
    Specialist.objects.filter(pk=specialist.pk).update(checked_on="2020-01-01")
    assert list(Specialist.objects.overdue_for_recheck(today=timezone.localdate())) == [specialist]
    services.recheck(specialist=specialist, by=moderator, seen=review.seen(now(specialist)), ticked=POINTS)
    assert not Specialist.objects.overdue_for_recheck(today=timezone.localdate()).exists()
    assert specialist.checks.all()[0].decision == Decision.RECHECKED


def test_a_suspended_specialist_is_hidden_their_consultations_are_cancelled_and_all_are_told(
    moderator: User,
) -> None:
    specialist = make_public(moderator)
    booking = book(specialist)
    save(specialist, name="Vera Married")
    services.suspend(specialist=specialist, by=moderator, reason="The licence has ended.")
    suspension = review.suspension(now(specialist))
    assert suspension is not None
    assert suspension.comment == "The licence has ended."
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CANCELLED
    assert Outbox.objects.filter(recipients=[booking.client_email]).exists()
    assert not Specialist.objects.waiting().exists()
    assert specialist.checks.all()[0].comment == "The licence has ended."
    with pytest.raises(WrongState):
        services.leave(specialist=specialist, by=specialist.user)
    services.reinstate(specialist=specialist, by=moderator)
    assert now(specialist).state == State.PUBLISHED


def test_whoever_had_paused_before_being_suspended_is_paused_again_and_told_so(moderator: User) -> None:
    specialist = make_public(moderator)
    services.pause(specialist=specialist, by=specialist.user)
    services.suspend(specialist=specialist, by=moderator, reason="The licence has ended.")
    services.correct(specialist=specialist, by=moderator, save=lambda: None)
    services.reinstate(specialist=specialist, by=moderator, comment="The licence is there again.")
    assert now(specialist).state == State.PAUSED
    body = last_mail(specialist.user)
    assert "It is paused, as it was before." in body
    assert "A moderator writes:\nThe licence is there again." in body
    services.resume(specialist=specialist, by=specialist.user)
    services.suspend(specialist=specialist, by=moderator, reason="Again.")
    services.reinstate(specialist=specialist, by=moderator)
    assert now(specialist).state == State.PUBLISHED


def test_suspending_needs_a_reason_and_a_profile_that_was_public(moderator: User) -> None:
    with pytest.raises(NoReason):
        services.suspend(specialist=make_public(moderator), by=moderator, reason=" ")
    with pytest.raises(WrongState):
        services.suspend(specialist=make_draft(name="Other"), by=moderator, reason="Because.")


# --- Being there or not -------------------------------------------------------------------------------------------


def test_a_pause_keeps_consultations_and_ends_with_a_press(moderator: User) -> None:
    specialist = make_public(moderator)
    booking = book(specialist)
    for _twice in range(2):
        assert services.pause(specialist=specialist, by=specialist.user).state == State.PAUSED
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CONFIRMED
    for _twice in range(2):
        assert services.resume(specialist=specialist, by=specialist.user).state == State.PUBLISHED
    with pytest.raises(WrongState):
        services.pause(specialist=make_draft(name="Other"), by=None)


def test_leaving_cancels_consultations_unpublishes_and_keeps_the_draft(moderator: User) -> None:
    specialist = make_public(moderator)
    booking = book(specialist)
    services.leave(specialist=specialist, by=specialist.user)
    assert now(specialist).state == State.DRAFT
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CANCELLED
    assert Outbox.objects.filter(recipients=[booking.client_email]).exists()
    assert not SpecialistPage.objects.live().filter(specialist=specialist).exists()
    services.submit(specialist=specialist, by=specialist.user)
    slug = specialist.slug
    save(specialist, name="Vera Different")
    back = approve(specialist, moderator)
    assert back.state == State.PUBLISHED
    assert back.slug == slug
    assert SpecialistPage.objects.live().filter(specialist=specialist).exists()


# --- Accepting clients --------------------------------------------------------------------------------------------


def lapsed(**facts: Any) -> Specialist:
    return SpecialistFactory(is_accepting=True, accepting_confirmed_on="2020-01-01", **facts)


def test_whose_promise_has_lapsed_is_asked_once_until_they_confirm_and_it_lapses_again() -> None:
    specialist = lapsed()
    assert [services.ask_lapsed() for _ in range(2)] == [1, 0]
    assert mails(specialist.user, "accepting") == 1
    services.confirm_availability(specialist=specialist)
    assert now(specialist).is_accepting_on(timezone.localdate())
    assert services.ask_lapsed() == 0
    Specialist.objects.update(accepting_confirmed_on="2021-01-01", accepting_asked_on="2020-02-02")
    assert services.ask_lapsed() == 1


def test_people_are_asked_when_the_confirmation_is_14_days_old_while_it_still_holds() -> None:
    today = timezone.localdate()
    specialist = SpecialistFactory(accepting_confirmed_on=today - timedelta(days=13))
    assert services.ask_lapsed() == 0
    Specialist.objects.update(accepting_confirmed_on=today - timedelta(days=14))
    assert services.ask_lapsed() == 1
    assert now(specialist).is_accepting_on(today)
    assert not now(specialist).is_accepting_on(today + timedelta(days=1))
    assert services.ask_lapsed() == 0


def test_a_day_is_enough_to_ask_everybody_who_falls_due_among_100_000() -> None:
    every, ask = jobs[f"{periodic.__name__}.ask_lapsed"]
    for _number in range(101):
        lapsed()
    ask()
    asked = Specialist.objects.exclude(accepting_asked_on=None).count()
    assert asked * (timedelta(days=1) // every) >= 100_000 // 14


def test_nobody_is_asked_whom_slots_speak_for_who_does_not_accept_or_is_not_public() -> None:
    ScheduleFactory(specialist=lapsed())
    lapsed(state=State.PAUSED)
    lapsed(user=None)
    SpecialistFactory(is_accepting=False, accepting_confirmed_on="2020-01-01")
    SpecialistFactory(accepting_confirmed_on=timezone.localdate())
    assert services.ask_lapsed() == 0


# --- Terms that were merged or deleted after somebody had chosen them ----------------------------------------------


def test_a_term_that_has_been_merged_means_the_one_that_stays() -> None:
    specialist = make_draft()
    first, second, last = (make_topic(slug, slug) for slug in ("first", "second", "last"))
    old = Topic.objects.get(pk=first.pk), Topic.objects.get(pk=second.pk)
    merge_terms(gone=first, kept=second, by=None)
    merge_terms(gone=second, kept=last, by=None)
    save(specialist, topics=[*old, last])
    assert list(specialist.topics.all()) == [last]


def test_a_term_that_is_gone_is_refused_beside_its_field() -> None:
    specialist = make_draft()
    topic = make_topic("Short-lived", "short-lived")
    place = Place.objects.create(name="Nowhere", slug="nowhere", locale=locale_of("en"))
    for name, term, chosen in [("topics", topic, [topic]), ("place", place, place)]:
        type(term).objects.filter(pk=term.pk).delete()
        with pytest.raises(ValidationError) as refused:
            save(specialist, **{name: chosen})
        assert list(refused.value.message_dict) == [name]


# --- Portraits ----------------------------------------------------------------------------------------------------


def test_a_portrait_is_cropped_re_encoded_and_stripped_and_the_old_one_erased() -> None:
    specialist = make_draft()
    exif = Image.Exif()
    exif[0x010E] = "at home, 50.4501 N"
    first = services.set_portrait(
        specialist=specialist, by=specialist.user, file=picture_file((1200, 900), exif=exif)
    ).portrait
    assert first is not None
    with first.file.open("rb") as file:
        content = file.read()
    picture = Image.open(io.BytesIO(content))
    assert (picture.format, picture.size, dict(picture.getexif())) == ("WEBP", (800, 800), {})
    assert b"50.4501" not in content
    services.set_portrait(specialist=specialist, by=specialist.user, file=picture_file())
    assert not Portrait.objects.filter(pk=first.pk).exists()
    services.remove_portrait(specialist=specialist, by=specialist.user)
    assert not Portrait.objects.exists()


def test_a_portrait_shared_with_somebody_stays() -> None:
    specialist = services.set_portrait(specialist=make_draft(), by=None, file=picture_file())
    other = SpecialistFactory(portrait=specialist.portrait)
    services.remove_portrait(specialist=specialist, by=None)
    assert now(other).portrait == specialist.portrait


@pytest.mark.parametrize("kind", ["small", "gif", "text", "broken", "bomb", "heavy"])
def test_what_is_no_good_picture_is_refused(kind: str) -> None:
    file = {
        "small": lambda: picture_file((299, 900)),
        "gif": lambda: picture_file(kind="GIF"),
        "text": lambda: io.BytesIO(b"<svg onload=alert(1)>"),
        "broken": lambda: io.BytesIO(picture_file().read()[:-400]),
        "bomb": lambda: picture_file((6000, 6000), "PNG"),
        "heavy": lambda: io.BytesIO(b"x" * (15 * 1024 * 1024 + 1)),
    }[kind]()
    with pytest.raises(BadPicture):
        services.set_portrait(specialist=make_draft(), by=None, file=file)
