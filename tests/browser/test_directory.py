"""Searching the directory in a real browser: with scripts and without, by keyboard alone, in three languages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from django.utils.translation import ngettext
from playwright.sync_api import Page, expect

from directory.models import Specialist
from tests.factories.content import SPECIALISTS

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
TELEPHONE = {"width": 375, "height": 800}


def names(page: Page) -> list[str]:
    return page.locator("#found .who__name").all_inner_texts()


def test_a_ukrainian_word_with_a_mistake_finds_whom_it_means(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/uk/specialists/")
    everybody = names(page)
    page.locator("#q").press_sequentially("тривгоа")
    expect(page.locator("#found .chip")).to_contain_text("тривгоа")
    expect(page.locator("#found .section-header")).to_contain_text("Тривога")
    expect(page).to_have_url(re.compile(r"/uk/specialists/\?q="))
    about = Specialist.objects.published().filter(topics__slug="anxiety").values_list("name", flat=True)
    assert set(about) <= set(names(page)) <= set(everybody)
    page.locator("#found .chip").first.click()
    expect(page.locator("#found .chip")).to_have_count(0)
    assert names(page) == everybody


def test_results_and_counts_follow_every_choice_without_a_new_page(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/en/specialists/")
    page.evaluate("window.isTheSamePage = true")
    option = page.locator("#options-topic .option", has=page.locator("[value=trust]"))
    promised = int(re.sub(r"\D", "", option.locator(".option__count").inner_text()))
    option.locator("input").check()
    expect(page.locator("#found .chip")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?topic=trust$"))
    assert len(names(page)) == promised
    expect(page.locator("#found-told")).to_contain_text(str(promised))
    page.locator("#sort").select_option(label="Name")
    expect(page).to_have_url(re.compile(r"\?topic=trust&sort=name$"))
    assert page.evaluate("window.isTheSamePage")
    page.go_back()
    expect(page).to_have_url(re.compile(r"\?topic=trust$"))
    expect(page.locator("#found .chip")).to_have_count(1)
    page.reload()
    assert len(names(page)) == promised


def test_all_that_tells_what_was_searched_follows_it(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory.search.listing.FEWEST", 1)
    page = open_page()
    page.goto("/en/specialists/")
    expect(page.locator("#doors")).to_contain_text("by topic")
    page.locator("#options-topic [value=trust]").check()
    expect(page).to_have_url(re.compile(r"\?topic=trust$"))
    address = page.url.partition("localhost")[2].partition("/")[2]
    page.wait_for_load_state("networkidle")
    fresh = open_page()
    fresh.goto("/" + address)
    for what in ("h1", "#doors"):
        expect(page.locator(what)).to_have_text(fresh.locator(what).inner_text(), use_inner_text=True)
    assert page.title() == fresh.title()
    for link in ("link[rel=canonical]", "link[hreflang=uk]", ".bar__link[href*=login]"):
        assert page.locator(link).get_attribute("href") == fresh.locator(link).get_attribute("href")


def test_in_arabic_on_a_telephone_the_filters_are_a_sheet(open_page: OpenPage) -> None:
    page = open_page(**TELEPHONE)
    page.goto("/ar/specialists/")
    panel = page.locator("#options")
    expect(panel).to_be_hidden()
    page.locator(".filters__switch summary").click()
    expect(panel).to_be_visible()
    box = page.locator(".sheet").bounding_box()
    assert box["y"] + box["height"] == pytest.approx(800, abs=2)
    panel.locator("[name=language][value=ar]").check()
    expect(page.locator("#found .chip")).to_have_count(1)
    about = Specialist.objects.published().filter(session_languages__contains=["ar"])
    count = about.count()
    with translation.override("ar"):
        told = ngettext("Show %(count)s result", "Show %(count)s results", count) % {"count": count}
    expect(panel.locator(".filters__end button")).to_contain_text(told)
    page.mouse.wheel(0, 600)
    assert page.evaluate("scrollY") == 0
    panel.locator(".filters__end button").click()
    expect(panel).to_be_hidden()
    page.wait_for_load_state("networkidle")
    assert sorted(names(page)) == sorted(about.values_list("name", flat=True))
    assert page.evaluate("document.documentElement.scrollWidth") == 375


def test_every_way_out_of_the_sheet_leads_back_to_its_button(open_page: OpenPage) -> None:
    page = open_page(**TELEPHONE)
    page.goto("/en/specialists/")
    panel, opener = page.locator("#options"), page.locator(".filters__switch summary")
    for close in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.mouse.click(180, 20),  # beside it
        lambda: page.locator(".sheet [data-closes]").click(),
    ):
        opener.click()
        expect(panel).to_be_visible()
        close()
        expect(panel).to_be_hidden()
        expect(opener).to_be_focused()
    opener.click()
    for _press in range(60):  # as far as it goes: what lies behind is out of reach
        page.keyboard.press("Tab")
        inside = (
            "document.activeElement === document.body || document.activeElement.closest('.sheet') !== null"
        )
        assert page.evaluate(inside)


@pytest.mark.parametrize("language", ["en", "uk", "de", "ar"])
def test_on_a_telephone_the_first_card_is_in_sight_and_a_long_word_breaks(
    open_page: OpenPage, language: str
) -> None:
    page = open_page(width=375, height=812)
    page.goto(f"/{language}/specialists/?format=online&free=1")
    assert page.locator("#found .specialist").first.bounding_box()["y"] < 720
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"/{language}/specialists/?q={'a' * 100}")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_by_keyboard_alone_from_the_search_to_a_free_time(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/en/specialists/")
    page.locator("#q").focus()
    page.keyboard.type("trust")
    expect(page.locator("#found .chip")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    for _press in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a.slot')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("input[name=name]")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/book/\?"))


@pytest.mark.parametrize("where", ["/en/specialists/", f"/en/specialists/{SPECIALISTS[0]}/"])
def test_from_a_free_time_to_the_form_the_clock_is_that_of_the_browser(
    open_page: OpenPage, where: str
) -> None:
    page = open_page(timezone_id="America/New_York")
    page.goto(where)
    slot = page.locator("a.slot time").first
    start = datetime.fromisoformat(slot.get_attribute("datetime")).astimezone(ZoneInfo("America/New_York"))
    expect(slot).to_contain_text(f"{start:%H:%M}")
    slot.click()
    expect(page).to_have_url(re.compile("tz=America%2FNew_York"))
    expect(page.locator(".when")).to_contain_text(f"{start:%H:%M}")
    expect(page.locator("input[name=time_zone]")).to_have_value("America/New_York")


def test_a_time_more_than_six_days_ahead_has_its_date(open_page: OpenPage) -> None:
    page = open_page(timezone_id="Asia/Amman")
    page.clock.set_fixed_time(datetime.now(UTC) - timedelta(days=20))
    page.goto("/ar/specialists/")
    slot = page.locator("a.slot time").first
    start = datetime.fromisoformat(slot.get_attribute("datetime")).astimezone(ZoneInfo("Asia/Amman"))
    expect(slot).to_have_text(re.compile(rf"، {start.day} \S+، {start:%I:%M} [صم]".replace(" 0", " ")))


def test_whoever_has_begun_to_type_keeps_the_clock_that_they_see(open_page: OpenPage, site: str) -> None:
    page = open_page(timezone_id="America/New_York")
    held: list[Any] = []
    page.route("**/js/zone.js", lambda route: held.append(route))  # the script is slow to come
    page.goto(f"/en/specialists/{SPECIALISTS[0]}/")
    page.locator("a.slot").first.click(no_wait_after=True)
    page.locator("input[name=age]").first.check()
    held[0].continue_()
    page.wait_for_load_state("load")
    assert "tz=" not in page.url


def test_without_scripts_everything_is_a_form_and_links(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/de/specialists/")
    page.locator("[name=language][value=de]").check()
    page.locator(".filters__end button").click()
    expect(page).to_have_url(re.compile(r"language=de"))
    assert Specialist.objects.get(slug=SPECIALISTS[1]).name in names(page)
    page.locator("#found .chip").first.click()
    assert len(names(page)) == Specialist.objects.published().count()


def test_without_scripts_the_fields_are_a_panel_on_a_telephone(open_page: OpenPage) -> None:
    page = open_page(**TELEPHONE, java_script_enabled=False)
    page.goto("/en/specialists/")
    expect(page.locator("#options")).to_be_hidden()
    page.locator(".filters__switch summary").click()
    expect(page.locator("#options")).to_be_visible()
    page.locator("#options [name=free]").check()
    page.locator("#options .filters__end button").click()
    expect(page).to_have_url(re.compile(r"free=1"))


def test_nothing_of_a_search_stays_in_the_browser(open_page: OpenPage, watch: Any) -> None:
    page = open_page()
    page.goto("/en/specialists/")
    page.locator("#q").fill("grief")
    expect(page.locator("#found .chip")).to_have_count(1)
    stored = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "grief" not in stored
