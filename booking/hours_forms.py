"""The form in which specialists set their hours: the schedule, its weekly windows, its exceptions."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.durations import WIDGETS
from booking.models import DateException, Schedule, WeeklyWindow
from core.forms.zones import ZoneField

BLANK_ROWS = 2


class MinutesField(forms.TimeField):
    """A time of day, kept as minutes since midnight."""

    widget = forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")

    def to_python(self, value: Any) -> Any:
        moment = super().to_python(value)
        return None if moment is None else moment.hour * 60 + moment.minute

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return time(value // 60 % 24, value % 60)
        return value


class WindowForm(forms.ModelForm):
    """Hours on one day of the week. Midnight, or a time before the start, is on the next day."""

    start = MinutesField(label=_("From"))
    end = MinutesField(label=_("To"))

    class Meta:
        model = WeeklyWindow
        fields = ["weekday", "start", "end"]


class ExceptionForm(forms.ModelForm):
    """Days that differ. Without times they are closed."""

    start = MinutesField(label=_("From"), required=False)
    end = MinutesField(label=_("To"), required=False)

    class Meta:
        model = DateException
        fields = ["first", "last", "start", "end"]
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in ("first", "last")
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("first") and not data.get("last"):
            data["last"] = data["first"]
            self.errors.pop("last", None)
        return data


class ScheduleForm(forms.ModelForm):
    """How free consultations are offered."""

    time_zone = ZoneField(
        label=_("Time zone"),
        help_text=_("Your hours are on this clock. Type a city and choose it from the list."),
    )

    class Meta:
        model = Schedule
        fields = [
            "is_open",
            "time_zone",
            "confirms_by_hand",
            "answer_within",
            "notice",
            "move_until",
            "step",
            "gap",
            "horizon_days",
            "max_per_day",
            "max_per_week",
            "joining",
        ]
        widgets = WIDGETS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["joining"].widget = forms.Textarea(attrs={"rows": 2, "dir": "auto"})


WindowFormSet = forms.inlineformset_factory(
    Schedule, WeeklyWindow, form=WindowForm, extra=BLANK_ROWS, can_delete=True, max_num=60, validate_max=True
)
ExceptionFormSet = forms.inlineformset_factory(
    Schedule,
    DateException,
    form=ExceptionForm,
    extra=BLANK_ROWS,
    can_delete=True,
    max_num=100,
    validate_max=True,
)


class HoursForm:
    """The three parts as one: valid together, saved together."""

    def __init__(self, data: Any = None, *, instance: Schedule) -> None:
        self.schedule = ScheduleForm(data, instance=instance)
        self.windows = WindowFormSet(data, instance=instance, prefix="windows")
        self.exceptions = ExceptionFormSet(data, instance=instance, prefix="exceptions")
        self.parts: list[Any] = [self.schedule, self.windows, self.exceptions]

    def is_valid(self) -> bool:
        valid = [part.is_valid() for part in self.parts]  # each of them, so that each tells its mistakes
        return all(valid)

    def save(self) -> None:
        for part in self.parts:
            part.save()

    def rows(self, name: str) -> list[dict[str, Any]]:
        """What is filled in and not ticked to be deleted, of `windows` or `exceptions`."""
        formset = getattr(self, name)
        return [
            form.cleaned_data for form in formset if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
