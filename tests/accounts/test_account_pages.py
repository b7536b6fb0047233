"""The account from inside: every page in every language, and what one changes there."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language_info

from accounts import overview, sessions
from accounts.models import User
from booking import emails
from booking.models import Booking
from core.models import Outbox
from dev.demo import SECRET
from directory.models import Specialist
from tests.accounts.account_pages import LONG_NAME, log_in
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory, ScheduleFactory
from tests.factories.content import LANGUAGES
from tests.factories.directory import SpecialistFactory
from tests.factories.people import make_editor, make_moderator
from tests.page_checks import (
    STRICT,
    dangling_references,
    doubled_ids,
    inline_code,
    levels_in_order,
    policy_of,
)

pytestmark = pytest.mark.django_db

# Pages by the name of their address; those of a passkey need one.
PAGES = [
    "account_home",
    "account_preferences",
    "account_email",
    "account_change_password",
    "usersessions_list",
    "mfa_index",
    "mfa_deactivate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
]


@pytest.fixture
def person() -> User:
    """A client with a long name, a verified address and an app for codes."""
    return with_app(UserFactory(display_name=LONG_NAME, time_zone="Asia/Calcutta"))


def with_app(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    totp.TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def add_passkey(user: User, name: str = "My telephone") -> Authenticator:
    """A passkey as the table has it; no device knows it."""
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": {}}
    )


def page_of(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def path(name: str, language: str = "en", **kwargs: Any) -> str:
    with translation.override(language):
        return reverse(name, kwargs=kwargs)


def faults(page: BeautifulSoup) -> list[str]:
    """What is wrong with a page, whatever it says."""
    return [*levels_in_order(page), *inline_code(page), *doubled_ids(page), *dangling_references(page)]


# --- Every page ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_account_is_sound(client: Client, person: User, language: str, name: str) -> None:
    log_in(client, person)
    response = client.get(path(name, language))
    page = page_of(response)
    assert response.status_code == 200
    assert (page.html["lang"], page.html["dir"]) == (
        language,
        "rtl" if get_language_info(language)["bidi"] else "ltr",
    )
    assert faults(page) == []
    assert policy_of(response) >= STRICT.items()
    assert len(page.select(".account__nav [aria-current=page]")) == 1
    assert page.find("meta", {"name": "robots"})["content"] == "noindex"


@pytest.mark.parametrize("name", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_the_pages_of_a_passkey_are_sound_and_its_owners_alone(
    client: Client, person: User, name: str
) -> None:
    own, other = add_passkey(person, "My <b>key</b>"), add_passkey(UserFactory())
    log_in(client, person)
    assert faults(page_of(client.get(path(name, pk=own.pk)))) == []
    assert client.get(path(name, pk=other.pk)).status_code == 404


@pytest.mark.parametrize("name", ["mfa_activate_totp", "account_set_password"])
def test_the_pages_of_somebody_without_app_or_password_are_sound(client: Client, name: str) -> None:
    user = UserFactory(password=None)
    user.set_unusable_password()
    user.save()
    page = page_of(log_in(client, user).get(path(name)))
    assert faults(page) == []
    assert page.find("form", action=path(name))


def test_strangers_are_told_why_or_asked_to_log_in(client: Client) -> None:
    for name in PAGES:
        response = client.get(path(name), follow=True)
        assert "account/login" in response.request["PATH_INFO"] or "Log in to see your account" in str(
            response.content
        ), name


# --- What waits ---------------------------------------------------------------------------------------------------


def test_the_header_tells_how_many_things_wait_and_nothing_when_none_do(client: Client, person: User) -> None:
    log_in(client, person)
    assert page_of(client.get(path("account_home"))).select("header .count") == []
    for hours in (2, 5, 40):
        BookingFactory(client=person, starts_at=timezone.now() + timedelta(hours=hours))
    page = page_of(client.get(path("account_preferences")))
    numbers = page.select("header .count")
    assert [number.text for number in numbers] == ["2", "2"]  # the bar's link and the menu's
    assert all(number["aria-hidden"] == "true" for number in numbers)
    assert "2 things are waiting" in page.header.text
    home = page_of(client.get(path("account_home")))
    assert "2 free consultations in the next 24 hours" in home.main.text


def test_the_header_asks_nothing_for_strangers_and_one_query_for_a_client(
    client: Client, person: User
) -> None:
    def asked() -> list[str]:
        client.get(path("account_signup" if "_auth_user_id" not in client.session else "account_preferences"))
        with CaptureQueriesContext(connection) as queries:
            client.get(
                path("account_signup" if "_auth_user_id" not in client.session else "account_preferences")
            )
        return [query["sql"] for query in queries if "booking_booking" in query["sql"]]

    assert asked() == []
    log_in(client, person)
    assert len(asked()) == 1


def test_a_specialist_sees_requests_consultations_and_how_the_profile_stands(client: Client) -> None:
    user = UserFactory()
    specialist = SpecialistFactory(user=user, state=Specialist.State.PAUSED)
    schedule = ScheduleFactory(specialist=specialist)
    BookingFactory(
        schedule=schedule, status=Booking.Status.REQUESTED, starts_at=timezone.now() + timedelta(days=3)
    )
    BookingFactory(schedule=schedule, starts_at=timezone.now() + timedelta(hours=3))
    text = page_of(log_in(client, user).get(path("account_home"))).main.get_text(" ", strip=True)
    assert "1 request waits for your answer" in text
    assert "1 free consultation in the next 24 hours" in text
    assert "not confirmed yet" in text
    assert "It is paused: nobody else sees it." in text


def test_apps_register_their_sections_of_the_first_page_and_what_rests(client: Client, person: User) -> None:
    log_in(client, person)
    page = page_of(client.get(path("account_home"))).main
    titles = [title.get_text() for title in page.find_all("h2")]
    assert titles[:3] == ["Waiting for you", "Coming up", "Are you a specialist yourself?"]
    text = page_of(client.get(path("account_data"))).main.get_text(" ", strip=True)
    assert "nobody can book you. After that there is no way back." in text
    assert [section.order for section in overview.sections()] == [100, 200]


def test_the_templates_of_the_account_load_the_tags_of_no_app_above_it() -> None:
    above = {"article_tags", "booking", "directory_tags"}
    for template in (settings.BASE_DIR / "templates" / "account").glob("*.html"):
        text = template.read_text()
        loaded = {name for tags in re.findall(r"{% load ([^%]+) %}", text) for name in tags.split()}
        assert not loaded & above, template
        assert "pages/" not in text, template


def test_moderators_see_profiles_to_check_and_editors_do_not(client: Client) -> None:
    SpecialistFactory(state=Specialist.State.SUBMITTED)
    home = path("account_home")
    page = page_of(log_in(client, make_moderator()).get(home))
    (link,) = page.select(".account__page .ways a")
    assert "1 specialist’s profile to check" in link.text
    assert client.get(link["href"]).status_code == 200
    page = page_of(log_in(Client(), make_editor()).get(home))
    assert "to check" not in page.main.text
    assert page.main.find("a", href="/cms/")


# --- Settings -----------------------------------------------------------------------------------------------------


def test_settings_are_saved_and_the_page_goes_on_in_the_chosen_language(client: Client, person: User) -> None:
    log_in(client, person)
    response = client.post(
        path("account_preferences"),
        {"display_name": "No\u202eor", "language": "uk", "time_zone": "Europe/Kyiv"},
    )
    assert response["Location"] == path("account_preferences", "uk")
    person.refresh_from_db()
    assert (person.display_name, person.language, person.time_zone) == ("Noor", "uk", "Europe/Kyiv")


@pytest.mark.parametrize(
    ("had", "shown", "kept"),
    [
        ("Asia/Calcutta", "Kolkata, India", "Asia/Kolkata"),
        ("Europe/Kyiv", "Kyiv, Ukraine", "Europe/Kyiv"),
        ("Etc/GMT+2", "Etc/GMT+2", "Etc/GMT+2"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_the_time_zone_is_shown_as_a_city_and_stays_when_saved(
    client: Client, person: User, had: str, shown: str, kept: str
) -> None:
    User.objects.filter(pk=person.pk).update(time_zone=had)
    page = page_of(log_in(client, person).get(path("account_preferences")))
    assert page.select_one("#id_time_zone")["value"] == shown
    form = {"display_name": "", "language": "en", "time_zone": shown}
    assert client.post(path("account_preferences"), form).status_code == 302
    person.refresh_from_db()
    assert person.time_zone == kept


def test_an_unknown_city_in_the_settings_is_said_with_the_nearest(client: Client, person: User) -> None:
    form = {"display_name": "", "language": "en", "time_zone": "Berln"}
    response = log_in(client, person).post(path("account_preferences"), form)
    assert response.status_code == 422
    assert "Did you mean one of these? Berlin, Germany" in page_of(response).get_text()
    assert page_of(response).select_one("#id_time_zone")["value"] == "Berln"


def test_after_log_in_the_account_speaks_its_owners_language(client: Client) -> None:
    user = UserFactory(language="ar")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    response = client.post(path("account_login"), {"login": user.email, "password": "password"})
    assert response["Location"] == path("account_home", "ar")


def test_the_devices_time_zone_is_offered_until_there_is_an_answer(client: Client) -> None:
    user = UserFactory()
    log_in(client, user)

    def offer() -> Any:
        return page_of(client.get(path("account_home"))).select_one("[data-own-zone]")

    assert offer().has_attr("hidden")  # the script shows it
    client.post(path("account_take_zone"), {"time_zone": "nowhere"})
    assert offer()
    client.post(path("account_take_zone"), {"time_zone": "Europe/Kyiv", "keep": "1"})
    assert offer() is None
    assert User.objects.get(pk=user.pk).time_zone == "UTC"
    client.post(path("account_take_zone"), {"time_zone": "Europe/Kiev"})  # as Chromium calls it
    assert User.objects.get(pk=user.pk).time_zone == "Europe/Kyiv"


def test_only_specialists_are_asked_about_mails_of_bookings_and_those_muted_get_none(client: Client) -> None:
    user = UserFactory()
    log_in(client, user)
    assert client.get(path("account_preferences")).context["form"].fields.get("wanted") is None
    schedule = ScheduleFactory(specialist=SpecialistFactory(user=user))
    booking = BookingFactory(schedule=schedule, starts_at=timezone.now() + timedelta(days=1))
    emails.tell_specialist(booking)
    assert Outbox.objects.count() == 1
    form = {"display_name": "", "language": "en", "time_zone": "UTC"}
    client.post(path("account_preferences"), form)  # nothing ticked
    booking.schedule.specialist.user.refresh_from_db()
    emails.tell_specialist_cancelled(booking, "client")
    assert Outbox.objects.count() == 1
    client.post(path("account_preferences"), {**form, "wanted": ["specialist_bookings"]})
    booking.schedule.specialist.user.refresh_from_db()
    emails.tell_specialist_cancelled(booking, "client")
    assert Outbox.objects.count() == 2


# --- Password and address -----------------------------------------------------------------------------------------


def test_a_new_password_needs_the_present_one_and_ends_other_sessions(client: Client) -> None:
    user = UserFactory()
    other = Client()
    log_in(client, user)
    log_in(other, user)
    url = path("account_change_password")
    wrong = client.post(url, {"oldpassword": "wrong", "password1": "calm-water-43-stones"})
    assert "This isn’t your current password." in wrong.content.decode()
    client.post(url, {"oldpassword": "password", "password1": "calm-water-43-stones"})
    user.refresh_from_db()
    assert user.check_password("calm-water-43-stones")
    assert client.get(path("account_preferences")).status_code == 200
    assert "Log in to see your account" in other.get(path("account_preferences")).content.decode()


def test_a_new_address_waits_for_its_code_and_can_be_let_go(client: Client, person: User) -> None:
    log_in(client, person)
    before = person.email
    same = client.post(path("account_email"), {"email": before.upper(), "action_add": "1"})
    assert "This is your address already." in same.content.decode()
    client.post(path("account_email"), {"email": "New@Example.org", "action_add": "1"})
    assert "new@example.org" in page_of(client.get(path("account_email"))).main.text
    client.post(path("account_email"), {"action_cancel": "1"})
    assert "new@example.org" not in page_of(client.get(path("account_email"))).main.text
    client.post(path("account_email"), {"email": "newer@example.org", "action_add": "1"})
    code = client.session["account_email_verification_code"]["code"]
    response = client.post(path("account_email_verification_sent"), {"code": code})
    assert response["Location"] == path("account_email")
    person.refresh_from_db()
    assert person.email == "newer@example.org"
    assert [row.recipients for row in Outbox.objects.filter(recipients__contains=[before])] == [[before]]


# --- Sessions -----------------------------------------------------------------------------------------------------


def devices(user: User, number: int) -> list[Client]:
    return [log_in(Client(), user) for _one in range(number)]


def is_in(client: Client) -> bool:
    return "Log in to see your account" not in client.get(path("account_home")).content.decode()


def test_devices_are_told_in_words_and_this_one_is_marked() -> None:
    first, _second = devices(UserFactory(), 2)
    page = page_of(first.get(path("usersessions_list")))
    titles = [item.get_text(" ", strip=True) for item in page.select(".rows-of__title")]
    assert titles == ["Firefox on Windows this device", "Firefox on Windows"]


def test_one_device_or_all_others_can_be_logged_out() -> None:
    user = UserFactory()
    first, second, third, fourth = devices(user, 4)
    row = UserSession.objects.get(session_key=second.session.session_key)
    first.post(path("account_end_session", pk=row.pk))
    assert [is_in(one) for one in (first, second, third, fourth)] == [True, False, True, True]
    first.post(path("usersessions_list"))
    assert [is_in(one) for one in (first, second, third, fourth)] == [True, False, False, False]


def test_nobody_ends_others_sessions_and_a_link_ends_none() -> None:
    (mine,), (theirs,) = devices(UserFactory(), 1), devices(UserFactory(), 1)
    row = UserSession.objects.get(session_key=theirs.session.session_key)
    address = path("account_end_session", pk=row.pk)
    assert mine.post(address).status_code == 404
    assert theirs.get(address).status_code == 405
    assert is_in(theirs)


def test_the_last_use_is_noted_once_a_minute_without_a_query_in_between(client: Client) -> None:
    log_in(client, UserFactory())
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(hours=1))
    with CaptureQueriesContext(connection) as asked:
        client.get(path("account_preferences"))
    assert not [query for query in asked if "usersession" in query["sql"] or "UPDATE" in query["sql"]]
    session = client.session
    session[sessions.SEEN] -= sessions.NOTED
    session.save()
    client.get(path("account_preferences"))
    assert timezone.now() - UserSession.objects.get().last_seen_at < timedelta(minutes=1)


# --- Second factor ------------------------------------------------------------------------------------------------


def test_an_app_is_set_up_and_recovery_codes_follow(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    # A test's transaction is never committed, and capturing would run what follows after the request.
    monkeypatch.setattr(transaction, "on_commit", lambda function, **_kwargs: function())
    editor = make_editor()
    EmailAddress.objects.create(user=editor, email=editor.email, verified=True, primary=True)
    log_in(client, editor, method="password")
    assert client.get("/cms/")["Location"] == path("mfa_index")
    assert "Set up a second factor to go on" in client.get(path("mfa_index")).content.decode()
    page = page_of(client.get(path("mfa_activate_totp")))
    assert page.select(".account__nav") == []
    secret = page.select_one(".secret").text.replace(" ", "")
    wrong = client.post(path("mfa_activate_totp"), {"code": "0"})
    assert "This code is not right" in wrong.content.decode()
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    response = client.post(path("mfa_activate_totp"), {"code": code})
    assert response["Location"] == path("mfa_view_recovery_codes")
    page = page_of(client.get(response["Location"]))
    assert len(page.select(".codes li")) == 10
    assert page.main.find("a", href="/cms/")
    assert client.get("/cms/").status_code == 200


def test_whoever_knows_a_password_alone_adds_no_factor_beside_the_owners(client: Client) -> None:
    """A session from before the factor was added, and a new log-in, show it before anything else."""
    editor = with_app(make_editor())
    log_in(client, editor, method="password")
    for name in ("mfa_index", "mfa_add_webauthn", "mfa_view_recovery_codes", "account_home"):
        assert client.get(path(name))["Location"].startswith(path("mfa_reauthenticate")), name


def test_staff_keep_their_last_factor_and_others_need_not(client: Client) -> None:
    editor = with_app(make_editor())
    log_in(client, editor)
    off = path("mfa_deactivate_totp")
    page = page_of(client.get(off))
    assert "needs a second factor" in page.main.text
    assert page.main.find("form") is None
    client.post(off)
    assert Authenticator.objects.filter(user=editor, type=Authenticator.Type.TOTP).exists()
    passkey = add_passkey(editor)
    client.post(off)
    assert not Authenticator.objects.filter(user=editor, type=Authenticator.Type.TOTP).exists()
    remove = path("mfa_remove_webauthn", pk=passkey.pk)
    assert "needs a second factor" in client.get(remove).content.decode()
    client.post(remove)
    assert Authenticator.objects.filter(pk=passkey.pk).exists()

    somebody = with_app(UserFactory())
    log_in(client, somebody).post(off)
    assert not Authenticator.objects.filter(user=somebody).exists()


def test_a_passkey_is_asked_for_that_logs_in_by_itself(client: Client, person: User) -> None:
    page = page_of(log_in(client, person).get(path("mfa_add_webauthn")))
    form = page.select_one("form[data-passkey=create]")
    options = page.find(id=form["data-passkey-options"])
    assert '"residentKey": "required"' in options.text
    assert form.select_one("[data-passkey-error]").has_attr("hidden")
    assert form.find("input", {"name": "credential", "type": "hidden"})
    assert settings.MFA_TOTP_ISSUER in options.text


def test_a_passkey_gets_another_name_without_invisible_characters(client: Client, person: User) -> None:
    passkey = add_passkey(person)
    log_in(client, person)
    client.post(path("mfa_edit_webauthn", pk=passkey.pk), {"name": "  The\u200b blue   key "})
    passkey.refresh_from_db()
    assert passkey.data["name"] == "The blue key"
