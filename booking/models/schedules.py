"""When a specialist offers free consultations: hours, days that differ, and how they are booked."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from booking import availability
from booking.durations import WIDGETS
from core.i18n.zones import validate_time_zone

DURATION = 30  # minutes; the site's promise, so no setting
ANSWERED_BEFORE = 120  # minutes before its start by which a request is answered, or ends
LEAST_NOTICE_BY_HAND = 180  # minutes: so that there is an hour to answer even then
MISSED_IN_A_ROW = 3  # requests without an answer; then free consultations pause


def _chosen(name: str) -> FieldPanel:
    """A number that editors choose in words, as specialists do."""
    return FieldPanel(name, widget=WIDGETS[name])


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
