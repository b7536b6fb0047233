"""How long something takes, as people say it, and a choice of durations in place of a number of minutes."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.forms.numbers import whole

HOUR = 60
DAY = 24 * HOUR
WEEK = 7


def spelled(minutes: int) -> str:
    """45 minutes, 2 hours, 1 hour 30 minutes, 3 days: in the largest units that leave nothing over."""
    days, rest = divmod(minutes, DAY)
    hours, rest = divmod(rest, HOUR)
    parts = [
        (days, ngettext("%(count)d day", "%(count)d days", days)),
        (hours, ngettext("%(count)d hour", "%(count)d hours", hours)),
        (rest, ngettext("%(count)d minute", "%(count)d minutes", rest)),
    ]
    said = [text % {"count": count} for count, text in parts if count]
    return " ".join(said) or parts[-1][1] % {"count": 0}


def notice(minutes: int) -> str:
    return spelled(minutes) if minutes else _("None: up to the start")


def pause(minutes: int) -> str:
    return spelled(minutes) if minutes else _("No pause")


def before_start(minutes: int) -> str:
    if not minutes:
        return _("its start")
    return _("%(time)s before its start") % {"time": spelled(minutes)}


def hours(count: int) -> str:
    return spelled(count * HOUR)


def days(count: int) -> str:
    """Whole weeks as weeks."""
    weeks, rest = divmod(count, WEEK)
    if rest:
        return spelled(count * DAY)
    return ngettext("%(count)d week", "%(count)d weeks", weeks) % {"count": weeks}


class SpanSelect(forms.Select):
    """Some numbers to choose from, in words. A number that is none of them stays, as one more."""

    def __init__(self, numbers: Iterable[int], words: Callable[[int], str], attrs: Any = None) -> None:
        super().__init__(attrs)
        self.numbers, self.words = set(numbers), words

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        kept = {number for one in value if (number := whole(str(one))) is not None}
        self.choices = [(number, self.words(number)) for number in sorted(self.numbers | kept)]
        return super().optgroups(name, value, attrs)


# How each number of a schedule is chosen.
WIDGETS: dict[str, forms.Widget] = {
    "step": SpanSelect([15, 20, 30, 45, 60, 90, 120], spelled),
    "gap": SpanSelect([0, 5, 10, 15, 20, 30, 45, 60], pause),
    "notice": SpanSelect([0, HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY], notice),
    "move_until": SpanSelect([0, HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY], before_start),
    "answer_within": SpanSelect([2, 4, 12, 24, 48, 72, 96, 168], hours),
    "horizon_days": SpanSelect([7, 14, 28, 42, 60, 90, 120, 180], days),
}
