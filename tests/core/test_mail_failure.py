"""Why mail didn't go out is kept, and nobody's name with it."""

import smtplib

import pytest
from django.core.mail import EmailMessage

from core.logs import describe, smtp_answer
from core.mail import outbox
from core.models import MailFailure, Outbox
from tests.sink import SmtpSink

WORDS = b"5.7.1 <olena@example.org>: Relay access denied"
LETTER = EmailMessage("Hello", "Text", to=["olena@example.org"])


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 Error: authentication failed"), (535, "5.7.8")),
        (smtplib.SMTPSenderRefused(553, WORDS, "olena@example.org"), (553, "5.7.1")),
        (smtplib.SMTPDataError(554, "5.6.0 no"), (554, "5.6.0")),
        (smtplib.SMTPRecipientsRefused({"olena@example.org": (550, WORDS)}), (550, "5.7.1")),
        (smtplib.SMTPRecipientsRefused({}), (None, "")),
        (smtplib.SMTPDataError(554, b"olena@example.org 5.6.0"), (554, "")),
        (smtplib.SMTPDataError(554, b"5.6.0.12 is an address"), (554, "")),
        (smtplib.SMTPServerDisconnected("olena@example.org"), (None, "")),
        (ConnectionRefusedError(111, "olena@example.org"), (None, "")),
    ],
)
def test_a_servers_answer_is_its_numbers(error: BaseException, answer: tuple[int | None, str]) -> None:
    assert smtp_answer(error) == answer
    assert "olena" not in describe(error)


def test_a_refusal_has_its_numbers_in_the_log_and_the_outbox() -> None:
    refused = smtplib.SMTPRecipientsRefused({"olena@example.org": (550, WORDS)})
    assert describe(refused) == "SMTPRecipientsRefused: 550 5.7.1"
    assert describe(smtplib.SMTPDataError(554, b"no")) == "SMTPDataError: 554"


@pytest.mark.django_db(transaction=True)
def test_a_refused_message_is_the_last_failure(smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse["olena@example.org"] = "550 5.1.1 <olena@example.org>: no such user"
    outbox.enqueue(LETTER)
    outbox.deliver_due()
    failure = MailFailure.objects.get()
    assert (failure.kind, failure.code, failure.status) == ("SMTPRecipientsRefused", 550, "5.1.1")
    assert str(failure) == "SMTPRecipientsRefused 550 5.1.1"
    assert Outbox.objects.get().last_error.endswith(": 550 5.1.1")


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_away_is_the_last_failure_though_no_message_was_tried(smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse["olena@example.org"] = "550 5.1.1 no such user"
    outbox.enqueue(LETTER)
    outbox.deliver_due()
    smtp_sink.stop()
    outbox.enqueue(LETTER)
    with pytest.raises(outbox.MailServerAwayError):
        outbox.deliver_due()
    failure = MailFailure.objects.get()  # one row, whatever comes
    assert (failure.kind, failure.code, failure.status) == ("ConnectionRefusedError", None, "")
