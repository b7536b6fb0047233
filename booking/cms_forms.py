"""What moderators type and choose in the CMS."""

from datetime import timedelta
from typing import Any

import django_filters  # type: ignore[import-untyped]  # Wagtail brings it, nobody its types
from django import forms
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from booking import services
from booking.forms import one_line
from booking.models import Booking, BookingEvent, Schedule
from core.mail.addresses import AddressField

SOON = timedelta(hours=24)
WEEK = timedelta(days=7)


class Attention:
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
        choices=Attention.CHOICES,
        method="filter_attention",
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

    def filter_attention(self, bookings: Any, name: str, value: str) -> Any:
        return Attention.rows(bookings, value)


class ScheduleFilterSet(WagtailFilterSet):
    """Those that missed requests have paused."""

    paused = django_filters.BooleanFilter(
        label=_("Paused by missed requests"), field_name="paused_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Schedule
        fields = ["is_open"]


class BlockForm(forms.Form):
    """Why an address is blocked. `shown` is how many consultations the page said would be cancelled."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("For the team alone. Don’t write who it is.")
    )
    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])


class BlockAddressForm(BlockForm):
    """The address too, typed in."""

    email = AddressField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("It isn’t kept, only a code that it can be recognised by."),
    )
    field_order = ["email", "reason"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if services.is_blocked(email):
            raise forms.ValidationError(_("This address is blocked already."))
        return email
