"""*Join as a specialist*, and the profile in steps, as its owner sees them."""

import io
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_tasks_db.models import DBTaskResult
from PIL import Image
from wagtail.tasks import delete_file_from_storage_task

from accounts.models import User
from core.models import Topic
from core.templatetags.content import rendition
from directory import services
from directory.checking import review
from directory.models import Place, PortraitRendition, Profession, Specialist, SpecialistPage
from directory.profile.portraits import CROPS, make_portrait
from tests.directory.joining import client_of, now, told
from tests.directory.profiles import (
    approve,
    make_draft,
    make_public,
    make_submitted,
    picture_file,
    write,
)
from tests.factories.accounts import UserFactory
from tests.factories.directory import ProfessionFactory
from tests.factories.pages import locale_of
from tests.factories.people import log_in_with_factor, make_moderator

pytestmark = pytest.mark.django_db
DIRECTORY = ("uk",)

JOIN = "/en/specialists/join/"
PROFILE = "/en/account/specialist/profile/"
ABOUT = f"{PROFILE}about/"
CREDENTIALS = f"{PROFILE}credentials/"
WORK = f"{PROFILE}work/"
PRICES = f"{PROFILE}prices/"
TEXTS = f"{PROFILE}texts/"
ENGLISH = f"{TEXTS}en/"
CONSULTATION = f"{PROFILE}consultation/"
PREVIEW = f"{PROFILE}preview/"
SUBMIT = f"{PROFILE}submit/"
WITHDRAW = f"{PROFILE}withdraw/"
STEPS = [ABOUT, CREDENTIALS, WORK, PRICES, TEXTS, CONSULTATION]
OWN = [
    PROFILE,
    *STEPS,
    ENGLISH,
    PREVIEW,
    SUBMIT,
    "/en/account/specialist/",
    "/en/account/specialist/pause/",
    "/en/account/specialist/resume/",
    "/en/account/specialist/leave/",
]


@pytest.fixture
def moderator() -> User:
    return make_moderator()


def filled(client: Client, path: str) -> dict[str, Any]:
    """The form of a step as the page shows it, ready to be sent back."""
    form = client.get(path).context["form"]
    fields = [*form, *form.questions.management_form] if hasattr(form, "questions") else list(form)
    data = {field.html_name: field.value() for field in fields}
    return {name: value for name, value in data.items() if value not in (None, False)}


# --- Joining ----------------------------------------------------------------------------------------------------------


def test_strangers_read_what_they_get_and_are_asked_to_log_in_first(client: Client) -> None:
    page = client.get(JOIN)
    html = page.content.decode()
    assert page.status_code == 200
    assert "Log in to create your specialist profile" in html
    assert "What we check" in html
    assert 'href="/en/account/signup/?next=%2Fen%2Fspecialists%2Fjoin%2F"' in html


def test_what_a_stranger_types_is_there_again_after_logging_in(client: Client) -> None:
    profession = ProfessionFactory()
    assert client.post(JOIN, {"name": "Vera Example", "profession": profession.pk}).status_code == 302
    assert not Specialist.objects.exists()
    client.force_login(UserFactory())
    html = client.get(JOIN).content.decode()
    assert 'value="Vera Example"' in html
    assert "It isn’t saved yet." in html


def test_a_profile_begins_with_a_name_and_a_profession(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    assert client.post(JOIN, {"name": "", "profession": ""}).status_code == 422
    answer = client.post(JOIN, {"name": " Vera  Example ", "profession": ProfessionFactory().pk})
    assert (answer.status_code, answer["Location"]) == (303, PROFILE)
    specialist = Specialist.objects.get(user=user)
    assert (specialist.name, specialist.state) == ("Vera Example", "draft")
    assert "Open my profile" in client.get(JOIN).content.decode()
    assert not told(client.get(PROFILE))
    answer = client.post(JOIN, {"name": "Another", "profession": ""}, follow=True)
    assert answer.redirect_chain == [(PROFILE, 303)]
    assert "You have a profile already, as “Vera Example”." in told(answer)
    assert Specialist.objects.get(user=user).name == "Vera Example"


def test_nobody_becomes_the_page_for_joining() -> None:
    assert make_draft(name="Join").slug == "join-2"


def test_how_long_checking_takes_is_told_from_what_it_took(moderator: User, client: Client) -> None:
    assert "the oldest first" in client.get(JOIN).content.decode()
    for number in range(review.ENOUGH):
        make_public(moderator, name=f"Vera {number}")
    cache.clear()
    assert "within 1 day." in client.get(JOIN).content.decode()


# --- Whose pages they are ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", OWN)
def test_strangers_are_asked_to_log_in_and_others_are_shown_how_to_join(client: Client, path: str) -> None:
    make_draft()
    assert "Log in to see your account" in client.get(path).content.decode()
    client.force_login(UserFactory())
    assert client.get(path)["Location"] == JOIN
    assert client.post(path)["Location"] == JOIN


def test_everybody_sees_and_changes_their_own_profile_alone() -> None:
    mine, theirs = make_draft(name="Vera Example"), make_draft(name="Olha Pryklad")
    write(theirs, headline="Theirs")
    client = client_of(mine)
    for path in [PROFILE, *STEPS, ENGLISH]:
        html = client.get(path).content.decode()
        assert "Olha" not in html
        assert "Theirs" not in html
    client.post(ABOUT, {**filled(client, ABOUT), "name": "Vera Muster"})
    assert (now(mine).name, now(theirs).name) == ("Vera Muster", "Olha Pryklad")


# --- The steps --------------------------------------------------------------------------------------------------------


def test_an_empty_profile_says_what_is_left(client: Client) -> None:
    user = UserFactory()
    services.start_profile(user=user, name="Vera", profession=ProfessionFactory())
    client.force_login(user)
    progress = client.get(PROFILE).context["progress"]
    assert [status.mark for status in progress.statuses] == [
        "done",
        "left",
        "left",
        "left",
        "left",
        "optional",
        "optional",
    ]
    html = client.get(PROFILE).content.decode()
    assert "1 of 7 steps is done." in html
    assert "Credentials, How you work, Languages and prices, Your texts." in html
    assert "Send it in" not in html


@pytest.mark.parametrize("path", [ABOUT, CREDENTIALS, WORK, PRICES, CONSULTATION])
def test_a_step_saves_and_goes_on_or_back_to_the_list(path: str) -> None:
    client = client_of(make_draft())
    data = filled(client, path)
    answer = client.post(path, {**data, "act": "next"})
    after = [*STEPS, PROFILE][STEPS.index(path) + 1]
    assert (answer.status_code, answer["Location"]) == (303, after)
    assert client.post(path, {**data, "act": "list"})["Location"] == PROFILE


@pytest.mark.parametrize("path", [CREDENTIALS, PRICES])
def test_a_draft_may_have_gaps_and_a_public_profile_may_not(path: str, moderator: User) -> None:
    draft = client_of(make_draft())
    empty = {"profession": Profession.objects.get().pk, "currency": "EUR", "state": "draft"}
    assert draft.post(path, empty).status_code == 303
    public = client_of(make_public(moderator, name="Olha"))
    assert public.post(path, {**empty, "state": "published"}).status_code == 422


def test_the_facts_are_saved(moderator: User) -> None:
    specialist = make_draft()
    place = Place.objects.create(name="Berlin", slug="berlin", locale=locale_of("en"))
    client = client_of(specialist)
    client.post(
        CREDENTIALS,
        {
            "profession": specialist.profession.pk,
            "credential_country": "UA",
            "credential_register": "Chamber",
            "credential_number": "77",
            "credential_url": "register.example/77",
        },
    )
    topic = specialist.topics.get()
    client.post(WORK, {"topics": [topic.pk], "place": place.pk, "practising_since": "2009"})
    client.post(PRICES, {"session_languages": ["uk", "de"], "price_max": "70", "currency": "UAH"})
    client.post(CONSULTATION, {"offers_free_consultation": "on"})
    found = now(specialist)
    assert (found.credential_country, found.credential_url) == ("UA", "https://register.example/77")
    assert (found.is_online, found.place, found.practising_since) == (False, place, 2009)
    assert (found.session_languages, found.price_min, found.price_max) == (["uk", "de"], 70, 70)
    assert (found.currency, found.offers_free_consultation) == ("UAH", True)


@pytest.mark.parametrize(
    ("path", "data", "sentence"),
    [
        (ABOUT, {"name": ""}, "This field is required."),
        (CREDENTIALS, {"credential_url": "no address"}, "Enter a valid URL."),
        (CREDENTIALS, {"credential_url": "ftp://register.example/7"}, "Enter a valid URL."),
        (CREDENTIALS, {"credential_url": "https://vera:word@register.example/7"}, "Enter a valid URL."),
        (CREDENTIALS, {"credential_country": "XX"}, "XX is not one of the available choices"),
        (WORK, {"is_online": "", "practising_since": "2001"}, "Say where: online, a place, or both."),
        (WORK, {"practising_since": "2999"}, "This year is still to come."),
        (PRICES, {"price_min": "90", "price_max": "70"}, "below the price from which it starts"),
        (PRICES, {"price_min": "1,000"}, "Write a whole number in digits, without commas or dots."),
        (PRICES, {"price_min": "60,50"}, "Write a whole number in digits, without commas or dots."),
        (PRICES, {"price_min": "-3"}, "greater than or equal to 0"),
    ],
)
def test_what_isnt_right_is_told_and_what_was_typed_stays(
    path: str, data: dict[str, str], sentence: str
) -> None:
    specialist = make_draft()
    client = client_of(specialist)
    answer = client.post(path, {**filled(client, path), **data})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    for typed in data.values():
        assert not typed or f'value="{typed}"' in html or typed == "XX"
    assert now(specialist).updated_at == specialist.updated_at


@pytest.mark.parametrize(("text", "price"), [("٥٠", 50), ("۵۰", 50), ("1 000", 1000), ("1\u202f000", 1000)])
def test_a_price_may_be_written_in_any_digits_and_with_spaces(text: str, price: int) -> None:
    specialist = make_draft()
    client = client_of(specialist)
    assert 'type="number"' not in client.get(PRICES).content.decode()
    client.post(PRICES, {**filled(client, PRICES), "price_min": text})
    assert now(specialist).price_min == price


def test_six_topics_are_enough() -> None:
    client = client_of(make_draft())
    topics = [
        Topic.objects.create(name=f"Topic {n}", slug=f"topic-{n}", locale=locale_of("en")) for n in range(7)
    ]
    answer = client.post(WORK, {"topics": [topic.pk for topic in topics], "is_online": "on"})
    assert "You chose 7 topics. Choose 6 at most." in answer.content.decode()
    assert answer.content.decode().count("checked") == 8  # all seven, and online


def test_what_was_typed_before_the_session_ended_is_there_after_logging_in_again(client: Client) -> None:
    specialist = make_draft()
    client.post(WORK, {"practising_since": "2009", "topics": ["1", "2"]})
    log_in_with_factor(client, specialist.user)
    assert 'value="2009"' in client.get(WORK).content.decode()
    assert now(specialist).practising_since is None


# --- The photo --------------------------------------------------------------------------------------------------------


def photo(**options: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile("me.jpg", picture_file(**options).read(), "image/jpeg")


def test_a_photo_is_shown_and_removed_again() -> None:
    specialist = make_draft()
    client = client_of(specialist)
    data = filled(client, ABOUT)
    assert client.post(ABOUT, {**data, "portrait": photo(), "crop": "top"}).status_code == 303
    picture = now(specialist).portrait
    assert picture is not None
    assert "Your photo as clients see it" in client.get(ABOUT).content.decode()
    client.post(ABOUT, {**data, "remove_portrait": "on"})
    assert now(specialist).portrait is None


def test_nobody_can_guess_where_the_photo_of_a_draft_is() -> None:
    specialist = make_draft()
    client = client_of(specialist)
    client.post(ABOUT, {**filled(client, ABOUT), "portrait": photo()})
    client.get(ABOUT)
    portrait = now(specialist).portrait
    names = [portrait.file.name, *portrait.renditions.values_list("file", flat=True)]
    assert len({name.split("/")[-1] for name in names}) == 3
    assert all(re.fullmatch(r"(?:portraits|images)/[0-9a-f]{32}\.webp", name) for name in names)


def test_a_file_that_is_no_picture_is_refused_in_words_and_the_name_stays() -> None:
    specialist = make_draft()
    client = client_of(specialist)
    file = SimpleUploadedFile("me.jpg", b"no picture", "image/jpeg")
    answer = client.post(ABOUT, {**filled(client, ABOUT), "name": "Vera Muster", "portrait": file})
    assert answer.status_code == 422
    assert "Choose a picture as JPEG, PNG or WebP" in answer.content.decode()
    assert 'value="Vera Muster"' in answer.content.decode()
    assert now(specialist).portrait is None


def test_a_mistake_beside_it_doesnt_lose_the_photo() -> None:
    specialist = make_draft()
    answer = client_of(specialist).post(ABOUT, {"name": "", "portrait": photo()})
    assert answer.status_code == 422
    assert now(specialist).portrait is not None
    assert "data-portrait-now" in str(BeautifulSoup(answer.content, "html.parser").select_one(".photo img"))


@pytest.mark.parametrize("data", [{"portrait": "new"}, {"remove_portrait": "on"}])
def test_a_mistake_beside_it_shows_the_photo_as_it_is_now_and_nothing_of_the_old_one(
    data: dict[str, str], django_capture_on_commit_callbacks: Any
) -> None:
    specialist = make_draft()
    client = client_of(specialist)
    client.post(ABOUT, {**filled(client, ABOUT), "portrait": photo()})
    client.get(ABOUT)
    old = now(specialist).portrait
    files = [old.file.name, *old.renditions.values_list("file", flat=True)]
    assert len(files) == 3
    if "portrait" in data:
        data = {"portrait": photo()}  # type: ignore[dict-item]
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(ABOUT, {"name": "", **data})
    assert answer.status_code == 422
    shown = BeautifulSoup(answer.content, "html.parser").select_one(".photo img")
    assert (shown is not None) is ("portrait" in data)
    assert not PortraitRendition.objects.filter(image=old.pk).exists()
    tasks = DBTaskResult.objects.filter(task_path=delete_file_from_storage_task.module_path)
    assert {task.args_kwargs["args"][1] for task in tasks} == set(files)


def test_another_part_of_a_photo_can_be_chosen_only_with_the_photo() -> None:
    specialist = make_draft()
    client = client_of(specialist)
    data = filled(client, ABOUT)
    answer = client.post(ABOUT, {**data, "name": "", "portrait": photo(), "crop": "top"})
    assert answer.context["form"]["crop"].value() is None  # saved with that part, and asked for no more
    answer = client.post(ABOUT, {**data, "crop": "middle"})
    assert answer.status_code == 422
    assert "Choose the photo again" in answer.content.decode()
    assert client.post(ABOUT, {**data, "crop": "face"}).status_code == 303


def test_no_size_is_made_of_a_picture_that_has_been_erased() -> None:
    specialist = make_draft()
    services.set_portrait(specialist=specialist, by=specialist.user, file=picture_file())
    erased = now(specialist).portrait
    services.remove_portrait(specialist=specialist, by=specialist.user)
    before = default_storage.listdir("images")
    assert rendition(erased, "fill-192x192", wide="fill-384x384") is None
    assert rendition(erased, "fill-192x192") is None
    assert default_storage.listdir("images") == before


# --- The texts --------------------------------------------------------------------------------------------------------


def text_data(*questions: tuple[str, str], initial: int = 0, **more: str) -> dict[str, str]:
    data = {"faq-TOTAL_FORMS": str(len(questions)), "faq-INITIAL_FORMS": str(initial)}
    for number, (question, answer) in enumerate(questions):
        data |= {f"faq-{number}-question": question, f"faq-{number}-answer": answer}
    return {**data, "headline": "Help with sleep", "story": "I listen.", **more}


def own_text(specialist: Specialist, language: str = "en") -> SpecialistPage:
    pages = {page.locale.language_code: page for page in review.own_pages(specialist)}
    return pages[language]


def test_the_texts_of_each_language_that_one_works_in_and_the_site_has() -> None:
    specialist = make_draft(session_languages=["en", "fr"])
    client = client_of(specialist)
    assert [row["code"] for row in client.get(TEXTS).context["rows"]] == ["en"]
    assert client.get(TEXTS).context["offered"] == ["uk"]
    assert client.get(f"{TEXTS}uk/").status_code == 404
    assert client.get(f"{TEXTS}fr/").status_code == 404


def test_texts_are_saved_with_their_questions_and_empty_rows_are_none() -> None:
    specialist = make_draft()
    client = client_of(specialist)
    assert len(client.get(ENGLISH).context["form"].questions.forms) == 2
    data = text_data(("How long?", "50 minutes."), ("", ""))
    assert client.post(ENGLISH, data)["Location"] == TEXTS
    page = own_text(specialist)
    assert (page.headline, page.story) == ("Help with sleep", "<p>I listen.</p>")
    assert [block.value["question"] for block in page.faq] == ["How long?"]
    assert len(client.get(ENGLISH).context["form"].questions.forms) == 3
    assert client.post(ENGLISH, {**data, "act": "more"})["Location"] == ENGLISH
    client.post(ENGLISH, text_data(("", ""), initial=1))
    assert not own_text(specialist).faq


def test_a_question_without_an_answer_is_asked_about_and_nothing_is_lost() -> None:
    client = client_of(make_draft())
    answer = client.post(ENGLISH, text_data(("How long?", ""), ("", "50 minutes."), story="My story"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Write the answer, or take the question away." in html
    assert "Write the question, or take the answer away." in html
    assert "My story" in html
    assert "50 minutes." in html


def test_controls_say_in_which_language_and_direction_they_are_filled_in() -> None:
    html = client_of(make_draft()).get(f"{TEXTS}uk/").content.decode()
    assert html.count('lang="uk" dir="ltr"') == 7


def test_the_only_text_of_a_public_profile_cant_be_taken_away(moderator: User) -> None:
    specialist = make_public(moderator)
    client = client_of(specialist)
    answer = client.post(f"{ENGLISH}remove/", follow=True)
    assert "This is your only text." in told(answer)
    write(specialist, "uk")
    client.post(f"{ENGLISH}remove/")
    assert client.post(f"{ENGLISH}remove/").status_code == 404  # it is gone already
    assert [page.locale.language_code for page in review.own_pages(specialist)] == ["uk"]


def test_a_page_in_a_language_one_no_longer_works_in_is_taken_away_after_a_question(moderator: User) -> None:
    specialist = make_public(moderator)
    write(specialist, "uk", headline="Сон")
    client = client_of(specialist)
    client.post(PRICES, {**filled(client, PRICES), "session_languages": ["en"]})
    page = BeautifulSoup(client.get(TEXTS).content, "html.parser")
    (form,) = page.select(f'form[action="{TEXTS}uk/remove/"]')
    assert form.find_parent("details") is not None
    assert "Your page in Ukrainian is erased." in str(form.find_parent("details"))
    paragraphs = [" ".join(p.get_text().split()) for p in page.select(".rows-of p.soft")]
    assert "Сон" in paragraphs
    assert "You don’t hold sessions in this language, so you can’t change the page here." in paragraphs


def test_enter_in_the_headline_saves() -> None:
    """Browsers press the first button of the form."""
    page = BeautifulSoup(client_of(make_draft()).get(ENGLISH).content, "html.parser")
    form = page.select_one("form.form")
    assert form is not None
    assert form.select("button")[0]["value"] == "save"


# --- Preview ----------------------------------------------------------------------------------------------------------


def test_a_preview_is_for_its_owner_alone(client: Client) -> None:
    specialist = make_draft()
    own = client_of(specialist)
    assert own.get(PREVIEW)["Location"] == TEXTS
    write(specialist)
    page = own.get(PREVIEW)
    html = page.content.decode()
    assert page.status_code == 200
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "nobody but you sees this page" in html
    assert "I listen." in html
    assert "We checked it on" not in html
    assert "I listen." not in client.get(PREVIEW).content.decode()
    other = make_draft(name="Olha")
    assert client_of(other).get(PREVIEW)["Location"] == TEXTS
    assert client.get(f"/en/specialists/{specialist.slug}/").status_code == 404


def test_a_preview_in_another_language_is_at_that_languages_address() -> None:
    specialist = make_draft()
    write(specialist, "uk", story="Слухаю.")
    client = client_of(specialist)
    assert client.get(PREVIEW)["Location"] == PREVIEW.replace("/en/", "/uk/")
    assert "Слухаю." in client.get(PREVIEW, follow=True).content.decode()


# --- Sending in, and what the moderators say --------------------------------------------------------------------------


def test_a_profile_is_sent_in_and_taken_back() -> None:
    specialist = make_draft()
    client = client_of(specialist)
    assert "What you have saved is kept" in client.get(SUBMIT).content.decode()
    assert client.post(SUBMIT)["Location"] == SUBMIT
    assert now(specialist).state == "draft"
    write(specialist)
    assert "A moderator looks you up" in client.get(SUBMIT).content.decode()
    answer = client.post(SUBMIT, follow=True)
    assert "we write to you as soon as they have" in told(answer)
    assert "It is being checked" in answer.content.decode()
    assert now(specialist).state == "submitted"
    answer = client.post(WITHDRAW, {"state": "submitted"}, follow=True)
    assert "a draft again" in told(answer)
    assert now(specialist).state == "draft"


@pytest.mark.parametrize("is_accepting", [True, False])
def test_whether_clients_are_accepted_is_said_with_sending_in(is_accepting: bool) -> None:
    specialist = make_draft()
    contact = {"practice_url": "https://practice.example/"}  # whoever can't be reached accepts nobody
    services.save_facts(specialist=specialist, by=specialist.user, facts=contact)
    write(specialist)
    client = client_of(specialist)
    assert "Not accepting clients" not in client.get(PREVIEW).content.decode()
    box = BeautifulSoup(client.get(SUBMIT).content, "html.parser").select_one("#id_is_accepting")
    assert box is not None
    assert box.has_attr("checked")
    client.post(SUBMIT, {"is_accepting": "on"} if is_accepting else {})
    assert now(specialist).is_accepting is is_accepting
    assert (now(specialist).accepting_confirmed_on is not None) is is_accepting
    assert ("Not accepting clients" in client.get(PREVIEW).content.decode()) is not is_accepting


@pytest.mark.parametrize("waits", ["a profile", "a change"])
def test_the_button_to_take_back_works_as_the_page_has_it(moderator: User, waits: str) -> None:
    if waits == "a profile":
        specialist = make_submitted()
    else:
        specialist = make_public(moderator)
        services.save_facts(specialist=specialist, by=specialist.user, facts={"name": "Vera Muster"})
    strict = Client(enforce_csrf_checks=True)
    log_in_with_factor(strict, specialist.user)
    page = BeautifulSoup(strict.get(PROFILE).content, "html.parser")
    (form,) = page.select(f'form[action="{WITHDRAW}"]')
    fields = {str(field["name"]): str(field["value"]) for field in form.select("input")}
    assert strict.post(WITHDRAW, fields).status_code == 303
    assert not review.review_status(now(specialist)).is_waiting


def test_the_moderators_comments_stand_beside_the_fields(moderator: User) -> None:
    specialist = make_submitted()
    services.request_changes(
        specialist=specialist,
        by=moderator,
        seen=review.seen(now(specialist)),
        comment="Nearly there.",
        field_comments={
            "credential_number": "This is somebody else’s number.",
            "text.en": "Please say more.",
            "portrait": "Please show your face.",
        },
    )
    client = client_of(specialist)
    page = client.get(PROFILE)
    assert [status.mark for status in page.context["progress"].statuses] == [
        "comment",
        "comment",
        "done",
        "done",
        "comment",
        "optional",
        "optional",
    ]
    assert "Nearly there." in page.content.decode()
    assert "Nothing is missing." not in page.content.decode()
    overview = client.get("/en/account/specialist/").content.decode()
    assert overview.count("A moderator asks you to change something") == 1
    assert "Leave the directory" not in overview
    html = client.get(CREDENTIALS).content.decode()
    assert "This is somebody else’s number." in html
    assert 'aria-describedby="id_credential_number_remarks"' in html
    assert "Please say more." in client.get(ENGLISH).content.decode()
    assert "Please show your face." in client.get(ABOUT).content.decode()
    assert "A moderator asks you to change something" in client.get("/en/account/").content.decode()
    client.post(SUBMIT)
    assert now(specialist).state == "submitted"
    assert "This is somebody else’s number." not in client.get(CREDENTIALS).content.decode()


def test_a_change_of_what_is_checked_is_shown_beside_what_clients_see(moderator: User) -> None:
    specialist = make_public(moderator)
    client = client_of(specialist)
    answer = client.post(ABOUT, {**filled(client, ABOUT), "name": "Vera Muster"}, follow=True)
    assert "until then clients see the old version" in told(answer)
    html = answer.content.decode()
    assert "This is being checked" in html
    assert "Vera Example" in html
    assert "Vera Muster" in html
    html = client.get(ABOUT).content.decode()
    assert 'value="Vera Muster"' in html
    assert "Until this is checked, clients see:" in html
    assert now(specialist).name == "Vera Example"
    answer = client.post(WITHDRAW, {"state": "published"}, follow=True)
    assert "Everything stays as clients see it now." in told(answer)
    assert "This is being checked" not in answer.content.decode()


def test_everything_else_of_a_public_profile_is_public_at_once(moderator: User) -> None:
    specialist = make_public(moderator)
    client = client_of(specialist)
    answer = client.post(PRICES, {**filled(client, PRICES), "price_min": "60"}, follow=True)
    assert "Clients see it at once." in told(answer)
    assert now(specialist).price_min == 60
    answer = client.post(ENGLISH, text_data(story="Said anew."), follow=True)
    assert "Clients see it at once." in told(answer)
    assert "Said anew." in Client().get(f"/en/specialists/{specialist.slug}/").content.decode()


def test_whoever_saves_while_a_moderator_approves_is_told_so(moderator: User) -> None:
    specialist = make_submitted()
    client = client_of(specialist)
    data = filled(client, ABOUT)
    approve(specialist, moderator)
    answer = client.post(ABOUT, {**data, "name": "Vera Muster"}, follow=True)
    assert "The moderators have decided in the meantime. Your profile is public now." in told(answer)
    assert "until then clients see the old version" in told(answer)
    assert now(specialist).name == "Vera Example"


def test_whoever_takes_back_what_a_moderator_has_just_approved_is_told_so(moderator: User) -> None:
    specialist = make_public(moderator)
    answer = client_of(specialist).post(WITHDRAW, {"state": "submitted"}, follow=True)
    assert "Your profile is public now." in told(answer)
    assert now(specialist).state == "published"


def test_whoever_sends_in_what_was_just_approved_is_told_so(moderator: User) -> None:
    specialist = make_public(moderator)
    answer = client_of(specialist).post(SUBMIT, follow=True)
    assert "Your profile is public now." in told(answer)


def test_links_lead_to_joining(client: Client) -> None:
    client.force_login(UserFactory())
    assert JOIN in client.get("/en/account/").content.decode()


def test_one_says_which_part_of_a_tall_photo_is_kept() -> None:
    """Red above, blue below: the middle has both, the top is red alone."""
    tall = Image.new("RGB", (400, 1200), "blue")
    tall.paste("red", (0, 0, 400, 600))
    bottoms = {}
    for crop in CROPS:
        file = io.BytesIO()
        tall.save(file, "PNG")
        file.seek(0)
        square = Image.open(make_portrait(file, crop=crop))
        assert square.size == (400, 400)
        red, _green, blue = square.convert("RGB").getpixel((200, 390))
        bottoms[crop] = "red" if red > blue else "blue"
    assert bottoms == {"face": "blue", "top": "red", "middle": "blue"}
