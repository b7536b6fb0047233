"""Every e-mail about a booking: an outbox row in the recipient's language and on the recipient's clock.

Subjects say nothing that a stranger over the shoulder may not read, and no mail carries the client's note, answers
or anybody's reasons. `messages` has what each says. What waits to be sent is looked at once more when it is
(`rewriting`): reminders wait for weeks, and a mail queue may stand still for a day.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.models import User
from accounts.notifications import wants
from accounts.roles import MODERATORS
from booking import tokens
from booking.account import SPECIALIST_BOOKINGS
from booking.emails.messages import about_pause, to_client, to_specialist, why_not_booked
from booking.emails.rewriting import REMINDERS, instant, useful_until
from booking.models import ActionToken, Booking, Schedule
from core.mail.outbox import enqueue
from core.models import Outbox


def confirm_address(booking: Booking, token: str) -> None:
    """Asks the client to confirm; the link opens a page, and only its button acts."""
    _tell_client(booking, "confirm_address", token=token)


def requested(booking: Booking, *, withdraw: bool = False) -> None:
    """Says that the specialist answers next. `withdraw`: a calendar file takes the earlier appointment out."""
    _tell_client(booking, "requested", method="CANCEL" if withdraw else None)


def confirmed(booking: Booking, *, now: datetime) -> None:
    """Tells the client that it is settled, with the calendar file; reminders are planned."""
    _tell_client(booking, "confirmed", method="REQUEST")
    _remind(booking, now)


def moved(booking: Booking, *, now: datetime) -> None:
    """Tells the client the new time, with the calendar file; reminders are planned anew."""
    _tell_client(booking, "moved", method="REQUEST")
    _remind(booking, now)


def proposed(booking: Booking, *, withdraw: bool) -> None:
    """Asks the client whether the time suits that the specialist proposes."""
    _tell_client(booking, "proposed", method="CANCEL" if withdraw else None)


def declined(booking: Booking) -> None:
    """Says kindly that it isn't possible, and who else is there."""
    _tell_client(booking, "declined", method="CANCEL" if booking.sequence else None)


def joining_changed(booking: Booking) -> None:
    """Tells the client how to join now; the calendar file has it too."""
    _tell_client(booking, "joining_changed", method="REQUEST")


def expired(booking: Booking) -> None:
    """Tells both sides that a request, or a proposal, has ended, and who it was that didn't answer in time."""
    proposal = "_proposal" if booking.awaits_client else ""
    _tell_client(booking, f"expired{proposal}", method="CANCEL" if booking.sequence else None)
    _tell_specialist(booking, f"specialist_expired{proposal}")


def cancelled(booking: Booking, actor: str, *, withdraw: bool) -> None:
    """Tells the client that it is off, and by whom; a calendar that has it takes it out again."""
    _tell_client(booking, "cancelled", method="CANCEL" if withdraw else None, cancelled_by=actor)


def not_booked(client: Any, specialist: Any) -> None:
    """Tells the owner of an address, and nobody else, why a booking under it came to nothing.

    `client` are a `ClientDetails`; the page that they came from says the same as ever.
    """
    message = why_not_booked(client.name, client.email, client.language, specialist.slug)
    enqueue(message, expires_at=timezone.now() + timedelta(days=1))


def drop_reminders(booking: Booking) -> None:
    """Send none of the reminders that are still waiting: what they say is no longer true."""
    mine = Outbox.objects.filter(dedupe_key__startswith=f"{booking.uid}:", state=Outbox.State.PENDING)
    for kind in REMINDERS:
        mine.filter(dedupe_key__endswith=f":{kind}").update(state=Outbox.State.CANCELLED)


def _remind(booking: Booking, now: datetime) -> None:
    """Plan a reminder a day and an hour before, in place of earlier ones; those whose time has passed are left out."""
    drop_reminders(booking)
    for kind, before in REMINDERS.items():
        due_at = booking.starts_at - before
        if due_at > now:
            _tell_client(booking, kind, due_at=due_at)  # as it would read now; `rewrite` makes it true then


def ask_specialist(booking: Booking) -> None:
    """Asks the specialist for an answer; the link opens a page, and only its buttons act. Nobody can turn it off."""
    if booking.schedule.specialist.user is not None:
        token = tokens.issue(booking, ActionToken.Purpose.SPECIALIST)
        _send(booking, "specialist_request", to_specialist(booking, "specialist_request", token), {})


def tell_specialist(booking: Booking) -> None:
    _tell_specialist(booking, "specialist_confirmed")


def tell_specialist_moved(booking: Booking) -> None:
    _tell_specialist(booking, "specialist_moved")


def tell_specialist_cancelled(booking: Booking, actor: str) -> None:
    _tell_specialist(booking, "specialist_cancelled", cancelled_by=actor)


def tell_paused(schedule: Schedule) -> None:
    """Tells the specialist and the moderators that missed requests have paused the free consultations."""
    moderators = User.objects.filter(groups__name=MODERATORS, is_active=True)
    readers = [(user, "moderator_paused") for user in moderators]
    if schedule.specialist.user is not None:
        readers.insert(0, (schedule.specialist.user, "specialist_paused"))
    for user, kind in readers:
        key = f"paused:{schedule.pk}:{schedule.paused_at:%Y%m%dT%H%M%S}:{user.pk}"
        about = {
            "schedule": schedule.pk,
            "user": user.pk,
            "kind": kind,
            "since": instant(schedule.paused_at),
        }
        enqueue(about_pause(schedule.specialist, user, kind), key=key, rewriter="booking.paused", about=about)


def _tell_client(
    booking: Booking, kind: str, *, token: str | None = None, due_at: datetime | None = None, **more: Any
) -> None:
    token = token or tokens.issue(booking, ActionToken.Purpose.CLIENT)
    _send(booking, kind, to_client(booking, kind, token, **more), more, due_at=due_at)


def _tell_specialist(booking: Booking, kind: str, **more: Any) -> None:
    user = booking.schedule.specialist.user
    if user is not None and wants(user, SPECIALIST_BOOKINGS):
        _send(booking, kind, to_specialist(booking, kind, **more), more)


def _send(
    booking: Booking,
    kind: str,
    message: EmailMultiAlternatives | None,
    more: dict[str, Any],
    *,
    due_at: datetime | None = None,
) -> None:
    if message is None:
        return
    enqueue(
        message,
        key=f"{booking.uid}:{booking.sequence}:{kind}",
        due_at=due_at,
        expires_at=useful_until(booking, kind),
        rewriter="booking",
        about={
            "booking": booking.pk,
            "kind": kind,
            "sequence": booking.sequence,
            "start": instant(booking.starts_at),
            "more": more,
        },
    )
