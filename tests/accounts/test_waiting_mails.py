"""Mail about an account that waits: what is over when it leaves isn't sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import timezone

from accounts import emails, erasure, exports
from accounts.models import DataExport
from core.mail import outbox
from core.models import Outbox
from directory import emails as profile_emails
from directory import services
from directory.models import Specialist
from moderation.emails import tell_moderators
from tests.factories.accounts import UserFactory
from tests.factories.directory import SpecialistFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def server(settings: Any) -> None:
    settings.OUTBOX_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.OUTBOX_OPTIONS = {}


def left() -> list[str]:
    """The subjects of what was sent in the end."""
    outbox.deliver_due()
    return list(Outbox.objects.filter(state=Outbox.State.SENT).values_list("subject", flat=True))


def ask_for_code(kind: str) -> None:
    user = UserFactory()
    emails.write(RequestFactory().get("/"), kind, user.email, {"user": user, "code": "ABC-DEF"})


@pytest.mark.parametrize("kind", ["login_code", "email_confirmation", "email_confirmation_signup"])
def test_a_code_that_has_run_out_does_not_leave(kind: str) -> None:
    ask_for_code(kind)
    assert len(left()) == 1
    ask_for_code(kind)
    with time_machine.travel(timezone.now() + DAY):
        assert len(left()) == 1


def test_a_copy_that_is_gone_is_announced_to_nobody() -> None:
    for is_gone in (False, True):
        export = exports.request_export(user=UserFactory())
        exports.fulfil(export_id=str(export.pk))
        if is_gone:
            DataExport.objects.all().delete()
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert len(left()) == 1 if DataExport.objects.exists() else not left()


def test_an_erasure_that_was_taken_back_is_not_announced_and_else_speaks_todays_language() -> None:
    users = [UserFactory(language="en") for _ in range(2)]
    for user in users:
        erasure.request_erasure(user=user)
    erasure.keep_account(user=users[0])
    type(users[1]).objects.filter(pk=users[1].pk).update(language="de")
    left()
    (row,) = Outbox.objects.filter(state=Outbox.State.SENT)
    assert row.recipients == [users[1].email]
    assert "löschen" in row.subject or "gelöscht" in row.subject, row.subject  # its text has gone with it


def suspend(specialist: Specialist) -> None:
    Specialist.objects.filter(pk=specialist.pk).update(state=Specialist.State.SUSPENDED)


def confirm(specialist: Specialist) -> None:
    services.confirm_availability(specialist=specialist)


@pytest.mark.parametrize("meanwhile", [suspend, confirm])
def test_who_has_answered_or_is_gone_is_not_asked(meanwhile: Callable[[Specialist], None]) -> None:
    yesterday = timezone.localdate() - DAY
    specialist = SpecialistFactory(
        is_accepting=True, accepting_confirmed_on=None, accepting_asked_on=yesterday
    )
    profile_emails.ask_available(specialist)
    meanwhile(specialist)
    assert left() == []


def test_a_profile_that_is_suspended_meanwhile_is_not_called_public() -> None:
    specialist = SpecialistFactory()
    profile_emails.approved(specialist, is_new=True)
    suspend(specialist)
    assert left() == []


def test_moderators_are_not_called_when_nothing_waits_any_more() -> None:
    from django.contrib.auth.models import Group

    from accounts.roles import MODERATORS

    UserFactory().groups.add(Group.objects.get(name=MODERATORS))
    tell_moderators()
    assert left() == []
