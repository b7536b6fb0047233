"""Hours, free consultations, and the constraints that make double booking impossible."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from booking import availability
from booking.spans import WIDGETS
from core.zones import validate_time_zone

DURATION = 30  # minutes; the site's promise, so no setting
ANSWERED_BEFORE = 120  # minutes before its start by which a request is answered, or ends
LEAST_NOTICE_BY_HAND = 180  # minutes: so that there is an hour to answer even then
MISSED_IN_A_ROW = 3  # requests without an answer; then free consultations pause


def _chosen(name: str) -> FieldPanel:
    """A number that editors choose in words, as specialists do."""
    return FieldPanel(name, widget=WIDGETS[name])


class TsTzRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Schedule(ClusterableModel):
    """When a specialist gives free consultations. The row that bookings and edits lock."""

    specialist = models.OneToOneField(
        "directory.Specialist",
        verbose_name=_("specialist"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="schedule",
    )
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    is_open = models.BooleanField(
        _("open for free consultations"),
        default=True,
        help_text=_("Otherwise clients see no times and can’t book. What is booked stays."),
    )
    step = models.PositiveSmallIntegerField(
        _("a start every"),
        default=30,
        help_text=_("Counted from the beginning of your hours."),
        validators=[MinValueValidator(5), MaxValueValidator(240)],
    )
    gap = models.PositiveSmallIntegerField(_("pause between consultations"), default=0)
    notice = models.PositiveIntegerField(
        _("shortest notice"), default=720, help_text=_("Nobody can book at shorter notice than this.")
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("how far ahead"),
        default=60,
        help_text=_("Clients see your times from today up to then."),
        validators=[MinValueValidator(1), MaxValueValidator(180)],
    )
    max_per_day = models.PositiveSmallIntegerField(
        _("at most a day"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    max_per_week = models.PositiveSmallIntegerField(
        _("at most a week"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    confirms_by_hand = models.BooleanField(
        _("I confirm each request myself"),
        default=False,
        help_text=_(
            "Otherwise a consultation is settled as soon as the client has confirmed the e-mail address."
        ),
    )
    answer_within = models.PositiveSmallIntegerField(
        _("answer requests within"),
        default=48,
        help_text=_("A request without an answer ends then, at the latest 2 hours before it would begin."),
        validators=[MinValueValidator(1), MaxValueValidator(168)],
    )
    move_until = models.PositiveIntegerField(
        _("clients may move a consultation until"),
        default=720,
        help_text=_("They may cancel at any time before it begins."),
        validators=[MaxValueValidator(20_160)],
    )
    missed_requests = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="Without an answer, in a row."
    )
    paused_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Since when missed requests have paused it."
    )
    joining = models.TextField(
        _("how to join"),
        max_length=500,
        help_text=_(
            "A link, a phone number or a place. Shown only to clients with a confirmed consultation."
        ),
    )

    panels = [
        FieldPanel("specialist"),
        FieldPanel("is_open"),
        FieldPanel("time_zone"),
        InlinePanel("windows", label=_("weekly hours"), heading=_("Weekly hours")),
        InlinePanel("exceptions", label=_("exception"), heading=_("Exceptions")),
        MultiFieldPanel(
            [
                FieldRowPanel([_chosen("step"), _chosen("gap"), _chosen("notice")]),
                FieldRowPanel(
                    [_chosen("horizon_days"), FieldPanel("max_per_day"), FieldPanel("max_per_week")]
                ),
                FieldPanel("confirms_by_hand"),
                FieldRowPanel([_chosen("answer_within"), _chosen("move_until")]),
            ],
            _("Rules"),
        ),
        FieldPanel("joining"),
    ]

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        constraints = [
            models.CheckConstraint(condition=Q(step__gte=5, step__lte=240), name="booking_schedule_step"),
            models.CheckConstraint(
                condition=Q(horizon_days__gte=1, horizon_days__lte=180), name="booking_schedule_horizon"
            ),
            models.CheckConstraint(
                condition=Q(max_per_day__isnull=True) | Q(max_per_day__gte=1), name="booking_schedule_max"
            ),
            models.CheckConstraint(
                condition=Q(max_per_week__isnull=True) | Q(max_per_week__gte=1),
                name="booking_schedule_max_week",
            ),
            models.CheckConstraint(
                condition=Q(answer_within__gte=1, answer_within__lte=168), name="booking_schedule_answer"
            ),
        ]

    def __str__(self) -> str:
        return str(self.specialist)

    @property
    def rules(self) -> availability.Rules:
        """The schedule as the slot arithmetic takes it."""
        by_hand = LEAST_NOTICE_BY_HAND if self.confirms_by_hand else 0
        return availability.Rules(
            time_zone=self.time_zone,
            duration=DURATION,
            step=self.step,
            gap=self.gap,
            notice=max(self.notice, by_hand),
            horizon_days=self.horizon_days,
            max_per_day=self.max_per_day,
            max_per_week=self.max_per_week,
        )

    def answer_by(self, start: datetime, *, now: datetime) -> datetime:
        """Until when somebody must have said yes to a consultation at `start`; all aware."""
        latest = start - timedelta(minutes=ANSWERED_BEFORE)
        return min(now + timedelta(hours=self.answer_within), latest if latest > now else start)

    def movable_until(self, start: datetime) -> datetime:
        """Until when the client may move a consultation that begins at `start`."""
        return start - timedelta(minutes=self.move_until)


class WeeklyWindow(models.Model):
    """Hours that repeat every week, in minutes of the specialist's local day."""

    schedule = ParentalKey(Schedule, on_delete=models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField(
        _("day"),
        choices=[
            (0, _("Monday")),
            (1, _("Tuesday")),
            (2, _("Wednesday")),
            (3, _("Thursday")),
            (4, _("Friday")),
            (5, _("Saturday")),
            (6, _("Sunday")),
        ],
    )
    start = models.PositiveSmallIntegerField(_("from"))
    end = models.PositiveSmallIntegerField(
        _("to"), help_text=_("At or before the start means on the next day; 24:00 is midnight.")
    )

    class Meta:
        ordering = ["weekday", "start", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="booking_window_weekday"),
            models.CheckConstraint(condition=Q(start__lt=1440), name="booking_window_start"),
            models.CheckConstraint(condition=Q(end__lte=1440), name="booking_window_end"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start}-{self.end}"


class DateException(models.Model):
    """Days that differ from the week: closed, or open at other hours. Both ends are inclusive."""

    schedule = ParentalKey(Schedule, on_delete=models.CASCADE, related_name="exceptions")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    start = models.PositiveSmallIntegerField(_("from"), null=True, blank=True)
    end = models.PositiveSmallIntegerField(_("to"), null=True, blank=True, help_text=_("No times: closed."))

    class Meta:
        ordering = ["first", "start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="booking_exception_order",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True, end__isnull=True)
                | Q(start__isnull=False, end__isnull=False, start__lt=1440, end__lte=1440),
                name="booking_exception_times",
                violation_error_message=_("Give both times, or none for a closed day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} - {self.last}"


class CalendarFeed(models.Model):
    """The address under which a specialist's calendar subscribes. Only the SHA-256 of its token is kept."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="calendar_feed"
    )
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now=True, help_text="When the address was made.")

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"


class BookingQuerySet(models.QuerySet["Booking"]):
    """Reading bookings."""

    def active(self) -> Self:
        """Those that keep their time from others."""
        return self.filter(status__in=Booking.ACTIVE)

    def visible_to(self, user: Any) -> Self:
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
        default=False, help_text="The specialist has proposed this time, and the client must agree."
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

    objects: ClassVar[Any] = BookingQuerySet.as_manager()

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

    def has_begun(self, now: datetime) -> bool:
        return self.starts_at <= now

    def is_open_at(self, now: datetime) -> bool:
        """Whether it waits or is settled, and hasn't begun."""
        return self.status in {self.Status.REQUESTED, self.Status.CONFIRMED} and not self.has_begun(now)


class BookingEvent(models.Model):
    """What happened to a booking: who, what, when. Never changed."""

    class Kind(models.TextChoices):
        STATUS = "status", _("status")
        MOVED = "moved", _("moved")
        PROPOSED = "proposed", _("another time proposed")
        AGREED = "agreed", _("proposed time accepted")

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
