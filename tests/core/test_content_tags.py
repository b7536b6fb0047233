"""Moments in words, in every language."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from core.templatetags.content import day_and_time

KYIV = ZoneInfo("Europe/Kyiv")
NOW = datetime(2026, 12, 1, 23, 30, tzinfo=KYIV)  # a Tuesday


@pytest.mark.parametrize(
    ("language", "soon", "later"),
    [
        ("en", "Mon 14:00", "Tue 8 Dec, 14:00"),
        ("uk", "Пн, 14:00", "Вт 8 грудня, 14:00"),
        ("de", "Mo 14:00", "Di 8. Dez, 14:00"),
        ("ar", "إثنين 2:00 م", "ثلاثاء 8 ديسمبر، 2:00 م"),
    ],
)
def test_a_weekday_that_may_mean_another_week_has_its_date(
    language: str, soon: str, later: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    with translation.override(language):
        assert day_and_time(datetime(2026, 12, 7, 14, 0, tzinfo=KYIV)) == soon
        assert day_and_time(datetime(2026, 12, 8, 14, 0, tzinfo=KYIV)) == later


def test_days_are_counted_on_the_clock_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    start = datetime(2026, 12, 8, 14, 0, tzinfo=KYIV)
    assert day_and_time(start.astimezone(ZoneInfo("Asia/Tokyo"))) == "Tue 21:00"
    assert day_and_time(start + timedelta(days=1)) == "Wed 9 Dec, 14:00"
