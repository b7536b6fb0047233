"""Mail is written with what causes it and sent by whoever claims it."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import connection, transaction
from django.utils import timezone

from core.mail import outbox
from core.models import Outbox
from tests.sink import SmtpSink

pytestmark = pytest.mark.django_db


def letter(number: int = 1, **fields: Any) -> EmailMessage:
    return EmailMessage(f"Letter {number}", "Good morning", to=[f"reader{number}@example.org"], **fields)


def in_threads(count: int, work: Callable[[], object]) -> None:
    """Run `work` in so many threads at once, each with its own connection; raise what one raised."""
    barrier, errors = threading.Barrier(count), []

    def run() -> None:
        try:
            barrier.wait()
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_a_mail_is_a_row_that_waits() -> None:
    assert send_mail("Hello", "Text", None, ["a@example.org", "Олена <olena@example.org>"]) == 1
    row = Outbox.objects.get()
    assert row.state == Outbox.State.PENDING
    assert row.recipients == ["a@example.org", "olena@example.org"]
    assert row.sender == "hello@attune.example"
    assert row.message_id == f"<{row.pk}@localhost>"


def test_a_mail_is_rolled_back_with_what_caused_it() -> None:
    with transaction.atomic():
        letter().send()
        assert Outbox.objects.count() == 1
        transaction.set_rollback(True)
    assert not Outbox.objects.exists()


def test_one_bad_message_of_several_leaves_none_behind() -> None:
    with pytest.raises(ValueError, match="newlines"):
        outbox.OutboxBackend().send_messages([letter(1), letter(2, bcc=["a\n@example.org"])])
    assert not Outbox.objects.exists()


def test_the_same_event_writes_one_mail() -> None:
    first = outbox.enqueue(letter(), key="booking:7:confirmed:client")
    assert first is not None
    assert outbox.enqueue(letter(), key="booking:7:confirmed:client") is None
    again = letter()
    again.outbox_key = "booking:7:confirmed:client"  # type: ignore[attr-defined]
    again.send()
    assert list(Outbox.objects.all()) == [first]
    assert outbox.enqueue(letter(), key="booking:7:confirmed:specialist") is not None


@pytest.mark.django_db(transaction=True)
def test_the_same_event_in_eight_transactions_at_once_writes_one_mail() -> None:
    written = []
    in_threads(8, lambda: written.append(outbox.enqueue(letter(), key="booking:7:confirmed:client")))
    assert Outbox.objects.count() == 1
    assert len([row for row in written if row]) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "Hello\r\nBcc: everyone@example.org"},
        {"subject": "Hello\nBcc: everyone@example.org"},
        {"from_email": "a@example.org\r\nBcc: everyone@example.org"},
        {"to": ["a@example.org\nBcc: everyone@example.org"]},
        {"cc": ["a@example.org\rBcc: everyone@example.org"]},
        {"bcc": ["a@example.org\nRCPT TO:<everyone@example.org>"]},
        {"reply_to": ["a@example.org\nBcc: everyone@example.org"]},
        {"headers": {"X-Name": "a\nBcc: everyone@example.org"}},
    ],
    ids=lambda fields: f"{next(iter(fields))}",
)
def test_a_line_break_in_a_header_is_refused(fields: dict[str, Any]) -> None:
    message = EmailMessage(**{"subject": "Hello", "body": "Text", "to": ["a@example.org"], **fields})
    with pytest.raises(ValueError, match=r"newline|[Ii]nvalid address"):
        message.send()
    assert not Outbox.objects.exists()


def test_a_message_without_recipients_is_not_written() -> None:
    assert outbox.OutboxBackend().send_messages([EmailMessage("Hello", "Text")]) == 0
    assert not Outbox.objects.exists()


def test_what_arrives_is_what_was_written(smtp_sink: SmtpSink) -> None:
    message = EmailMultiAlternatives(
        "Ваша консультація",
        "Привіт, Олено\n\nFrom now on …",
        to=["Олена <olena@example.org>"],
        bcc=["archive@example.org"],
        headers={"X-Kind": "booking", "message-id": "<mine@example.org>"},
    )
    message.attach_alternative("<p>Привіт</p>", "text/html")
    message.attach("invite.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar; method=REQUEST")
    message.send()
    assert outbox.deliver_due() == 1

    (arrived,) = smtp_sink.messages
    row = Outbox.objects.get()
    assert smtp_sink.recipients == [["olena@example.org", "archive@example.org"]]
    assert arrived["Subject"] == "Ваша консультація"
    assert arrived["To"] == "Олена <olena@example.org>"
    assert "Bcc" not in arrived
    assert arrived["X-Kind"] == "booking"
    assert arrived.get_all("Message-ID") == [row.message_id]
    assert arrived.get_body(("plain",)).get_content().splitlines() == ["Привіт, Олено", "", "From now on …"]
    assert arrived.get_body(("html",)).get_content().strip() == "<p>Привіт</p>"
    (attached,) = arrived.iter_attachments()
    assert attached.get_filename() == "invite.ics"
    assert attached.get_param("method") == "REQUEST"
    assert "BEGIN:VCALENDAR" in attached.get_content()
    assert row.state == Outbox.State.SENT
    assert row.sent_at is not None


def test_a_mail_for_later_waits_and_is_dated_then(smtp_sink: SmtpSink, time_machine: Any) -> None:
    due = datetime(2031, 3, 2, 9, 30, tzinfo=UTC)
    time_machine.move_to(due - timedelta(hours=23), tick=False)
    outbox.enqueue(letter(), due_at=due)
    assert outbox.deliver_due() == 0
    time_machine.move_to(due, tick=False)
    assert outbox.deliver_due() == 1
    assert parsedate_to_datetime(smtp_sink.messages[0]["Date"]) == due


def test_an_absent_mail_server_costs_no_attempt(smtp_sink: SmtpSink) -> None:
    smtp_sink.stop()
    for number in range(20):
        letter(number).send()
    for _ in range(3):
        with pytest.raises(outbox.MailServerAwayError):
            outbox.deliver_due()
    assert set(Outbox.objects.values_list("state", "attempts")) == {("pending", 0)}
    smtp_sink.start()
    assert outbox.deliver_due() == 20
    assert len(smtp_sink.messages) == 20


def test_a_temporary_refusal_is_tried_again_later(smtp_sink: SmtpSink, time_machine: Any) -> None:
    time_machine.move_to(timezone.now(), tick=False)
    smtp_sink.refuse["reader1@example.org"] = "451 Come back later"
    letter(1).send()
    letter(2).send()
    assert outbox.deliver_due() == 2
    assert [message["Subject"] for message in smtp_sink.messages] == ["Letter 2"]
    row = Outbox.objects.get(subject="Letter 1")
    assert (row.state, row.attempts) == (Outbox.State.PENDING, 1)
    assert timedelta(seconds=2) < row.due_at - timezone.now() < timedelta(seconds=8)
    assert "SMTPRecipientsRefused" in row.last_error
    assert "reader1" not in row.last_error

    smtp_sink.refuse.clear()
    time_machine.shift(8)
    assert outbox.deliver_due() == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == (Outbox.State.SENT, 2)


def test_refusals_without_end_are_given_up(smtp_sink: SmtpSink, time_machine: Any) -> None:
    time_machine.move_to(timezone.now(), tick=False)
    smtp_sink.refuse["reader1@example.org"] = "451 Come back later"
    letter(1).send()
    pauses = []
    for _ in range(outbox.MAX_ATTEMPTS):
        assert outbox.deliver_due() == 1
        pauses.append(Outbox.objects.get().due_at - timezone.now())
        time_machine.move_to(Outbox.objects.get().due_at, tick=False)
    assert Outbox.objects.get().state == Outbox.State.FAILED
    assert outbox.deliver_due() == 0
    assert max(pauses) <= timedelta(hours=6)


def test_an_address_that_does_not_exist_is_tried_once(smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse["reader1@example.org"] = "550 No such user"
    letter(1).send()
    assert outbox.deliver_due() == 1
    row = Outbox.objects.get()
    assert (row.state, row.attempts) == (Outbox.State.FAILED, 1)


def test_I5_a_message_left_by_a_dead_worker_is_sent_with_its_message_id(
    smtp_sink: SmtpSink, settings: Any, time_machine: Any
) -> None:
    time_machine.move_to(timezone.now(), tick=False)
    letter().send()
    taken = outbox.claim()
    assert taken is not None
    assert outbox.deliver_due() == 0
    time_machine.shift(settings.OUTBOX_LEASE.total_seconds() + 1)
    assert outbox.deliver_due() == 1
    assert smtp_sink.messages[0]["Message-ID"] == taken.message_id


def test_a_worker_that_was_thought_dead_does_not_overwrite_what_came_after(
    settings: Any, time_machine: Any
) -> None:
    time_machine.move_to(timezone.now(), tick=False)
    letter().send()
    slow = outbox.claim()
    time_machine.shift(settings.OUTBOX_LEASE.total_seconds() + 1)
    quick = outbox.claim()
    assert slow is not None
    assert quick is not None
    outbox.record(quick, state=Outbox.State.SENT)
    outbox.record_failure(slow, RuntimeError("too late"))
    assert Outbox.objects.get().state == Outbox.State.SENT


def test_a_message_that_kills_every_worker_is_given_up(
    smtp_sink: SmtpSink, settings: Any, time_machine: Any
) -> None:
    time_machine.move_to(timezone.now(), tick=False)
    letter().send()
    for _ in range(outbox.MAX_ATTEMPTS):
        assert outbox.claim() is not None
        time_machine.shift(settings.OUTBOX_LEASE.total_seconds() + 1)
    assert outbox.deliver_due() == 1
    assert Outbox.objects.get().state == Outbox.State.FAILED
    assert smtp_sink.messages == []


def naive_claim() -> Outbox | None:
    """`claim` with the lock taken away."""
    row = Outbox.objects.claimable().order_by("due_at").first()
    if row is not None:
        row.state, row.attempts = Outbox.State.SENDING, row.attempts + 1
        row.lease_until = timezone.now() + timedelta(minutes=5)
        row.save(update_fields=["state", "attempts", "lease_until"])
    return row


@pytest.mark.django_db(transaction=True)
def test_I4_eight_workers_send_two_thousand_messages_once_each(smtp_sink: SmtpSink) -> None:
    outbox.OutboxBackend().send_messages([letter(number) for number in range(2000)])
    in_threads(8, lambda: outbox.deliver_due(limit=2000))
    arrived = [message["Message-ID"] for message in smtp_sink.messages]
    assert sorted(arrived) == sorted(Outbox.objects.values_list("message_id", flat=True))
    assert set(Outbox.objects.values_list("state", flat=True)) == {Outbox.State.SENT}


@pytest.mark.django_db(transaction=True)
def test_I4_without_the_lock_eight_workers_send_messages_twice(
    smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "claim", naive_claim)
    outbox.OutboxBackend().send_messages([letter(number) for number in range(100)])
    in_threads(8, lambda: outbox.deliver_due(limit=100))
    assert len(smtp_sink.messages) > 100


@pytest.mark.django_db(transaction=True)
def test_delivery_inside_a_transaction_is_refused() -> None:
    letter().send()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        outbox.deliver_due()


def test_finished_mail_is_erased_after_a_while(settings: Any) -> None:
    long_ago = timezone.now() - settings.OUTBOX_KEEP - timedelta(days=1)
    for state, due in [
        ("sent", long_ago),
        ("failed", long_ago),
        ("pending", long_ago),
        ("sent", timezone.now()),
    ]:
        outbox.enqueue(letter(), due_at=due)
        Outbox.objects.filter(state="pending", due_at=due).update(state=state)
    assert outbox.forget_finished() == 2
    assert set(Outbox.objects.values_list("state", flat=True)) == {"pending", "sent"}


def test_the_console_shows_who_what_and_the_files(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.OUTBOX_BACKEND, settings.OUTBOX_OPTIONS = "core.mail.outbox.ConsoleBackend", {}
    message = letter()
    message.attach("invite.ics", "BEGIN:VCALENDAR", "text/calendar")
    message.send()
    assert outbox.deliver_due() == 1
    shown = capsys.readouterr().out
    assert "reader1@example.org: Letter 1\nGood morning\n[invite.ics]\n" in shown
    assert "MIME" not in shown


def test_a_mail_that_is_to_be_forgotten_leaves_no_row_once_it_is_sent(smtp_sink: SmtpSink) -> None:
    outbox.enqueue(letter(1), forget=True)
    outbox.enqueue(letter(2))
    assert outbox.deliver_due() == 2
    assert [row.subject for row in Outbox.objects.all()] == ["Letter 2"]


def test_a_mail_that_is_to_be_forgotten_leaves_no_row_once_it_is_given_up(smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse["reader1@example.org"] = "550 No such user"
    outbox.enqueue(letter(1), forget=True)
    outbox.deliver_due()
    assert not Outbox.objects.exists()


def test_forgetting_mail_sends_what_is_on_its_way_first(smtp_sink: SmtpSink) -> None:
    later = timezone.now() + timedelta(days=1)
    sent, waiting, _planned, others = (
        outbox.enqueue(letter(number), due_at=later if number == 3 else None) for number in range(1, 5)
    )
    Outbox.objects.filter(pk=sent.pk).update(state=Outbox.State.SENT)
    outbox.forget(Outbox.objects.exclude(pk=others.pk))
    assert set(Outbox.objects.all()) == {waiting, others}
    outbox.deliver_due()
    assert list(Outbox.objects.all()) == [others]
    assert [message["subject"] for message in smtp_sink.messages] == ["Letter 2", "Letter 4"]


def test_what_was_delivered_is_empty_and_still_known(smtp_sink: SmtpSink) -> None:
    message = EmailMessage("Hello", "https://attune.example/en/bookings/token/", to=["a@example.org"])
    outbox.enqueue(message, key="once")
    outbox.deliver_due()
    assert "token" in str(smtp_sink.messages[0])
    row = Outbox.objects.get()
    assert (bytes(row.raw), row.subject, row.recipients) == (b"", "Hello", ["a@example.org"])
    assert row.state == Outbox.State.SENT
    assert outbox.enqueue(message, key="once") is None


def test_what_was_not_delivered_yet_keeps_its_body(smtp_sink: SmtpSink, settings: Any) -> None:
    settings.OUTBOX_OPTIONS = {**settings.OUTBOX_OPTIONS, "port": 1}
    EmailMessage("Hello", "text", to=["a@example.org"]).send()
    with pytest.raises(outbox.MailServerAwayError):
        outbox.deliver_due()
    assert bytes(Outbox.objects.get().raw)


def test_development_keeps_bodies(smtp_sink: SmtpSink, settings: Any) -> None:
    settings.OUTBOX_KEEPS_BODIES = True
    EmailMessage("Hello", "text", to=["a@example.org"]).send()
    outbox.deliver_due()
    assert outbox.empty_finished() == 0
    assert bytes(Outbox.objects.get().raw)


@pytest.mark.parametrize(
    ("state", "hours_ago", "left"),
    [
        ("pending", 100, True),
        ("failed", 1, True),
        ("failed", 25, False),
        ("cancelled", -100, False),  # a reminder of what was called off
        ("sent", 0, False),  # by an older release
    ],
)
def test_what_will_never_be_sent_is_emptied(state: str, hours_ago: int, left: bool) -> None:
    EmailMessage("Hello", "text", to=["a@example.org"]).send()
    Outbox.objects.update(state=state, due_at=timezone.now() - timedelta(hours=hours_ago))
    assert outbox.empty_finished() == (0 if left else 1)
    assert outbox.empty_finished() == 0
    assert bool(bytes(Outbox.objects.get().raw)) is left
