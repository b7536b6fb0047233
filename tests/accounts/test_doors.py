"""There is one way in. Ids: docs/rules/security.md, A."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.forms.collections import CollectionViewRestrictionForm
from wagtail.admin.forms.pages import PageViewRestrictionForm
from wagtail.models import CollectionViewRestriction, Page, PageViewRestriction

from accounts.middleware import ENROLMENT, SHOWING
from accounts.models import User
from tests.accounts.addresses import Address, every_address
from tests.accounts.ways_in import (
    PASSWORD,
    add_totp,
    code_in_mail_to,
    link_in_mail_to,
    log_in,
    make_account,
    new_ip,
    text_of_last_mail_to,
    totp_code,
)
from tests.factories.people import make_administrator, make_editor, make_moderator, make_translator

pytestmark = pytest.mark.django_db

OURS = ("allauth.", "accounts.")
# What a view that lets people in, or changes how they get in, is called, wherever it comes from.
DOORS = re.compile(
    r"django\.contrib\.auth\.|log_?in|log_?on|sign_?in|authenticat|password|token|"
    r"wagtail\.admin\.views\.account\.(?!AccountView|LogoutView)",
    re.IGNORECASE,
)


def other_doors() -> list[Address]:
    """Every log-in-like address that isn't allauth's own view."""
    return [
        one
        for one in every_address()
        if DOORS.search(f"{one.name} {one.door}") and not one.door.startswith(OURS)
    ]


def is_shut(client: Client, response: Any) -> bool:
    """Whether the answer is that there is nothing, in whichever language, or leads to the one log-in page."""
    location = response.get("Location", "")
    if location.startswith("/en/") and not location.startswith(reverse("account_login")):
        response = client.get(location)
    return response.status_code == 404 or location.startswith(reverse("account_login"))


# --- 1, 2, 5: one door ------------------------------------------------------------------------------------------


def test_A1_A2_A5_every_other_door_is_shut(client: Client) -> None:
    doors = other_doors()
    found = {one.door for one in doors}
    assert {  # the search finds what is known to be there
        "wagtail.admin.views.account.LoginView",
        "wagtail.admin.views.account.PasswordResetView",
        "django.contrib.auth.views.LoginView",
        "wagtail.views.authenticate_with_password",
    } <= found
    user = make_account(is_superuser=True)
    add_totp(user)
    names = {"username": user.email, "login": user.email, "email": user.email, "password": PASSWORD}
    for door in doors:
        for response in (client.get(door.path), client.post(door.path, names)):
            assert is_shut(client, response), door
            assert client.get("/cms/").status_code == 302, door
            assert client.get("/cms/")["Location"].startswith("/cms/login/"), door
    assert not Session.objects.exists()


def test_A1_djangos_admin_is_not_there() -> None:
    assert not apps.is_installed("django.contrib.admin")
    assert not [one for one in every_address() if one.view.__module__.startswith("django.contrib.admin")]


def test_A1_the_one_door_asks_for_the_second_factor(client: Client) -> None:
    user = make_account(is_superuser=True)
    secret = add_totp(user)
    assert log_in(client, user.email)["Location"] == reverse("mfa_authenticate")
    assert client.get("/cms/")["Location"].startswith("/cms/login/")
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    assert client.get("/cms/").status_code == 200


def test_A1_a_code_by_mail_replaces_the_password_and_not_the_second_factor(client: Client) -> None:
    user = make_account()
    add_totp(user)
    client.post(reverse("account_request_login_code"), {"email": user.email})
    response = client.post(reverse("account_confirm_login_code"), {"code": code_in_mail_to(user.email)})
    assert response["Location"] == reverse("mfa_authenticate")
    assert not client.get(reverse("account_home")).wsgi_request.user.is_authenticated


def test_A1_a_new_password_logs_nobody_in(client: Client) -> None:
    user = make_account()
    add_totp(user)
    client.post(reverse("account_reset_password"), {"email": user.email})
    form = client.get(link_in_mail_to(user.email))["Location"]
    client.post(form, {"password1": "another-calm-water-7", "password2": "another-calm-water-7"})
    user.refresh_from_db()
    assert user.check_password("another-calm-water-7")
    assert not client.get(reverse("account_home")).wsgi_request.user.is_authenticated


def test_A3_nobody_can_set_a_password_on_a_page_or_a_collection() -> None:
    for form in (
        PageViewRestrictionForm(instance=PageViewRestriction()),
        CollectionViewRestrictionForm(instance=CollectionViewRestriction()),
    ):
        assert "password" not in form.fields
        offered = [value for value, _label in form.fields["restriction_type"].choices]
        assert PageViewRestriction.PASSWORD not in offered


def test_A3_a_password_that_was_set_anyway_opens_nothing(client: Client) -> None:
    page = Page.objects.get(depth=2)
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.PASSWORD, password=PASSWORD
    )
    door = reverse("wagtailcore_authenticate_with_password", args=[restriction.pk, page.pk])
    assert is_shut(client, client.post(door, {"password": PASSWORD, "return_url": "/"}))
    assert not Session.objects.exists()  # where Wagtail notes what was opened


def test_A17_the_cms_changes_no_address_and_no_password(client: Client) -> None:
    user = make_account(is_superuser=True)
    secret = add_totp(user)
    log_in(client, user.email)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    page = client.get("/cms/account/")
    assert page.status_code == 200
    assert not re.findall(r'name="[\w-]*-(?:email|[\w-]*password)[\w-]*"', page.content.decode())
    before = User.objects.values().get()
    client.post(
        "/cms/account/", {"name_email-email": "other@example.org", "password-new_password1": "x" * 12}
    )
    assert User.objects.values().get() == before


# --- 11: only to our own paths ----------------------------------------------------------------------------------

EVIL = [
    "//evil.com",
    "///evil.com",
    "https:evil.com",
    "https:///evil.com",
    "http:///evil.com",
    "https://evil.com/",
    "/\\evil.com",
    "\\\\evil.com",
    "\t//evil.com",
    " //evil.com",
    "/\t/evil.com",
    "\x00//evil.com",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,x",
    "https://testserver@evil.com/",
    "https://testserver.evil.com/",
    "http://[::1",
    "ftp://testserver/",
]


def stays_here(response: Any) -> bool:
    """Whether a redirect leads to a path of this site; other answers lead nowhere."""
    location = response.get("Location", "/")
    return bool(re.match(r"/(?![/\\])[^\\\x00-\x20]*$", location))


@pytest.mark.parametrize("evil", EVIL)
def test_A11_no_door_leads_to_another_site(client: Client, evil: str) -> None:
    user = make_account()
    closed = [
        reverse(name)
        for name in (
            "account_login",
            "account_signup",
            "account_request_login_code",
            "account_reset_password",
            "cms_login",
            "account_home",
        )
    ] + [door.path for door in other_doors()]
    for path in closed:  # for strangers
        query = {"next": evil, "return_url": evil}
        for response in (client.get(path, query), client.post(path, query, REMOTE_ADDR=new_ip())):
            assert response.status_code < 500, path
            assert stays_here(response), path
    assert stays_here(log_in(client, user.email, next=evil, remember=True))
    assert stays_here(client.post(reverse("account_login"), {"next": evil, "login": user.email}))
    for name in ("account_login", "account_signup", "account_logout", "account_reauthenticate"):
        assert stays_here(client.get(reverse(name), {"next": evil})), name
    assert stays_here(client.post(reverse("account_reauthenticate"), {"next": evil, "password": PASSWORD}))
    assert stays_here(client.post(reverse("account_logout"), {"next": evil}))


@pytest.mark.parametrize("evil", EVIL)
def test_A11_logging_in_with_the_form_or_a_code_leads_to_no_other_site(client: Client, evil: str) -> None:
    user = make_account()
    ours = reverse("account_preferences")
    for wanted, reached in ((evil, reverse("account_home")), (ours, ours)):
        response = client.post(
            f"{reverse('account_login')}", {"login": user.email, "password": PASSWORD, "next": wanted}
        )
        assert response["Location"] == reached
        client.post(reverse("account_logout"))
        client.post(reverse("account_request_login_code"), {"email": user.email, "next": wanted})
        response = client.post(
            reverse("account_confirm_login_code"), {"code": code_in_mail_to(user.email), "next": wanted}
        )
        assert response["Location"] == reached
        client.post(reverse("account_logout"))


def test_A11_the_second_factor_is_asked_for_on_the_way_to_our_own_paths_alone(client: Client) -> None:
    user = make_account()
    secret = add_totp(user)
    for evil in EVIL[:3]:
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": evil})
        response = client.post(reverse("mfa_authenticate"), {"code": totp_code(secret), "next": evil})
        assert stays_here(response)
        client.post(reverse("account_logout"))


def test_A11_languages_are_switched_by_links_and_there_is_no_view_that_sends_people_on() -> None:
    assert not [one for one in every_address() if "set_language" in one.door]


# --- 14: the link for a new password ----------------------------------------------------------------------------

NEW = "another-calm-water-7"


@pytest.fixture
def asked(client: Client) -> str:
    """The link in the mail to noor@example.org, who has asked for a new password."""
    user = make_account()
    client.post(reverse("account_reset_password"), {"email": user.email})
    return link_in_mail_to(user.email)


def set_password(client: Client, link: str) -> Any:
    """Follow the link and send the form, as far as it gets."""
    response = client.get(link)
    if response.status_code == 302:
        response = client.post(response["Location"], {"password1": NEW, "password2": NEW})
    return response


def changed() -> bool:
    return User.objects.get().check_password(NEW)


def test_A14_the_link_works_once(client: Client, asked: str) -> None:
    set_password(client, asked)
    assert changed()
    page = Client().get(asked)
    assert page.status_code == 200  # and says so
    assert b'name="password1"' not in page.content


def test_A14_the_link_works_for_an_hour(client: Client, asked: str, time_machine: Any) -> None:
    time_machine.move_to(timezone.now() + timedelta(minutes=59))
    assert client.get(asked).status_code == 302
    time_machine.move_to(timezone.now() + timedelta(minutes=2))
    set_password(client, asked)
    assert not changed()


def test_A14_the_form_too_is_good_for_an_hour(client: Client, asked: str, time_machine: Any) -> None:
    form = client.get(asked)["Location"]
    time_machine.move_to(timezone.now() + timedelta(minutes=61))
    client.post(form, {"password1": NEW, "password2": NEW})
    assert not changed()


def test_A14_the_link_is_dead_after_a_change_of_address(client: Client, asked: str) -> None:
    user = User.objects.get()
    user.email = "noor@example.net"
    user.save()
    user.emailaddress_set.update(email=user.email)  # type: ignore[attr-defined]
    set_password(client, asked)
    assert not changed()


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_A14_links_lead_to_our_own_site_whatever_the_host_header(
    client: Client, header: str, settings: Any
) -> None:
    user = make_account()
    path = reverse("account_reset_password")
    answer = client.post(path, {"email": user.email}, **{header: "evil.com"})  # type: ignore[arg-type]
    assert answer.status_code == (400 if header == "HTTP_HOST" else 302)
    client.post(path, {"email": user.email}, HTTP_HOST="localhost:666")  # allowed, and not what people type
    text = text_of_last_mail_to(user.email)
    assert f"{settings.SITE_URL}/en/account/password/reset/key/" in text
    assert "evil.com" not in text
    assert ":666" not in text


def test_A14_the_key_leaves_the_address_before_anything_else_is_loaded(client: Client, asked: str) -> None:
    moved = client.get(asked)
    assert moved.content == b""
    form = client.get(moved["Location"])
    key = asked.rstrip("/").split("-", 1)[1]
    assert key not in moved["Location"]
    assert key not in form.content.decode()
    assert moved["Referrer-Policy"] == form["Referrer-Policy"] == "same-origin"


# --- 16: nothing without a second factor ------------------------------------------------------------------------

STAFF: dict[str, Callable[[], User]] = {
    "administrator": make_administrator,
    "editor": make_editor,
    "moderator": make_moderator,
    "translator": make_translator,
}
WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)


def behind_the_factor() -> list[Address]:
    """Every address of the CMS and of the account."""
    return [
        one
        for one in every_address()
        if one.path.startswith(("/cms/", reverse("account_home"))) and one.path != "/cms/login/"
    ]


def does_nothing(client: Client, path: str, method: str, **headers: str) -> Any:
    """Ask, and see that nothing but the session was written."""
    with CaptureQueriesContext(connection) as asked:
        response = getattr(client, method)(path, **headers)
    kept = ("django_session", "usersessions_usersession")  # when it was last used
    written = [
        one["sql"]
        for one in asked
        if WRITES.match(one["sql"]) and not any(table in one["sql"] for table in kept)
    ]
    assert written == [], path
    return response


BY_SCRIPT = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest", "HTTP_ACCEPT": "application/json"}


@pytest.mark.parametrize(
    ("role", "headers"),
    list(product(STAFF, [{}, BY_SCRIPT])),
    ids=lambda value: value if isinstance(value, str) else "by script" if value else "",
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_A16_staff_without_a_second_factor_reach_the_enrolment_and_nothing_else(
    client: Client, role: str, headers: dict[str, str], method: str
) -> None:
    client.force_login(STAFF[role]())
    addresses = behind_the_factor()
    assert len(addresses) > 300
    for one in addresses:
        if one.path.startswith("/en/account/") and one.name in ENROLMENT:
            continue
        response = does_nothing(client, one.path, method, **headers)
        assert (response.status_code, response.get("Location")) == (302, reverse("mfa_index")), one


@pytest.mark.parametrize("method", ["get", "post"])
def test_A16_a_session_that_has_not_shown_the_factor_is_asked_for_it(client: Client, method: str) -> None:
    """It could otherwise read the recovery codes, or add a factor of its own, with the password alone."""
    user = make_editor()
    client.force_login(user)
    add_totp(user)
    for one in behind_the_factor():
        if one.path.startswith("/en/account/") and one.name in SHOWING:
            continue
        response = does_nothing(client, one.path, method)
        assert response.status_code == 302, one
        assert response["Location"].startswith(f"{reverse('mfa_reauthenticate')}?next=%2F"), one


def test_A16_the_enrolment_opens_the_cms(client: Client) -> None:
    user = make_account(is_superuser=True)
    log_in(client, user.email)
    assert client.get("/cms/", follow=True).redirect_chain == [(reverse("mfa_index"), 302)]
    client.post(f"{reverse('account_reauthenticate')}?next=/", {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    with pytest.MonkeyPatch.context() as patch:  # the test's own transaction is never committed
        patch.setattr(transaction, "on_commit", lambda work: work())
        client.post(reverse("mfa_activate_totp"), {"code": totp_code(client.session["mfa.totp.secret"])})
    assert client.get("/cms/").status_code == 200


def test_A16_showing_the_factor_leads_back(client: Client) -> None:
    user = make_editor()
    client.force_login(user)
    secret = add_totp(user)
    ask = client.get("/cms/pages/?x=1")["Location"]
    assert client.post(ask, {"code": totp_code(secret)})["Location"] == "/cms/pages/?x=1"
    assert client.get("/cms/").status_code == 200


def test_A16_who_becomes_staff_while_logged_in_is_asked_too_in_the_cms_and_in_the_account(
    client: Client,
) -> None:
    user = make_account()
    log_in(client, user.email)
    assert client.get(reverse("account_home")).status_code == 200
    user.is_superuser = True
    user.save()
    for path in (reverse("account_email"), "/cms/"):
        assert client.get(path)["Location"] == reverse("mfa_index")


def test_A16_staff_keep_their_last_factor(client: Client) -> None:
    user = make_account(is_superuser=True)
    secret = add_totp(user)
    log_in(client, user.email)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    client.post(f"{reverse('account_reauthenticate')}?next=/", {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert user.authenticator_set.exists()  # type: ignore[attr-defined]
    assert client.get("/cms/").status_code == 200


def test_A16_a_factor_that_was_given_up_opens_nothing_to_who_becomes_staff_then(client: Client) -> None:
    user = make_account()
    secret = add_totp(user)
    log_in(client, user.email)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    client.post(f"{reverse('account_reauthenticate')}?next=/", {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert not user.authenticator_set.exists()  # type: ignore[attr-defined]
    User.objects.update(is_superuser=True)
    assert client.get("/cms/")["Location"] == reverse("mfa_index")


def test_A16_clients_need_no_second_factor(client: Client) -> None:
    user = make_account()
    assert log_in(client, user.email)["Location"] == reverse("account_home")
    assert client.get(reverse("account_home")).status_code == 200


# --- 17: another address ----------------------------------------------------------------------------------------


def test_A17_a_new_address_needs_the_password_and_a_code_and_the_old_one_is_told(client: Client) -> None:
    user = make_account()
    log_in(client, user.email)
    change = {"email": "noor@example.net", "action_add": ""}
    asked = client.post(reverse("account_email"), change)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert not user.emailaddress_set.filter(email=change["email"]).exists()  # type: ignore[attr-defined]
    client.post(asked["Location"], {"password": PASSWORD})  # goes on with what was sent
    confirm = reverse("account_email_verification_sent")
    if "account_email_verification_code" not in client.session:
        client.post(reverse("account_email"), change)
    client.post(confirm, {"code": "WRNG-CODE"})
    user.refresh_from_db()
    assert user.email == "noor@example.org"
    client.post(confirm, {"code": code_in_mail_to(change["email"])})
    user.refresh_from_db()
    assert user.email == change["email"]
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [  # type: ignore[attr-defined]
        (change["email"], True, True)
    ]
    told = text_of_last_mail_to("noor@example.org")
    assert "another e-mail address" in told
    assert change["email"] not in told  # whoever reads the old mailbox needn't know the new one


def test_A17_an_address_that_somebody_else_has_is_not_taken_and_not_told_apart(client: Client) -> None:
    make_account("taken@example.org")
    user = make_account()
    log_in(client, user.email)
    client.post(f"{reverse('account_reauthenticate')}?next=/", {"password": PASSWORD})
    answers = [
        client.post(reverse("account_email"), {"email": address, "action_add": ""})
        for address in ("taken@example.org", "freee@example.org")
    ]
    assert {(one.status_code, one["Location"]) for one in answers} == {
        (302, reverse("account_email_verification_sent"))
    }
    client.post(reverse("account_email"), {"email": "taken@example.org", "action_add": ""})
    user.refresh_from_db()
    assert user.email == "noor@example.org"
