"""What a stranger who types somebody's address gets of it: nothing, neither at once nor later."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import erasure
from accounts.models import User
from accounts.personal_data import Subject
from booking.models import Booking
from booking.personal_data import booked_by, typed_by
from core.mail.keys import address_key
from core.models import Outbox
from tests.accounts.ways_in import code_in_mail_to, is_logged_in, log_in
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory

pytestmark = pytest.mark.django_db

OWNER = "noor@example.org"
STRANGERS = "a stranger's long password"


def sign_up_as_somebody_else() -> User:
    """The stranger's part: an account under the owner's address, never confirmed."""
    Client().post(reverse("account_signup"), {"email": OWNER, "password1": STRANGERS})
    return User.objects.get(email=OWNER)


def test_a_password_set_before_the_owner_confirmed_the_address_opens_nothing() -> None:
    user = sign_up_as_somebody_else()
    owner = Client()
    owner.post(reverse("account_request_login_code"), {"email": OWNER})
    answer = owner.post(reverse("account_confirm_login_code"), {"code": code_in_mail_to(OWNER)})
    assert is_logged_in(owner)
    assert answer["Location"] == reverse("account_set_password")
    log_in(stranger := Client(), OWNER, STRANGERS)
    assert not is_logged_in(stranger)
    owner.post(reverse("account_set_password"), {"password1": "the owner's own password"})
    log_in(again := Client(), OWNER, "the owner's own password")
    assert is_logged_in(again)
    assert EmailAddress.objects.get(user=user).verified


def test_who_confirms_at_signing_up_keeps_the_password() -> None:
    browser = Client()
    browser.post(reverse("account_signup"), {"email": OWNER, "password1": STRANGERS})
    browser.post(reverse("account_email_verification_sent"), {"code": code_in_mail_to(OWNER)})
    assert User.objects.get(email=OWNER).check_password(STRANGERS)


def test_a_code_changes_no_password_of_a_confirmed_account() -> None:
    user = UserFactory(email=OWNER)
    EmailAddress.objects.create(user=user, email=OWNER, verified=True, primary=True)
    owner = Client()
    owner.post(reverse("account_request_login_code"), {"email": OWNER})
    owner.post(reverse("account_confirm_login_code"), {"code": code_in_mail_to(OWNER)})
    assert is_logged_in(owner)
    assert User.objects.get(email=OWNER).has_usable_password()


def test_accounts_that_nobody_confirmed_go_after_a_month_and_nobody_is_told() -> None:
    user = sign_up_as_somebody_else()
    confirmed = UserFactory(date_joined=timezone.now() - timedelta(days=400))
    EmailAddress.objects.create(user=confirmed, email=confirmed.email, verified=True, primary=True)
    without_address = UserFactory(date_joined=timezone.now() - timedelta(days=400))
    later = timezone.now() + settings.UNCONFIRMED_KEPT
    assert erasure.erase_unconfirmed(now=later - timedelta(days=1)) == 0
    Outbox.objects.all().delete()
    assert erasure.erase_unconfirmed(now=later + timedelta(minutes=1)) == 1
    assert not User.objects.filter(pk=user.pk).exists()
    assert User.objects.filter(pk__in=[confirmed.pk, without_address.pk]).count() == 2
    assert not Outbox.objects.exists()


def booked(email: str, *, days: int = 1, **fields: Any) -> Booking:
    return BookingFactory(
        starts_at=timezone.now() + timedelta(days=days),
        client_email=email,
        client_key=address_key(email),
        **fields,
    )


def test_an_address_that_had_another_owner_brings_none_of_their_consultations() -> None:
    before, now = UserFactory(), UserFactory(email=OWNER)
    EmailAddress.objects.create(user=now, email=OWNER, verified=True, primary=True)
    of_before = booked(OWNER, client=before)
    without_account = booked(OWNER, days=2)
    subject = Subject.of(now)
    assert list(typed_by(subject)) == list(booked_by(subject)) == [without_account]
    assert list(booked_by(Subject.of(before))) == [of_before]


def test_what_a_stranger_typed_is_erased_with_the_address_and_not_exported() -> None:
    user = UserFactory(email=OWNER)
    EmailAddress.objects.create(user=user, email=OWNER, verified=True, primary=True)
    typed = booked(OWNER, held=True, note="a stranger's words")
    subject = Subject.of(user)
    assert list(booked_by(subject)) == []
    assert list(typed_by(subject)) == [typed]
