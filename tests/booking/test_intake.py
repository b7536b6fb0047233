"""The editors' own questions: asked in one's language, answered as they were asked, read by the specialist alone."""

import io
import re
import zipfile
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.contrib.forms.models import FormSubmission
from wagtail.models import Revision
from wagtail.test.utils.form_data import (
    inline_formset,
    nested_form_data,
    querydict_from_html,
    streamfield,
)
from wagtail_localize.models import StringTranslation

from accounts import exports
from booking import intake
from booking.models import Booking, FreeConsultationPage, IntakeQuestion, Schedule
from core.mail.outbox import Stored
from core.models import Outbox
from tests.booking.pages import HALF_PAST, NINE, address, link
from tests.booking.pressing import press
from tests.booking.requests import by_hand
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory, ScheduleFactory, booking_form, make_intake
from tests.factories.pages import (
    Tree,
    fill,
    fresh,
    publish,
    set_string,
    submitted,
)
from tests.factories.people import (
    log_in_to_cms,
    log_in_with_factor,
    make_administrator,
    make_editor,
    make_translator,
)
from translation.state import IncompleteError, shortcomings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TREE = ("uk",)

CANARY = "kanarek-in-an-answer"
WHY = {"label": "What brings you here?", "help_text": "A few words.", "field_type": "multiline"}
BEFORE = {"label": "Have you talked before?", "field_type": "radio", "choices": "No, never\nYes, once"}
HELPS = {"label": "What would help?", "field_type": "checkboxes", "choices": "Listening\nPrices, times"}
ONE_OF = {"label": "How often?", "field_type": "dropdown", "choices": "Once\nOften"}
TICK = {"label": "I bring somebody along", "field_type": "checkbox"}
COUNT = {"label": "How many of you come?", "field_type": "number"}
LINE = {"label": "Anything else?", "field_type": "singleline"}
ALL = [WHY, BEFORE, HELPS, ONE_OF, TICK, COUNT, LINE]


@pytest.fixture
def schedule() -> Schedule:
    return ScheduleFactory()


def name_of(question: dict[str, Any]) -> str:
    """What the form calls a question of the English page."""
    return IntakeQuestion.objects.get(label=question["label"], locale__language_code="en").clean_name


def shown(client: Client, schedule: Schedule, language: str = "en", start: datetime = NINE) -> str:
    query = {"start": f"{start:%Y-%m-%dT%H:%MZ}", "tz": "UTC"}
    response = client.get(address(schedule, language), query)
    assert response.status_code == 200
    return response.content.decode()


def asked(page: str) -> str:
    """The signed questions that a form carries."""
    found = re.search(r'name="asked" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def post(client: Client, schedule: Schedule, start: Any = NINE, language: str = "en", **fields: Any) -> Any:
    return client.post(address(schedule, language), booking_form(start, **fields))


# --- Asking -------------------------------------------------------------------------------------------------------


def test_nothing_is_shown_when_nothing_is_asked(client: Client, tree: Tree, schedule: Schedule) -> None:
    assert "So that the specialist" not in shown(client, schedule)
    make_intake(tree["en"].home)
    assert "So that the specialist" not in shown(client, schedule)
    assert post(client, schedule).status_code == 302
    assert Booking.objects.get().answers == []


def test_each_kind_of_question_has_its_field_and_is_optional(
    client: Client, tree: Tree, schedule: Schedule
) -> None:
    make_intake(tree["en"].home, *ALL)
    page = shown(client, schedule)
    for question in ALL:
        assert question["label"] in page
    assert "A few words." in page
    assert page.count("<fieldset") == 3  # radio and checkboxes, and the age
    assert page.count('type="radio"') == 6  # with one for no answer; three for the age
    assert "Prices, times" in page  # commas are part of a choice
    order = [page.index(question["label"]) for question in ALL]
    assert page.index("What would you like to talk about?") < order[0]
    assert order == sorted(order)
    assert order[-1] < page.index("I am 18 or older")
    assert post(client, schedule, asked=asked(page)).status_code == 302
    assert Booking.objects.get().answers == []


def test_answers_are_kept_with_the_booking_as_question_and_answer(
    client: Client, tree: Tree, schedule: Schedule
) -> None:
    make_intake(tree["en"].home, *ALL)
    answers: dict[str, Any] = {
        name_of(WHY): "Sleep.\r\nAnd work.",
        name_of(BEFORE): "Yes, once",
        name_of(HELPS): ["Listening", "Prices, times"],
        name_of(ONE_OF): "Often",
        name_of(TICK): "on",
        name_of(COUNT): "2",
        name_of(LINE): "",
    }
    assert post(client, schedule, asked=asked(shown(client, schedule)), **answers).status_code == 302
    assert Booking.objects.get().answers == [
        ["What brings you here?", "Sleep.\nAnd work."],
        ["Have you talked before?", "Yes, once"],
        ["What would help?", "Listening\nPrices, times"],
        ["How often?", "Often"],
        ["I bring somebody along", "Yes"],
        ["How many of you come?", "2"],
    ]
    press(client, link())
    assert Booking.objects.get().status == "confirmed"
    assert len(Booking.objects.get().answers) == 6
    assert not FormSubmission.objects.exists()


def test_the_same_form_sent_again_keeps_the_answers(client: Client, tree: Tree, schedule: Schedule) -> None:
    make_intake(tree["en"].home, LINE)
    data = booking_form(NINE, **{name_of(LINE): "No stairs"})
    first, second = client.post(address(schedule), data), client.post(address(schedule), data)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Booking.objects.get().answers == [["Anything else?", "No stairs"]]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (BEFORE, "Yes, twice"),
        (BEFORE, "No, never\x00"),
        (HELPS, "Listening\nPrices, times"),
        (ONE_OF, "<script>"),
        (COUNT, "many"),
        (COUNT, "1e400"),
        (COUNT, "NaN"),
        (LINE, "x" * 301),
        (LINE, "two\nlines"),
        (LINE, "\u202egnp"),
        (WHY, "x" * 1001),
        (WHY, "nul\x00"),
        (WHY, "\x1b[31m"),
    ],
)
def test_what_isnt_an_answer_is_refused_and_everything_typed_stays(
    client: Client, tree: Tree, schedule: Schedule, question: dict[str, Any], answer: str
) -> None:
    make_intake(tree["en"].home, *ALL)
    typed: dict[str, Any] = {name_of(HELPS): ["Listening"], name_of(question): answer, "note": "About sleep"}
    response = post(client, schedule, asked=asked(shown(client, schedule)), **typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert "error-summary" in page
    assert question["label"] in page
    assert 'value="About sleep"' in page
    assert "<script>" not in page.split("error-summary")[1]
    if question is not HELPS:
        assert re.search(r'value="Listening"[^>]*checked', page)
    assert not Booking.objects.exists()


def test_a_required_question_must_be_answered(client: Client, tree: Tree, schedule: Schedule) -> None:
    for question in (questions := [{**one, "required": True} for one in ALL]):
        question["label"] += " (required)"  # type: ignore[operator]
    make_intake(tree["en"].home, *questions)
    response = post(client, schedule)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {name_of(question) for question in questions}
    assert "No answer" not in response.content.decode()


# --- Between showing and posting ----------------------------------------------------------------------------------


def test_questions_are_answered_as_they_were_asked_whatever_an_editor_does_meanwhile(
    client: Client, tree: Tree, schedule: Schedule
) -> None:
    page = make_intake(tree["en"].home, LINE, ONE_OF)
    form = asked(shown(client, schedule))
    answers = {name_of(LINE): "No stairs", name_of(ONE_OF): "Often"}
    page.intake_questions = [
        IntakeQuestion(locale=page.locale, label="Brand new", required=True),
        IntakeQuestion(
            locale=page.locale, label="How often now?", field_type="radio", choices="Never\nAlways"
        ),
    ]
    page.save_revision().publish()
    assert "Brand new" in shown(client, schedule)
    assert post(client, schedule, asked=form, **answers).status_code == 302
    assert Booking.objects.get().answers == [["Anything else?", "No stairs"], ["How often?", "Often"]]


@pytest.mark.parametrize("forged", ["", "x", "abc:def:ghi", "\x00", "." * 5000])
def test_questions_that_somebody_has_forged_are_asked_anew(
    client: Client, tree: Tree, schedule: Schedule, forged: str
) -> None:
    make_intake(tree["en"].home, {**LINE, "required": True})
    assert post(client, schedule, asked=forged).status_code == 422
    assert not Booking.objects.exists()


def test_a_page_that_is_gone_asks_nothing(client: Client, tree: Tree, schedule: Schedule) -> None:
    page = make_intake(tree["en"].home, {**LINE, "required": True})
    page.unpublish()
    assert "Anything else?" not in shown(client, schedule)
    assert post(client, schedule).status_code == 302


def test_everything_typed_comes_along_to_another_time(client: Client, tree: Tree, schedule: Schedule) -> None:
    make_intake(tree["en"].home, *ALL)
    form = asked(shown(client, schedule))
    BookingFactory(schedule=schedule, starts_at=NINE)
    typed: dict[str, Any] = {
        name_of(WHY): "Sleep.\nAnd work.",
        name_of(HELPS): ["Listening", "Prices, times"],
        name_of(BEFORE): "Yes, once",
        name_of(TICK): "on",
        "note": "About sleep",
        "asked": form,
    }
    gone = post(client, schedule, **typed)
    assert gone.status_code == 409
    assert (
        "data-zone-ask" not in gone.content.decode()
    )  # the script would load the page anew, without all this
    hidden = hidden_fields(gone.content.decode())
    again = client.post(address(schedule), {**hidden, "start": f"{HALF_PAST:%Y-%m-%dT%H:%MZ}"})
    page = again.content.decode()
    assert again.status_code == 200
    assert not Booking.objects.filter(starts_at=HALF_PAST).exists()  # nothing is booked by choosing a time
    assert "error-summary" not in page
    assert 'value="Robin"' in page
    assert 'value="About sleep"' in page
    assert "Sleep.\nAnd work." in page
    for value in ("Listening", "Prices, times", "Yes, once"):
        assert re.search(rf'value="{value}"[^>]*checked', page)
    # These three, and privacy; the age is a radio.
    assert len(re.findall(r'type="checkbox"[^>]*checked', page)) == 4
    assert re.search(r'name="age" value="adult"[^>]*checked', page)
    answers: dict[str, Any] = {name: value for name, value in typed.items() if name != "asked"}
    assert post(client, schedule, HALF_PAST, asked=asked(page), **answers).status_code == 302
    assert len(Booking.objects.get(starts_at=HALF_PAST).answers) == 4
    assert not Session.objects.filter(session_data__contains="sleep").exists()


def hidden_fields(page: str) -> dict[str, list[str]]:
    """The hidden fields of the form that takes along what was typed."""
    found: dict[str, list[str]] = {}
    for field in re.findall(r'<input type="hidden"[^>]*>', page):
        name, value = (re.search(rf' {part}="([^"]*)"', field) for part in ("name", "value"))
        found.setdefault(name[1] if name else "", []).append(unescape(value[1]) if value else "")
    return found


def test_whoever_looks_at_other_times_loses_nothing_typed(
    client: Client, tree: Tree, schedule: Schedule
) -> None:
    make_intake(tree["en"].home, LINE)
    data = booking_form(NINE, **{name_of(LINE): "No stairs", "note": "Sleep", "name": "x" * 200})

    def go_on(data: dict[str, Any]) -> str:
        response = client.post(address(schedule), data)
        assert response.status_code == 200
        return response.content.decode()

    list_page = go_on({**data, "again": "list"})
    assert "error-summary" not in list_page
    assert "data-zone-ask" not in list_page
    assert re.search(r'<button class="slot" type="submit" name="start"', list_page)
    later = re.search(r'<button class="pages__step" type="submit" name="from" value="([0-9-]+)"', list_page)
    assert later is not None
    further = go_on({**hidden_fields(list_page), "from": later[1]})
    assert hidden_fields(further)["from"] == [later[1]]
    moved = go_on({**hidden_fields(further), "city": "Amman"})
    assert "Asia/Amman" in hidden_fields(moved)["tz"]
    assert hidden_fields(moved)["from"] == [later[1]]
    unknown = go_on({**hidden_fields(moved), "city": "Ammn"})
    assert re.search(r'<button[^>]* name="city" value="Asia/Amman"', unknown)
    details = go_on({**hidden_fields(unknown), "start": f"{HALF_PAST:%Y-%m-%dT%H:%MZ}"})
    assert 'value="No stairs"' in details
    assert 'value="Sleep"' in details
    assert f'value="{"x" * 200}"' in details
    assert re.search(r'name="time_zone" value="Asia/Amman"', details)
    assert not Booking.objects.exists()


def test_another_time_that_has_gone_too_gives_the_times_again(
    client: Client, tree: Tree, schedule: Schedule
) -> None:
    make_intake(tree["en"].home, LINE)
    BookingFactory(schedule=schedule, starts_at=HALF_PAST)
    data = {**booking_form(HALF_PAST, **{name_of(LINE): "No stairs"}), "again": "1"}
    page = client.post(address(schedule), data).content.decode()
    assert "free any more" in page
    assert 'value="No stairs"' in page


def test_the_form_asks_the_database_for_the_page_and_its_questions(
    client: Client, tree: Tree, schedule: Schedule
) -> None:
    make_intake(tree["en"].home, LINE)
    counts = []
    for more in (0, 6):
        page = FreeConsultationPage.objects.get()
        for number in range(more):
            page.intake_questions.add(IntakeQuestion(locale=page.locale, label=f"Number {number}"))
        page.save_revision().publish()
        shown(client, schedule)  # remembers menus and names
        with CaptureQueriesContext(connection) as queries:
            shown(client, schedule)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8, counts  # the five of the times, the page, its questions


# --- In other languages -------------------------------------------------------------------------------------------


def test_a_translated_page_asks_in_its_language_and_the_answers_are_in_it(
    client: Client, tree: Tree, schedule: Schedule
) -> None:
    page = make_intake(tree["en"].home, {**ONE_OF, "help_text": "Roughly.", "required": True}, LINE)
    translation = submitted(page, "uk")
    set_string(translation, "intake_questions", "Як часто?", source="How often?")
    set_string(translation, "intake_questions", "Раз<br/>Часто", source="Once<br/>Often")
    fill(translation)
    ukrainian = publish(translation)
    assert [
        (row.label, row.choices, row.field_type, row.required) for row in ukrainian.intake_questions.all()
    ] == [
        ("Як часто?", "Раз\nЧасто", "dropdown", True),
        ("[uk] Anything else?", "", "singleline", False),
    ]
    names = [list(one.intake_questions.values_list("clean_name", flat=True)) for one in (page, ukrainian)]
    assert names[0] == names[1]
    form = shown(client, schedule, "uk")
    assert "Як часто?" in form
    assert "[uk] Roughly." in form
    assert "How often?" not in form
    response = post(client, schedule, language="uk", asked=asked(form), **{name_of(ONE_OF): "Часто"})
    assert response.status_code == 302
    assert Booking.objects.get().answers == [["Як часто?", "Часто"]]


def test_without_a_translation_the_source_asks_and_says_in_which_language(
    client: Client, tree: Tree, schedule: Schedule
) -> None:
    make_intake(tree["en"].home, LINE)
    page = shown(client, schedule, "ar")
    assert re.search(r'lang="en" dir="ltr">\s*<div class="field">.*Anything else\?', page, re.DOTALL)
    assert 'lang="en"' in shown(client, schedule)


def test_a_translation_that_is_behind_asks_what_it_asked_until_it_is_whole(
    client: Client, tree: Tree, schedule: Schedule
) -> None:
    page = make_intake(tree["en"].home, LINE)
    translation = submitted(page, "uk")
    fill(translation)
    publish(translation)
    page = fresh(page)
    page.intake_questions.add(IntakeQuestion(locale=page.locale, **ONE_OF))
    page.save_revision().publish()
    assert "How often?" in shown(client, schedule)
    assert "How often?" not in shown(client, schedule, "uk")
    translation.source.update_from_db()
    assert {one.source for one in shortcomings(translation)} == {"How often?", "Once<br/>Often"}
    with pytest.raises(IncompleteError):
        translation.save_target(publish=True)
    fill(translation)
    publish(translation)
    assert "[uk] How often?" in shown(client, schedule, "uk")


def test_translated_choices_are_as_many_as_the_originals(tree: Tree) -> None:
    translation = submitted(make_intake(tree["en"].home, ONE_OF), "uk")
    row = set_string(translation, "intake_questions", "Раз", source="Once<br/>Often")
    assert StringTranslation.objects.get(pk=row.pk).has_error
    assert any("has 2 lines, the translation 1" in one.sentence for one in shortcomings(translation))
    row = set_string(translation, "intake_questions", "Раз<br/>Часто", source="Once<br/>Often")
    assert not StringTranslation.objects.get(pk=row.pk).has_error


def test_translators_translate_the_choices_in_their_editor(client: Client, tree: Tree) -> None:
    translation = submitted(make_intake(tree["en"].home, ONE_OF), "uk")
    log_in_to_cms(client, make_translator("uk"))
    segment = translation.source.stringsegment_set.get(string__data="Once<br/>Often")
    url = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
    response = client.generic(
        "PUT", url, "value=Раз\nЧасто", content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 201, response.content
    fill(translation)
    (question,) = publish(translation).intake_questions.all()
    assert question.choices == "Раз\nЧасто"


# --- For the specialist alone ---------------------------------------------------------------------------------------


def test_the_specialist_alone_reads_the_answers(
    client: Client, tree: Tree, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    schedule = by_hand(windows=[(day, 540, 720) for day in range(7)])
    make_intake(tree["en"].home, LINE)
    tomorrow = NINE + timedelta(days=1)
    questions = asked(shown(client, schedule, start=tomorrow))
    form = booking_form(tomorrow, asked=questions, **{name_of(LINE): CANARY})
    # Until it is confirmed, the browser that typed it keeps it, so that a correction loses nothing.
    answers = [client.post(address(schedule), form), Client().get("/en/bookings/pending/")]
    assert CANARY in client.get("/en/bookings/pending/").content.decode()
    confirm = link()
    token = confirm.split("/")[3]
    answers += [client.get(confirm), press(client, confirm), client.get(f"/en/bookings/{token}/")]
    answers.append(client.get("/en/bookings/pending/"))
    booking = Booking.objects.get()
    assert booking.answers == [["Anything else?", CANARY]]
    for page in ("move", "cancel"):
        answers.append(client.get(f"/en/bookings/{token}/{page}/"))
    own = Client()
    log_in_with_factor(own, schedule.specialist.user)
    for url in (
        reverse("specialist_consultations"),
        reverse("booking_answer", args=[booking.uid]),
    ):
        page = own.get(url).content.decode()
        assert "Anything else?" in page
        assert CANARY in page
        assert '<dl class="answers" lang="en">' in page
    press(own, reverse("booking_answer", args=[booking.uid]), {"answer": "accept"})
    answers += [client.get(f"/en/bookings/{token}/"), client.get(f"/en/bookings/{token}/calendar.ics")]
    assert Booking.objects.get().status == "confirmed"

    other, stranger = Client(), Client()
    log_in_with_factor(other, by_hand().specialist.user)
    assert other.get(reverse("booking_answer", args=[booking.uid])).status_code == 404
    assert stranger.get(reverse("booking_answer", args=[booking.uid])).status_code == 404
    answers.append(other.get(reverse("specialist_consultations")))
    boss = Client()
    log_in_to_cms(boss, make_administrator())
    answers += [boss.get("/cms/"), boss.get(reverse("schedules:index"))]
    answers += [boss.get(reverse("schedules:edit", args=[schedule.pk]))]

    for response in answers:
        assert CANARY not in response.content.decode(), response.request["PATH_INFO"]
    mails = list(Outbox.objects.all())
    assert len(mails) >= 3
    for row in mails:
        assert CANARY not in Stored(row).parsed().as_string()
        for part in Stored(row).parsed().walk():
            assert CANARY not in str(part.get_payload(decode=True))
    assert CANARY not in caplog.text + "".join(capfd.readouterr())
    assert not any(CANARY in str(session.get_decoded()) for session in Session.objects.all())
    assert not any(CANARY in str(revision.content) for revision in Revision.objects.all())


def test_only_the_clients_own_export_has_the_answers() -> None:
    client = UserFactory()
    booking = BookingFactory(starts_at=NINE, client=client, answers=[["Anything else?", CANARY]])
    exports_of = {}
    for user in (client, booking.schedule.specialist.user):
        archive = zipfile.ZipFile(io.BytesIO(exports.build(user)))
        exports_of[user] = " ".join(
            archive.read(name).decode(errors="replace") for name in archive.namelist()
        )
    mine, theirs = exports_of.values()
    assert CANARY in mine
    assert "consultation" in theirs
    assert CANARY not in theirs


# --- In the CMS -----------------------------------------------------------------------------------------------------


def edited(cms: Client, page: FreeConsultationPage, *questions: dict[str, str]) -> Any:
    """What an editor's browser sends with these questions on the form, to be published."""
    html = cms.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    data = querydict_from_html(html, form_id="page-edit-form")
    rows = [{"ORDER": str(number), **question} for number, question in enumerate(questions, 1)]
    known = page.intake_questions.count()
    data.update(nested_form_data({"intake_questions": inline_formset(rows, initial=known)}))
    data.update(nested_form_data({"differences": streamfield([]), "questions": streamfield([])}))
    data["action-publish"] = "action-publish"
    return cms.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


@pytest.fixture
def cms(client: Client, tree: Tree) -> Client:
    log_in_to_cms(client, make_editor())
    return client


def test_an_editor_asks_something_and_clients_see_it(cms: Client, tree: Tree, schedule: Schedule) -> None:
    page = make_intake(tree["en"].home)
    response = edited(
        cms, page, {**ONE_OF, "choices": " Once \r\n\r\nOften\r\n"}, {**LINE, "choices": "gone"}
    )
    assert response.status_code == 302, response.context["form"].formsets["intake_questions"].errors
    rows = list(fresh(page).intake_questions.all())
    assert [(row.label, row.choices) for row in rows] == [
        ("How often?", "Once\nOften"),
        ("Anything else?", ""),
    ]
    assert "How often?" in shown(Client(), schedule)
    names = [row.clean_name for row in rows]
    assert len(set(names)) == 2
    again = [{"id": str(row.pk), **data} for row, data in zip(rows, (ONE_OF, LINE), strict=True)]
    again[0]["label"] = "How often, roughly?"
    assert edited(cms, page, *again).status_code == 302
    rows = list(fresh(page).intake_questions.all())
    assert [row.clean_name for row in rows] == names
    assert rows[0].label == "How often, roughly?"


def test_the_panel_says_what_never_to_ask_and_offers_no_other_kinds(cms: Client, tree: Tree) -> None:
    page = make_intake(tree["en"].home, LINE)
    html = cms.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "a date of birth or a diagnosis" in html
    offered = set(re.findall(r'<option value="(\w+)"', html.split("intake_questions-0-field_type")[1]))
    assert not {"email", "date", "datetime", "url", "hidden", "multiselect"} & offered
    assert edited(cms, page, {**LINE, "field_type": "email"}).status_code == 200


def test_there_are_eight_questions_at_most(cms: Client, tree: Tree) -> None:
    page = make_intake(tree["en"].home)
    nine = [{**LINE, "label": f"Question {number}"} for number in range(9)]
    assert edited(cms, page, *nine).status_code == 200
    assert not fresh(page).intake_questions.exists()
    assert edited(cms, page, *nine[:8]).status_code == 302
    assert fresh(page).intake_questions.count() == 8


@pytest.mark.parametrize(
    "choices", ["", "Only one", "Same\nSame", "Short\n" + "x" * 101, "\n".join(map(str, range(13)))]
)
def test_choices_that_nobody_could_choose_from_are_refused(choices: str) -> None:
    question = IntakeQuestion(label="Which?", field_type="radio", choices=choices)
    with pytest.raises(ValidationError) as error:
        question.clean()
    assert "choices" in error.value.message_dict


def test_a_name_is_the_same_before_and_after_it_is_saved(tree: Tree) -> None:
    question = IntakeQuestion(locale=tree["en"].home.locale, **LINE)
    before = intake.as_asked(question).clean_name or question.get_field_clean_name()
    make_intake(tree["en"].home)
    page = FreeConsultationPage.objects.get()
    page.intake_questions.add(question)
    page.save()
    assert page.intake_questions.get().clean_name == before
