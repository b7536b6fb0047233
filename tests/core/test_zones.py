"""Names of time zones. Ids: docs/rules/booking.md."""

import os
import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.i18n.zones import choices, current_name, load_zone

WINTER = datetime(2027, 1, 15, tzinfo=UTC)
SUMMER = datetime(2027, 7, 15, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "key",
    [
        *("Mars/Phobos", "../../etc/passwd", "/etc/passwd", "Europe/../Europe/Berlin", "Europe", "Europe/"),
        *(
            "",
            " ",
            ".",
            "..",
            "\x00",
            "Europe/Berlin\x00",
            "Europe/Berlin ",
            "Europe/Berlin\n",
            "\ud800",
            "E" * 300,
        ),
        *("europe/berlin", "EUROPE/BERLIN", "utc", "Europe\\Berlin", "Europe/Бе́рлін"),
        *("+02:00", "GMT+2", "UTC+2", "CEST", "Z"),
        *("localtime", "Factory", "leapseconds", "tzdata.zi", "posixrules", "zone.tab", "zone1970.tab"),
        *("iso3166.tab", "__init__.py", "posix/Europe/Berlin", "right/Europe/Berlin"),
        None,
    ],
    ids=ascii,
)
def test_C5_what_is_not_a_name_is_no_zone(key):
    assert load_zone(key) is None


@settings(derandomize=True, database=None, deadline=None)
@given(st.text() | st.text(alphabet="EuropeBrlinGMTc/.+-_ 0123", max_size=20))
def test_C5_no_text_raises(key):
    zone = load_zone(key)
    assert zone is None or zone.key == key


@pytest.mark.parametrize(
    "key", ["Asia/Calcutta", "Europe/Kiev", "US/Pacific", "Etc/GMT+2", "Europe/Kyiv", "UTC"]
)
def test_C6_old_and_technical_names_are_zones(key):
    zone = load_zone(key)
    assert zone is not None
    assert zone.key == key
    assert load_zone(key) is zone


def test_B27_the_pinned_package_is_enough():
    keys = ["Asia/Calcutta", "Europe/Kiev", "US/Pacific"]
    code = f"from core.i18n.zones import choices, load_zone; choices(); print([load_zone(k).key for k in {keys}])"
    process = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONTZPATH": "", "PYTHONPATH": str(ROOT / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout.strip() == str(keys)


def test_B27_a_zone_of_the_operating_system_alone_is_no_zone(tmp_path):
    berlin = resources.files("tzdata").joinpath("zoneinfo", "Europe", "Berlin").read_bytes()
    (tmp_path / "Atlantis").write_bytes(berlin)
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[tmp_path])
    try:
        assert zoneinfo.ZoneInfo("Atlantis").key == "Atlantis"
        assert load_zone("Atlantis") is None
    finally:
        zoneinfo.reset_tzpath(to=before)


def test_choices_are_current_names_grouped_by_region():
    groups = choices(WINTER)
    regions = [region for region, _ in groups]
    assert regions == [*sorted(regions[:-1]), "UTC"]
    assert {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"} <= set(
        regions
    )
    for region, zones in groups[:-1]:
        keys = [key for key, _ in zones]
        assert keys == sorted(keys)
        assert all(key.startswith(f"{region}/") for key in keys)
    keys = [key for _, zones in groups for key, _ in zones]
    assert len(keys) == len(set(keys)) > 400
    assert all(load_zone(key) for key in keys)
    assert {"Europe/Kyiv", "Europe/Oslo", "Asia/Kolkata", "America/Los_Angeles"} <= set(keys)
    assert not {"Europe/Kiev", "Asia/Calcutta", "US/Pacific", "Etc/GMT+2", "GB", "Factory"} & set(keys)


@pytest.mark.parametrize(
    ("key", "winter", "summer"),
    [
        ("Europe/Berlin", "Berlin (UTC+01:00)", "Berlin (UTC+02:00)"),
        ("America/New_York", "New York (UTC-05:00)", "New York (UTC-04:00)"),
        ("America/St_Johns", "St Johns (UTC-03:30)", "St Johns (UTC-02:30)"),
        ("Asia/Kathmandu", "Kathmandu (UTC+05:45)", "Kathmandu (UTC+05:45)"),
        ("Pacific/Chatham", "Chatham (UTC+13:45)", "Chatham (UTC+12:45)"),
        (
            "America/Argentina/Buenos_Aires",
            "Argentina/Buenos Aires (UTC-03:00)",
            "Argentina/Buenos Aires (UTC-03:00)",
        ),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_choices_show_the_offset_in_force(key, winter, summer):
    labels = [{k: label for _, zones in choices(at) for k, label in zones}[key] for at in (WINTER, SUMMER)]
    assert labels == [winter, summer]


def test_choices_refuse_a_moment_without_a_zone():
    with pytest.raises(ValueError, match="A moment needs a time zone"):
        choices(datetime(2027, 1, 15))  # noqa: DTZ001 - the mistake itself


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Europe/Oslo", "Europe/Oslo"),  # a link in the data, but offered by its own name
        ("UTC", "UTC"),
        ("EST", "America/Panama"),
    ],
)
def test_old_names_lead_to_those_of_today(key, name):
    assert current_name(key) == name
