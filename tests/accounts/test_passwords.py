"""What a password may be, and how it is kept."""

from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, identify_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.hashers import OwaspArgon2PasswordHasher
from accounts.models import User
from accounts.passwords import MOST_CHARACTERS
from tests.accounts.ways_in import WRONG, is_logged_in, log_in, make_account

pytestmark = pytest.mark.django_db


def sign_up(client: Client, password: str, email: str = "noor@example.org") -> Any:
    return client.post(reverse("account_signup"), {"email": email, "password1": password})


def refused(client: Client, password: str, email: str = "noor@example.org") -> str:
    """Why, as the form says it."""
    response = sign_up(client, password, email)
    assert not User.objects.exists()
    return " ".join(response.context["form"].errors["password1"])


def test_passwords_are_hashed_with_argon2id_and_the_parameters_of_owasp(settings: Any) -> None:
    from config.settings import accounts

    settings.PASSWORD_HASHERS = accounts.PASSWORD_HASHERS
    user = make_account()
    assert user.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert isinstance(identify_hasher(user.password), OwaspArgon2PasswordHasher)


def test_a_hash_with_other_parameters_is_made_again_at_the_next_log_in(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["accounts.hashers.OwaspArgon2PasswordHasher"]
    user = make_account()
    user.password = Argon2PasswordHasher().encode("calm-water-flows-42", "some-salt-of-22-letters")
    user.save()
    assert ",p=8$" in user.password
    assert user.check_password("calm-water-flows-42")
    user.refresh_from_db()
    assert "m=19456,t=2,p=1$" in user.password


@pytest.mark.parametrize(
    "password",
    [
        "x1" * 32,  # 64
        "a sentence with spaces, longer than what anybody remembers; and then some more of it " * 3,
        " starts and ends with a space ",
        "пароль-із-дванадцяти-літер",
        "كلمة سر طويلة جدا للتجربة",
        "🌊🌿🌙🌸⭐🌈🍃🌻🐚🪷",
        "y7" * (MOST_CHARACTERS // 2),
    ],
    ids=["64", "255", "spaces", "Ukrainian", "Arabic", "pictures", "the longest"],
)
def test_long_passwords_and_all_characters_are_welcome(client: Client, password: str) -> None:
    assert sign_up(client, password).status_code == 302
    user = User.objects.get()
    user.emailaddress_set.update(verified=True)  # type: ignore[attr-defined]
    other = Client()
    log_in(other, user.email, password)
    assert is_logged_in(other)
    assert not user.check_password(password.strip() + "?")


def test_a_password_that_is_too_long_is_refused_before_it_is_hashed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(User, "set_password", None)  # calling it would fail
    why = refused(client, "z9" * MOST_CHARACTERS)
    assert why == f"This password is too long. Please choose one of at most {MOST_CHARACTERS} characters."


def test_a_password_that_is_too_long_is_nobodys_at_the_log_in(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_account()
    monkeypatch.setattr(User, "check_password", None)
    for email in (user.email, "noon@example.org"):
        assert WRONG in log_in(client, email, "z9" * MOST_CHARACTERS).content.decode()


@pytest.mark.parametrize("password", ["1234567890", "qwertyuiop", "password123", "Football123", "iloveyou12"])
def test_a_common_password_is_refused_with_a_reason(client: Client, password: str) -> None:
    assert "too common" in refused(client, password)


@pytest.mark.parametrize("password", ["noor@example.org", "NOOR@Example.org", "noor@example.or"])
def test_a_password_like_the_address_is_refused_with_a_reason(client: Client, password: str) -> None:
    assert "too similar to the e-mail address" in refused(client, password)


def test_a_short_password_is_refused_with_a_reason(client: Client) -> None:
    assert "at least 10 characters" in refused(client, "sk8-w4ter")


def test_a_password_like_the_name_is_refused_in_words_that_people_know() -> None:
    with pytest.raises(ValidationError, match="too similar to the display name"):
        validate_password("Noor-Beispiel", User(email="n@example.org", display_name="Noor Beispiel"))


@pytest.mark.parametrize(
    "password",
    ["1qaz2wsx3edc", "passwordpassword", "PasswordPassword", " passwordpassword ", "iloveyou123456"],
)
def test_passwords_from_known_breaches_are_refused_and_nothing_leaves_the_machine(
    client: Client, password: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_password(password)
    assert "password_breached" in {error.code for error in refusal.value.error_list}
    assert "stolen passwords" in refused(client, password)


def test_a_long_password_of_ones_own_is_on_no_list() -> None:
    validate_password("seven herons over the grey lake")
