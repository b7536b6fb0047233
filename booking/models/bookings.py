"""Free consultations, and the constraints that make double booking impossible."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from booking.models.schedules import Schedule
from core.users import AnyUser


class TsTzRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class BookingQuerySet(models.QuerySet["Booking"]):
    """Reading bookings."""

    def active(self) -> Self:
        """Those that keep their time from others."""
        return self.filter(status__in=Booking.ACTIVE)

    def visible_to(self, user: AnyUser) -> Self:
        """A client's own, and those with the user when they are the specialist."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(client=user) | Q(schedule__specialist__user=user))


class Booking(models.Model):
    """A free consultation, from the first hold to its end. One row for life: moving changes it in place."""

    class Status(models.TextChoices):
        HELD = "held", _("waiting for the e-mail to be confirmed")
        REQUESTED = "requested", _("waiting for the specialist")
        CONFIRMED = "confirmed", _("confirmed")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("expired")
        CANCELLED = "cancelled", _("cancelled")
        COMPLETED = "completed", _("completed")
        NO_SHOW = "no_show", _("not attended")

    ACTIVE = (Status.HELD, Status.REQUESTED, Status.CONFIRMED)
    NO_OVERLAP = "booking_no_overlap"
    CLIENT_NO_OVERLAP = "booking_client_no_overlap"
    ONE_PER_PAIR = "booking_one_active_per_pair"
    ONE_PER_KEY = "booking_idempotency_key"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="bookings")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    blocked = DateTimeRangeField(help_text="What others can't have: the consultation and the pause after it.")
    hold_expires_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateTimeField(
        null=True, blank=True, help_text="When a request without an answer ends."
    )
    awaits_client = models.BooleanField(
        default=False,
        help_text="The specialist has proposed this time, and the client must agree, or hasn't in time.",
    )
    sequence = models.PositiveIntegerField(default=0)

    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="bookings"
    )
    client_key = models.BinaryField(max_length=32, help_text="HMAC-SHA256 of the normalised e-mail address.")
    client_name = models.CharField(_("name or nickname"), max_length=80)
    client_email = models.EmailField(_("e-mail address"))
    client_language = models.CharField(_("language"), max_length=12)
    client_time_zone = models.CharField(_("time zone"), max_length=64)
    note = models.CharField(_("note"), max_length=300, blank=True)
    reason = models.CharField(
        _("reason"),
        max_length=300,
        blank=True,
        help_text="What whoever declined or cancelled told the other side.",
    )
    answers = models.JSONField(
        _("answers"),
        default=list,
        blank=True,
        help_text='To the editors\' questions, as asked: [["question", "answer"], …]. For the specialist alone.',
    )
    with_guardian = models.BooleanField(
        _("with a parent or guardian"),
        default=False,
        help_text="The client is younger than 18, and one of them agrees. Nothing else about age is kept.",
    )
    idempotency_key = models.UUIDField()
    # The specialist's wall clock as it was when the time was chosen: tells a later change of time-zone rules apart.
    wall_start = models.CharField(max_length=90)

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("free consultation")
        verbose_name_plural = _("free consultations")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["status", "hold_expires_at"], name="booking_hold"),
            models.Index(fields=["answer_by"], name="booking_unanswered", condition=Q(status="requested")),
            models.Index(fields=["client_key", "created_at"], name="booking_by_client"),
            models.Index(fields=["schedule", "starts_at"], name="booking_by_schedule"),
        ]
        constraints = [
            ExclusionConstraint(
                name="booking_no_overlap",
                expressions=[("schedule", RangeOperators.EQUAL), ("blocked", RangeOperators.OVERLAPS)],
                condition=Q(status__in=["held", "requested", "confirmed"]),
            ),
            ExclusionConstraint(
                name="booking_client_no_overlap",
                expressions=[
                    ("client_key", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=["held", "requested", "confirmed"]),
            ),
            models.UniqueConstraint(
                fields=["schedule", "client_key"],
                name="booking_one_active_per_pair",
                condition=Q(status__in=["held", "requested", "confirmed"]),
            ),
            models.UniqueConstraint(fields=["idempotency_key"], name="booking_idempotency_key"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_time_order"),
            models.CheckConstraint(
                condition=Q(blocked__isempty=False)
                & Q(blocked__contains=TsTzRange("starts_at", "ends_at", RangeBoundary())),
                name="booking_blocked_covers",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "held",
                        "requested",
                        "confirmed",
                        "declined",
                        "expired",
                        "cancelled",
                        "completed",
                        "no_show",
                    ]
                ),
                name="booking_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="held") | Q(hold_expires_at__isnull=False), name="booking_hold_expires"
            ),
            models.CheckConstraint(
                condition=~Q(status="requested") | Q(answer_by__isnull=False), name="booking_request_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} UTC ({self.status})"

    @property
    def is_active(self) -> bool:
        return self.status in self.ACTIVE

    @property
    def is_nobodys(self) -> bool:
        """Whether it only keeps a time, for somebody who must not have it, and nobody can confirm it."""
        return not self.client_email

    def is_unanswered_at(self, now: datetime) -> bool:
        """Whether it was asked for or proposed, and nobody answered in time: `awaits_client` tells who should have."""
        if self.status == self.Status.REQUESTED:
            return self.is_late_at(now)
        asked = self.events.filter(from_status=self.Status.REQUESTED, to_status=self.Status.EXPIRED)
        return self.status == self.Status.EXPIRED and asked.exists()

    def is_late_at(self, now: datetime) -> bool:
        """Whether it still waits though its time to be answered is over: the worker ends it on its next run."""
        return self.status == self.Status.REQUESTED and self.answer_by is not None and self.answer_by <= now

    def has_begun(self, now: datetime) -> bool:
        return self.starts_at <= now

    def is_open_at(self, now: datetime) -> bool:
        """Whether it is settled, or waits and may still be answered; and hasn't begun."""
        is_open = self.status in {self.Status.REQUESTED, self.Status.CONFIRMED} and not self.is_late_at(now)
        return is_open and not self.has_begun(now)


class BookingEvent(models.Model):
    """What happened to a booking: who, what, when. Never changed."""

    class Kind(models.TextChoices):
        STATUS = "status", _("status")
        MOVED = "moved", _("moved")
        PROPOSED = "proposed", _("another time proposed")
        AGREED = "agreed", _("proposed time accepted")
        JOINING = "joining", _("how to join changed")

    class Actor(models.TextChoices):
        CLIENT = "client", _("client")
        SPECIALIST = "specialist", _("specialist")
        MODERATOR = "moderator", _("moderator")
        SITE = "site", _("site")

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.STATUS)
    from_status = models.CharField(max_length=10, blank=True)
    to_status = models.CharField(max_length=10)
    actor = models.CharField(max_length=10, choices=Actor.choices)
    sequence = models.PositiveIntegerField()
    starts_at = models.DateTimeField(null=True, help_text="When the consultation was to begin from then on.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status} ({self.actor})"


class ActionToken(models.Model):
    """What a link in an e-mail may do. Only the SHA-256 of the token is kept."""

    class Purpose(models.TextChoices):
        CLIENT = "client", _("the client's own link")
        SPECIALIST = "specialist", _("answers a request")

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="tokens")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.purpose} until {self.expires_at:%Y-%m-%d}"
