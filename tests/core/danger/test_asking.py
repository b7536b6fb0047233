"""Help first, wherever somebody types: on the page itself, and on the one that a form leads to."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.urls import reverse

from core.danger import HARMLESS, KINDS, LIFE, OVERDOSE, VIOLENCE
from core.danger.asking import COOKIE, danger_of, typed
from core.models import DangerPhrase
from tests.factories.accounts import UserFactory
from tests.factories.people import log_in_to_cms, make_editor

pytestmark = pytest.mark.django_db


def post(**fields: Any) -> str:
    return danger_of(RequestFactory().post("/en/anywhere/", fields))


def test_every_field_of_every_form_is_asked_on_the_whole_text() -> None:
    assert post(note="x " * 300 + "I want to kill myself") == LIFE
    assert post(topic="work", answer_17="he beats me") == VIOLENCE
    assert post(name="Mordechai Kmetz", note="sleep") == ""
    assert post(answers=["sleep", "I took too many pills"]) == OVERDOSE


def test_secrets_addresses_and_the_cms_are_left_alone() -> None:
    request = RequestFactory().post(
        "/", {"password": "kms", "csrfmiddlewaretoken": "kms", "email": "kms@example.org"}
    )
    assert list(typed(request)) == []
    assert danger_of(RequestFactory().post("/cms/pages/1/edit/", {"body": "suicide"})) == ""


def test_nothing_typed_costs_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        danger_of(RequestFactory().get("/en/"))
    with django_assert_num_queries(1):
        danger_of(RequestFactory().get("/en/", {"q": "sleep"}))


def test_a_search_is_asked_before_it_is_cut() -> None:
    assert danger_of(RequestFactory().get("/", {"q": "a" * 100 + " " + "b " * 100 + "i want to die"})) == LIFE


def test_a_change_of_the_team_holds_at_once() -> None:
    assert danger_of(RequestFactory().get("/", {"q": "suicide squad"})) == LIFE
    phrase = DangerPhrase.objects.create(phrase="suicide squad", kind=HARMLESS)
    assert danger_of(RequestFactory().get("/", {"q": "suicide squad"})) == ""
    DangerPhrase.objects.filter(pk=phrase.pk).update(is_on=False)
    assert danger_of(RequestFactory().get("/", {"q": "suicide squad"})) == LIFE


@pytest.mark.parametrize("phrase", ["(a|b", "x", "*", "...", "ab", "<self>", "()"])
def test_phrases_that_cannot_be_read_are_refused_in_the_cms(phrase: str) -> None:
    with pytest.raises(ValidationError):
        DangerPhrase(phrase=phrase, kind=LIFE).full_clean()


def test_a_form_shown_again_has_the_box_first_and_keeps_what_was_typed(client: Client) -> None:
    answer = client.post(reverse("account_login"), {"login": "I want to die", "password": "x"}, follow=True)
    page = answer.content.decode()
    main = page.split("<main", 1)[1]
    assert 'id="help-first"' in main
    assert main.index('id="help-first"') < main.index("<h1")
    assert "/help-now/" in main.split('id="help-first"')[1].split("</section>")[0]


def test_the_page_that_a_form_leads_to_shows_the_box_once(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    where = reverse("account_preferences")
    form = client.get(where).context["form"]
    data = {name: form.initial.get(name) or field.initial or "" for name, field in form.fields.items()}
    answer = client.post(where, data | {"display_name": "I want to die"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    kept = answer.cookies[COOKIE].value
    assert not any(word in f"{COOKIE} {kept}" for word in (*KINDS, "help", "danger")), (
        "others may see the device"
    )
    assert answer.cookies[COOKIE]["httponly"]
    after = client.get(answer["Location"])
    assert after.cookies[COOKIE].value == ""
    assert after.cookies[COOKIE]["max-age"] == 0
    assert 'id="help-first"' in after.content.decode()
    assert "private" in after["Cache-Control"]
    user.refresh_from_db()
    assert user.display_name == "I want to die", "nothing is blocked"
    assert 'id="help-first"' not in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("value", ["", "<script>", LIFE, "x" * 76, "é" * 76])
def test_a_cookie_with_something_else_in_it_shows_nothing(value: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = value
    assert danger_of(request) == ""


@pytest.mark.parametrize(("text", "said"), [("he beats me", "he beats me"), ("sleep", "Nothing fires")])
def test_editors_try_a_sentence(client: Client, text: str, said: str) -> None:
    log_in_to_cms(client, make_editor())
    page = client.post(reverse("try_danger"), {"text": text}).content.decode()
    assert said in page
