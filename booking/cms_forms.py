"""What moderators type and choose in the CMS."""

from datetime import timedelta
from typing import Any

import django_filters  # type: ignore[import-untyped]  # Wagtail brings it, nobody its types
from django import forms
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from booking.models import Booking, BookingEvent, Schedule

SOON = timedelta(hours=24)
WEEK = timedelta(days=7)


class Worklist:
    """Which consultations moderators look after, by the name that a link to the list has for them."""

    WAITING, ENDING, MISSED = "waiting", "ending", "missed"
    CHOICES = [
        (WAITING, _("Waiting for the specialist")),
        (ENDING, _("To be answered within 24 hours")),
        (MISSED, _("Ended without an answer in the last 7 days")),
    ]

    @classmethod
    def rows(cls, bookings: Any, which: str) -> Any:
        """Those of `bookings` that are `which` now."""
        now = timezone.now()
        waiting = bookings.filter(status=Booking.Status.REQUESTED, awaits_client=False, answer_by__gt=now)
        if which == cls.WAITING:
            return waiting
        if which == cls.ENDING:
            return waiting.filter(answer_by__lte=now + SOON)
        ended = BookingEvent.objects.filter(
            booking=OuterRef("pk"),
            from_status=Booking.Status.REQUESTED,
            to_status=Booking.Status.EXPIRED,
            at__gt=now - WEEK,
        )
        # A proposal that the client let lapse is nobody's to look after.
        return bookings.filter(Exists(ended), status=Booking.Status.EXPIRED, awaits_client=False)


class BookingFilterSet(WagtailFilterSet):
    """By state, specialist and date."""

    attention = django_filters.ChoiceFilter(
        label=_("Needs a look"),
        choices=Worklist.CHOICES,
        method="filter_worklist",
        widget=forms.RadioSelect,
    )
    status = django_filters.MultipleChoiceFilter(
        label=_("State"), choices=Booking.Status.choices, widget=forms.CheckboxSelectMultiple
    )
    specialist = django_filters.CharFilter(
        label=_("Specialist"), field_name="schedule__specialist__name", lookup_expr="icontains"
    )
    starts_at = django_filters.DateFromToRangeFilter(label=_("Date"), widget=DateRangePickerWidget)

    class Meta:
        model = Booking
        fields: list[str] = []

    def filter_worklist(self, bookings: Any, name: str, value: str) -> Any:
        return Worklist.rows(bookings, value)


class ScheduleFilterSet(WagtailFilterSet):
    """Those that missed requests have paused."""

    paused = django_filters.BooleanFilter(
        label=_("Paused by missed requests"), field_name="paused_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Schedule
        fields = ["is_open"]
