"""What consultations and hours hold about people (accounts.personal_data)."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.personal_data import Column, Subject, delete, leave_out, register
from booking.errors import Stale
from booking.models import (
    ActionToken,
    Booking,
    BookingEvent,
    CalendarFeed,
    DateException,
    Schedule,
    WeeklyWindow,
)
from booking.services import cancel_booking
from core.mail.keys import address_keys
from core.mail.outbox import forget
from core.models import Outbox


def typed_by(subject: Subject) -> QuerySet[Booking]:
    """With their account, or without any under an address that they have shown to be theirs."""
    keys = [key for address in subject.addresses for key in address_keys(address)]
    return Booking.objects.filter(Q(client=subject.user) | Q(client=None, client_key__in=keys))


def booked_by(subject: Subject) -> QuerySet[Booking]:
    """What they have booked. What nobody confirmed was perhaps typed by a stranger, whose words are in it."""
    settled = [Booking.Status.REQUESTED, Booking.Status.CONFIRMED]
    confirmed = BookingEvent.objects.filter(booking=OuterRef("pk"), to_status__in=settled)
    theirs = Q(client=subject.user) | Q(Exists(confirmed)) | Q(status__in=[*settled, "completed", "no_show"])
    return typed_by(subject).filter(theirs)


def booked_with(subject: Subject) -> QuerySet[Booking]:
    return Booking.objects.filter(schedule__specialist__user=subject.user)


def schedule_of(subject: Subject) -> QuerySet[Schedule]:
    return Schedule.objects.filter(specialist__user=subject.user)


def forget_booked_by(subject: Subject, rows: QuerySet[Any]) -> None:
    _forget(typed_by(subject), actor=BookingEvent.Actor.CLIENT)


def forget_booked_with(subject: Subject, rows: QuerySet[Any]) -> None:
    _forget(rows, actor=BookingEvent.Actor.SPECIALIST)


def _forget(rows: QuerySet[Any], *, actor: str) -> None:
    """Cancel what is still to come, so that the other side is told; then erase it all, with its mail."""
    to_come = rows.filter(status__in=Booking.ACTIVE, starts_at__gt=timezone.now())
    for booking in to_come.order_by("schedule_id", "pk"):  # everybody locks schedules in this order
        try:
            cancel_booking(booking=booking, actor=actor)
        except Stale:
            continue  # it has just begun, or somebody was quicker
    mail = Q(pk__in=[])
    for uid in rows.values_list("uid", flat=True):
        mail |= Q(dedupe_key__startswith=f"{uid}:")
    forget(Outbox.objects.filter(mail))
    rows.delete()


def hours(schedule: Schedule) -> list[str]:
    """The weekly hours, on the specialist's clock."""
    return [
        f"{window.get_weekday_display()} {_clock(window.start)}–{_clock(window.end)}"
        for window in schedule.windows.all()
    ]


def exceptions(schedule: Schedule) -> list[str]:
    """The days that differ, with their hours, if they are open."""
    return [
        f"{one.first}–{one.last}"
        + (f" {_clock(one.start)}–{_clock(one.end)}" if one.start is not None else "")
        for one in schedule.exceptions.all()
    ]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


register(
    Booking,
    title=_("Your consultations"),
    rows=booked_by,
    via=["client"],
    erase=forget_booked_by,
    fields=[
        "starts_at",
        "ends_at",
        "status",
        Column(
            name="specialist", label=_("specialist"), value=lambda booking: str(booking.schedule.specialist)
        ),
        "client_name",
        "client_email",
        "client_language",
        "client_time_zone",
        "note",
        "with_guardian",
        Column(
            name="answers",
            label=_("Your answers"),
            value=lambda booking: [f"{question}: {answer}" for question, answer in booking.answers],
        ),
        "reason",
        "created_at",
    ],
    goes=_(
        "Your consultations, with what you wrote for them. "
        "Those still to come are cancelled, and the specialist is told."
    ),
)
register(
    Booking,
    title=_("Consultations with you"),
    rows=booked_with,
    erase=forget_booked_with,
    fields=["starts_at", "ends_at", "status", "created_at"],  # who came, and why, is for clients to tell
    goes=_(
        "Consultations that others have with you. Those still to come are cancelled, and the clients are told."
    ),
)
register(
    Schedule,
    title=_("Your hours for free consultations"),
    rows=schedule_of,
    erase=delete,
    fields=[
        "is_open",
        "time_zone",
        "joining",
        Column(name="hours", label=_("Weekly hours"), value=hours),
        Column(name="exceptions", label=_("Exceptions"), value=exceptions),
        "step",
        "gap",
        "notice",
        "horizon_days",
        "max_per_day",
        "max_per_week",
        "confirms_by_hand",
        "answer_within",
        "move_until",
    ],
    goes=_("Your hours for free consultations, and how to join them."),
)
register(
    CalendarFeed,
    title=_("Your calendar address"),
    rows=lambda subject: CalendarFeed.objects.filter(user=subject.user),
    via=["user"],
    erase=delete,
    fields=["created_at"],
    goes=_("The address under which your calendar subscribes."),
)
leave_out(BookingEvent, "Goes with its consultation, and has no words.")
leave_out(ActionToken, "Goes with its consultation, and has no words.")
leave_out(WeeklyWindow, "Exported with the schedule, and goes with it.")
leave_out(DateException, "Exported with the schedule, and goes with it.")
