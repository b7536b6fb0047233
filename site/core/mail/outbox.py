"""Mail goes out in two steps: a row in the transaction that causes it, then the worker (decision 0004)."""

import copy
import email.policy
import random
import smtplib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage as ParsedMessage
from email.utils import format_datetime, parseaddr
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.console import EmailBackend as DjangoConsoleBackend
from django.core.mail.message import sanitize_address
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from core.logs import describe, smtp_answer
from core.models import MailFailure, Outbox
from core.worker.periodic import periodic

logger = structlog.get_logger(__name__)

MAX_ATTEMPTS = 10  # with the pauses of `record_failure`: given up after about 14 hours


class MailServerAwayError(Exception):
    """The mail server could not be reached or refused the log-in. No message was tried."""


Rewriter = Callable[..., EmailMessage | None]
AS_WRITTEN = EmailMessage()  # what a rewriter returns for a mail that still says what is so
_rewriters: dict[str, Rewriter] = {}


def rewrites(name: str) -> Callable[[Rewriter], Rewriter]:
    """Register how a waiting mail is written anew when it is sent, under `name`.

    The function gets the `Outbox` row, and its `about` as keywords. It returns the mail as it should read now, in the
    language and for the address that the recipient has now; AS_WRITTEN if that is what the row has; or None if it is
    no longer true or of use: then it isn't sent.
    """

    def register(function: Rewriter) -> Rewriter:
        _rewriters[name] = function
        return function

    return register


def enqueue(
    message: EmailMessage,
    *,
    key: str | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    forget: bool = False,
    rewriter: str = "",
    about: dict[str, Any] | None = None,
) -> Outbox | None:
    """Write `message` into the outbox, in the transaction that is open.

    `key` names the event and the recipient: when it is there already, nothing is written and None returned.
    `due_at` (aware) is when to send it, now by default; from `expires_at` on it isn't sent any more. With `forget` no
    row is left once it is sent or given up. `rewriter` names one of `rewrites`, which gets `about` (plain JSON).
    Raises ValueError (BadHeaderError among them) for an
    address that isn't one and for line breaks in a header: what is in the outbox can be sent.
    """
    row = Outbox(
        dedupe_key=key, expires_at=expires_at, forget_when_sent=forget, rewriter=rewriter, about=about or {}
    )
    row.due_at = due_at or row.due_at
    row.message_id = f"<{row.id}@{urlsplit(settings.SITE_URL).hostname}>"
    write(row, message)
    if key is None:
        row.save(force_insert=True)
        return row
    Outbox.objects.bulk_create([row], ignore_conflicts=True)
    return row if Outbox.objects.filter(pk=row.pk).exists() else None


def write(row: Outbox, message: EmailMessage) -> None:
    """Make `message` what `row` sends, under the row's own Message-ID. Nothing is saved. Raises as `enqueue`."""
    encoding = message.encoding or settings.DEFAULT_CHARSET

    def bare(address: str) -> str:
        return parseaddr(sanitize_address(address, encoding))[1]

    row.sender = bare(message.from_email)
    row.recipients = [bare(address) for address in message.recipients()]
    row.subject = str(message.subject)[:998]
    letter = copy.copy(message)
    others = {
        name: value
        for name, value in message.extra_headers.items()
        if name.lower() not in {"message-id", "date", "auto-submitted"}
    }
    letter.extra_headers = {
        **others,
        "Message-ID": row.message_id,
        # When it is due, not when it was written: mail programs sort a reminder by it.
        "Date": format_datetime(row.due_at),
        "Auto-Submitted": "auto-generated",  # RFC 3834: no "I am on holiday" comes back
    }
    row.raw = letter.message().as_bytes(linesep="\r\n")


class OutboxBackend(BaseEmailBackend):
    """The EMAIL_BACKEND. Honours two attributes of a message: `outbox_key` and `due_at`, as in `enqueue`."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each message that has a recipient; return how many were accepted, known keys included."""
        messages = [message for message in email_messages if message.recipients()]
        with transaction.atomic():
            for message in messages:
                enqueue(
                    message, key=getattr(message, "outbox_key", None), due_at=getattr(message, "due_at", None)
                )
        return len(messages)


# --- The worker's side --------------------------------------------------------------------------------------


class Stored(EmailMessage):
    """A row as a mail backend wants it: the envelope, and the bytes as they were written."""

    def __init__(self, row: Outbox) -> None:
        super().__init__(subject=row.subject, from_email=row.sender, to=row.recipients)
        self.raw = bytes(row.raw)

    def message(self) -> Any:
        return self

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\r\n") -> bytes:
        return self.raw

    def parsed(self) -> ParsedMessage:
        return cast(ParsedMessage, email.message_from_bytes(self.raw, policy=email.policy.default))


class ConsoleBackend(DjangoConsoleBackend):
    """For development: what a person wants to see of a mail, mainly its links."""

    def write_message(self, message: EmailMessage) -> None:
        assert isinstance(message, Stored)  # noqa: S101 - the outbox sends no other
        parsed = message.parsed()
        text = parsed.get_body(("plain", "html"))
        files = [part.get_filename() or part.get_content_type() for part in parsed.iter_attachments()]
        self.stream.write(f"\n--- Mail to {', '.join(message.to)}: {parsed['subject']}\n")
        self.stream.write(text.get_content().strip() if text else "")
        self.stream.write("".join(f"\n[{name}]" for name in files) + "\n---\n")


def claim() -> Outbox | None:
    """Take the message that has been due for longest: others skip it until the lease ends. Commits."""
    with transaction.atomic(durable=True):
        row = Outbox.objects.claimable().select_for_update(skip_locked=True).order_by("due_at").first()
        if row is not None:
            row.state, row.attempts = Outbox.State.SENDING, row.attempts + 1
            row.lease_until = timezone.now() + settings.OUTBOX_LEASE
            row.save(update_fields=["state", "attempts", "lease_until"])
    return row


def record(row: Outbox, **fields: Any) -> None:
    """Write how it went, unless another worker has taken the message since (`attempts` tells).

    What is delivered is emptied: its links and codes still open something, and nobody needs them here any more.
    """
    if fields.get("state") == Outbox.State.SENT and not settings.OUTBOX_KEEPS_BODIES:
        fields["raw"] = b""
    ours = Outbox.objects.filter(pk=row.pk, state=Outbox.State.SENDING, attempts=row.attempts)
    if ours.update(**fields):
        Outbox.objects.finished().filter(pk=row.pk, forget_when_sent=True).delete()


def note_failure(error: BaseException) -> None:
    """Keep why mail didn't go out, for whoever looks after the site (/readyz/, `manage.py doctor`)."""
    code, status = smtp_answer(error)
    MailFailure.objects.update_or_create(
        pk=MailFailure.ONLY,
        defaults={
            "at": timezone.now(),
            "kind": type(error).__name__[:80],
            "code": code if code and 200 <= code <= 599 else None,
            "status": status,
        },
    )


def record_failure(row: Outbox, error: Exception) -> None:
    """Plan the next attempt, after 5 s, 20 s, 80 s … 4 h, each up to a half longer or shorter. Or give up."""
    refused = isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _ in error.recipients.values()
    )
    last = refused or row.attempts >= MAX_ATTEMPTS
    pause = timedelta(seconds=min(5 * 4 ** (row.attempts - 1), 4 * 3600) * random.uniform(0.5, 1.5))  # noqa: S311
    record(
        row,
        state=Outbox.State.FAILED if last else Outbox.State.PENDING,
        due_at=timezone.now() + pause,
        last_error=describe(error)[:200],
    )
    note_failure(error)
    logger.warning("mail_not_sent", id=str(row.pk), attempts=row.attempts, last=last, error=describe(error))


def why_not(row: Outbox) -> str | None:
    """Look at a claimed message once more, and write it anew if somebody knows how. Why it isn't sent, or None.

    A queue may have stood still for a day: what it says must be true when it leaves.
    """
    if row.expires_at is not None and row.expires_at <= timezone.now():
        return "Too late to be of use."
    if row.rewriter:
        message = _rewriters[row.rewriter](row, **row.about)
        if message is None:
            return "No longer true."
        if message is not AS_WRITTEN:
            write(row, message)
    return None


def deliver_due(limit: int = 100, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send up to `limit` messages that are due and return how many were tried. Not inside a transaction.

    A message is claimed and committed, then sent, then recorded: a worker that dies loses none, and only the
    one in its hands may go out again, with the same Message-ID, once its lease is over. `stopping` is asked
    between two messages.
    Raises MailServerAwayError, before anything is claimed, when there is no server to talk to.
    """
    tried = 0
    if not Outbox.objects.claimable().exists():
        return tried
    server = get_connection(settings.OUTBOX_BACKEND, **settings.OUTBOX_OPTIONS)
    try:
        while tried < limit and not stopping():
            try:
                server.open()  # does nothing while it is open
            except OSError as error:  # smtplib's errors are OSErrors
                note_failure(error)
                raise MailServerAwayError(describe(error)) from error
            if (row := claim()) is None:
                break
            tried += 1
            try:
                if row.attempts > MAX_ATTEMPTS:
                    raise RuntimeError("Every worker that tried this message died.")
                if (reason := why_not(row)) is not None:
                    record(row, state=Outbox.State.CANCELLED, last_error=reason)
                    logger.info("mail_dropped", id=str(row.pk), reason=reason)
                    continue
                server.send_messages([Stored(row)])
            except Exception as error:
                record_failure(row, error)
                server.close()  # whatever state it is in
            else:
                written = {name: getattr(row, name) for name in ("sender", "recipients", "subject", "raw")}
                record(row, state=Outbox.State.SENT, sent_at=timezone.now(), **written)
    finally:
        server.close()
    return tried


def next_due() -> datetime | None:
    """When `deliver_due` may find something, as far as is known now: a message falls due, or a lease ends."""
    waiting = Outbox.objects.filter(state=Outbox.State.PENDING).aggregate(at=Min("due_at"))["at"]
    # Only what is due can be in somebody's hands. Said here, so that the index finds the few there are.
    sending = Outbox.objects.filter(state=Outbox.State.SENDING, due_at__lte=timezone.now())
    leased = sending.aggregate(at=Min("lease_until"))["at"]
    return min((at for at in (waiting, leased) if at is not None), default=None)


def forget(rows: Any) -> None:
    """Erase messages, given as a QuerySet, about somebody who is being erased.

    What is finished, or not due yet, goes at once. What is on its way (word to the other side that a consultation is
    off) is sent first, and goes then: after the last try at the latest, some 14 hours later.
    """
    rows.update(forget_when_sent=True)  # first: a worker may be about to note that one was sent
    rows.finished().delete()
    rows.filter(state=Outbox.State.PENDING, attempts=0, due_at__gt=timezone.now()).delete()


@periodic(every=timedelta(hours=1))
def empty_finished() -> int:
    """Empty what will never be sent: cancelled mail at once, and what failed when OUTBOX_FAILED_KEPT is over.

    Until then somebody who mends the mail server may send it again.
    """
    if settings.OUTBOX_KEEPS_BODIES:
        return 0
    failed_lately = Q(state=Outbox.State.FAILED, due_at__gt=timezone.now() - settings.OUTBOX_FAILED_KEPT)
    return Outbox.objects.finished().exclude(raw=b"").exclude(failed_lately).update(raw=b"")


@periodic(every=timedelta(days=1))
def forget_finished() -> int:
    """Erase what was sent, failed or cancelled more than OUTBOX_KEEP ago: it holds personal data."""
    deleted, _ = Outbox.objects.finished().filter(due_at__lt=timezone.now() - settings.OUTBOX_KEEP).delete()
    return deleted
