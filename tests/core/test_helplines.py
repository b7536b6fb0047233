"""The lines to call: the reader's likely country first, the emergency number before all, nothing too old."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Locale

from core import helplines
from core.danger import LIFE, VIOLENCE
from core.models import Helpline
from dev.demo import read
from tests.factories.people import log_in_to_cms, make_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def english(db: None) -> Locale:
    return Locale.objects.get_or_create(language_code="en")[0]


def line(locale: Locale, country: str, kind: str, display: str, **more: Any) -> Helpline:
    dial = display.replace(" ", "")
    values = {"name": display, "verified_on": timezone.localdate(), "position": 0} | more
    return Helpline.objects.create(
        locale=locale, country=country, kind=kind, display=display, dial=dial, **values
    )


@pytest.fixture
def lines(english: Locale) -> None:
    line(english, "GB", "crisis", "116 123")
    line(english, "GB", "emergency", "999", position=9)
    line(english, "GB", "violence", "0808 2000 247")
    line(english, "UA", "emergency", "103")
    line(english, "DE", "emergency", "112")
    line(english, "AT", "emergency", "144")
    line(english, "EG", "emergency", "123")
    line(english, "JO", "emergency", "911")


def request(accept: str = "", user: Any = None, **query: str) -> Any:
    found = RequestFactory().get("/", query, headers={"accept-language": accept})
    found.user = user or AnonymousUser()
    return found


@pytest.mark.parametrize(
    ("language", "accept", "query", "expected"),
    [
        ("en", "", {}, ["GB"]),
        ("uk", "uk", {}, ["UA"]),
        ("de", "de-AT,de;q=0.8", {}, ["AT"]),
        ("ar", "ar-EG,ar;q=0.9,en-US;q=0.5", {}, ["EG"]),
        ("ar", "ar", {}, ["EG", "JO"]),
        ("uk", "uk,en-US;q=0.7", {}, ["UA"]),
        ("uk", "uk-UA", {"country": "de"}, ["DE"]),
        ("uk", "uk-UA", {"country": "../etc"}, ["UA"]),
        ("de", "de-LI", {}, ["DE", "AT"]),
        ("en", "\x00;;,,q=", {}, ["GB"]),
    ],
)
def test_the_likely_country(
    lines: None, language: str, accept: str, query: dict[str, str], expected: list[str]
) -> None:
    with translation.override(language):
        assert helplines.likely(request(accept, **query), helplines.countries()) == expected


def test_the_time_zone_of_an_account_tells_the_country(lines: None) -> None:
    user = type("U", (), {"is_authenticated": True, "time_zone": "Africa/Cairo"})()
    assert helplines.likely(request("en-GB", user=user), helplines.countries()) == ["EG"]


def test_without_rows_nothing_breaks(english: Locale) -> None:
    assert helplines.likely(request(), helplines.countries()) == []
    html = Template("{% load danger %}{% help_lines as places %}[{{ places }}]").render(
        Context({"request": request()})
    )
    assert html == "[[]]"


def test_the_emergency_number_is_first_and_the_kind_decides_what_follows(lines: None) -> None:
    country = helplines.countries("en")["GB"]
    assert [one.display for one in country.for_kind(LIFE)] == ["999", "116 123"]
    assert [one.display for one in country.for_kind(VIOLENCE)] == ["999", "0808 2000 247"]


def test_facts_are_the_originals_and_words_the_translations(english: Locale) -> None:
    original = line(english, "UA", "crisis", "7333", name="Lifeline", hours="Day and night")
    ukrainian = Locale.objects.get_or_create(language_code="uk")[0]
    translated = original.copy_for_translation(ukrainian)
    translated.name, translated.hours = "Лінія", "Цілодобово"
    translated.save()
    Helpline.objects.filter(pk=original.pk).update(display="73 33", dial="7334")
    found = helplines.countries("uk")["UA"].lines[0]
    assert (found.name, found.hours, found.display, found.dial) == ("Лінія", "Цілодобово", "73 33", "7334")


def test_lines_nobody_has_checked_are_listed_then_hidden_but_emergency_numbers_stay(english: Locale) -> None:
    today = timezone.localdate()
    assert not line(english, "GB", "crisis", "1", verified_on=today - timedelta(days=270)).is_overdue
    assert line(english, "GB", "crisis", "2", verified_on=today - timedelta(days=280)).is_overdue
    line(english, "GB", "crisis", "3", verified_on=today - timedelta(days=731))
    line(english, "GB", "emergency", "4", verified_on=today - timedelta(days=900))
    assert {one.display for one in helplines.countries("en")["GB"].lines} == {"1", "2", "4"}


def test_a_line_that_nobody_has_checked_is_shown_marked_and_overdue(english: Locale) -> None:
    assert line(english, "GB", "crisis", "116 123", verified_on=None).is_overdue
    line(english, "GB", "emergency", "999", verified_on=None)
    template = Template('{% include "blocks/helplines.html" %}')
    with translation.override("en"):
        html = template.render(Context({"request": request("en-GB")}))
        assert html.count("Not checked yet") == 2
        assert "nobody has compared them" in html
        Helpline.objects.update(verified_on=timezone.localdate())
        html = template.render(Context({"request": request("en-GB")}))
    assert "hecked yet" not in html
    assert "nobody has compared them" not in html


def test_lines_that_nobody_has_checked_stand_first_in_the_cms(client: Client, english: Locale) -> None:
    line(
        english,
        "GB",
        "crisis",
        "111",
        name="Old line",
        verified_on=timezone.localdate() - timedelta(days=600),
    )
    line(english, "GB", "crisis", "222", name="New line", verified_on=None)
    log_in_to_cms(client, make_editor())
    page = client.get(reverse("wagtailsnippets_core_helpline:list")).content.decode()
    assert page.index("New line") < page.index("Old line")


def test_the_demo_claims_no_check_that_nobody_made() -> None:
    data = read(Path(settings.BASE_DIR) / "dev/demo/helplines.toml")
    assert not {"verified_on", "verified_by", "source"} & {
        key for one in [data, *data["line"]] for key in one
    }


def test_a_number_is_a_button_that_calls_and_reads_from_left_to_right(lines: None) -> None:
    template = Template(
        '{% load danger %}{% help_lines as places %}{% include "components/help_lines.html" with places=places only %}'
    )
    with translation.override("en"):
        html = template.render(Context({"request": request("en-GB")}))
    assert 'class="call-button" href="tel:116123"' in html
    assert '<bdi class="call-button__number" dir="ltr">116 123</bdi>' in html


def test_all_lines_and_the_choice_of_a_country_work_without_javascript(lines: None) -> None:
    with translation.override("ar"):
        html = Template('{% include "blocks/helplines.html" %}').render(
            Context({"request": request("ar-EG")})
        )
    assert html.index('id="country-EG"') < html.index('id="country-JO"')
    assert '<option value="EG" selected>' in html
    assert html.count("tel:") == 8


def test_the_demo_has_lines_for_every_country_a_language_is_read_in() -> None:
    data = read(Path(settings.BASE_DIR) / "dev/demo/helplines.toml")
    emergency = {one["country"] for one in data["line"] if one["kind"] == "emergency"}
    assert emergency == {one["country"] for one in data["line"]}
    assert {code for codes in helplines.COUNTRIES.values() for code in codes} <= emergency
    assert all(set(texts) == set(dict(settings.LANGUAGES)) for texts in data["texts"].values())
