"""The main job as a client does it: read, find, book, confirm from the mail, get the calendar file, cancel."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from playwright.sync_api import Locator, Page, expect

from booking.models import Booking
from tests.browser.journey import calendar_in, choose_time, fill_form, link_in, submit
from tests.factories.content import ARTICLES, SPECIALISTS

ARTICLE, SPECIALIST = ARTICLES[0], SPECIALISTS[0]
TOPIC = "trust"  # what the article is about, and the specialist works on
KYIV, NEW_YORK = "Europe/Kyiv", "America/New_York"
SPECIALIST_MAIL = "specialist@attune.example"
OpenPage = Callable[..., Page]


def read_and_find(page: Page, language: str) -> None:
    """From the front page to an article, and on to a specialist for its topic."""
    page.goto(f"/{language}/")
    if page.viewport_size["width"] < 900:  # the menu is folded up
        page.locator("details.menu > summary").click()
        page.locator(f'.menu__nav a[href="/{language}/articles/"]').click()
    else:
        page.locator(f'.bar__nav a[href="/{language}/articles/"]').click()
    page.locator(f'main a[href="/{language}/articles/{ARTICLE}/"]').first.click()
    expect(page).to_have_url(re.compile(f"/{language}/articles/{ARTICLE}/$"))
    page.locator(f'main .specialist a[href="/{language}/specialists/{SPECIALIST}/"]').first.click()
    expect(page).to_have_url(re.compile(f"/{language}/specialists/{SPECIALIST}/$"))


def open_times(page: Page, language: str) -> None:
    page.locator(f'a.btn[href="/{language}/specialists/{SPECIALIST}/book/"]').click()
    expect(page.locator("button.slot").first).to_be_visible()


@pytest.mark.parametrize(
    ("language", "width", "scripts"),
    [("en", 1280, True), ("en", 375, True), ("uk", 375, False), ("ar", 375, True)],
    ids=["English, wide", "English, narrow", "Ukrainian, narrow, no JavaScript", "Arabic, narrow"],
)
def test_a_client_reads_finds_books_confirms_and_cancels(
    open_page: OpenPage, post: Any, site: str, tmp_path: Path, language: str, width: int, scripts: bool
) -> None:
    email = "robin@example.org"
    page = open_page(width=width, java_script_enabled=scripts, timezone_id=KYIV, accept_downloads=True)
    read_and_find(page, language)
    open_times(page, language)
    start = choose_time(page)
    fill_form(page, email)
    submit(page).click()

    expect(page).to_have_url(f"{site}/{language}/bookings/pending/")
    pending = page.url
    expect(page.locator("main")).to_contain_text(email)
    assert Booking.objects.get().status == Booking.Status.HELD

    (request,) = post.mails_to(email)
    assert post.mails_to(SPECIALIST_MAIL) == [], "the specialist hears of it before it is confirmed"
    confirm = link_in(request, "/confirm/")
    assert confirm.startswith(f"{site}/{language}/")
    page.goto(confirm)
    assert Booking.objects.get().status == Booking.Status.HELD, "opening the link has changed something"
    submit(page).click()

    expect(page).to_have_url(confirm.removesuffix("confirm/"))
    booking = Booking.objects.get()
    assert (booking.status, booking.starts_at) == (Booking.Status.CONFIRMED, start)
    assert booking.client_language == language
    _request, confirmation = post.mails_to(email)
    method, invited = calendar_in(confirmation)
    assert (method, invited.start, invited["SEQUENCE"]) == ("REQUEST", start, 0)
    assert len(post.mails_to(SPECIALIST_MAIL)) == 1

    with page.expect_download() as download:
        page.locator('a[href$="consultation.ics"]').click()
    saved = tmp_path / "consultation.ics"
    download.value.save_as(saved)
    (event,) = icalendar.Calendar.from_ical(saved.read_bytes()).walk("VEVENT")
    assert (event["UID"], event.start) == (invited["UID"], start)

    page.locator('main a[href$="/cancel/"]').click()
    expect(page).to_have_url(re.compile("/cancel/$"))
    assert Booking.objects.get().status == Booking.Status.CONFIRMED
    submit(page).click()
    expect(page).to_have_url(confirm.removesuffix("confirm/"))
    assert Booking.objects.get().status == Booking.Status.CANCELLED
    *_earlier, cancellation = post.mails_to(email)
    method, event = calendar_in(cancellation)
    assert (method, event["UID"], event["SEQUENCE"]) == ("CANCEL", invited["UID"], 1)
    assert len(post.mails_to(SPECIALIST_MAIL)) == 2

    page.goto(pending)  # from the browser's history: the page that asked to look for the mail
    expect(page.locator("main")).not_to_contain_text(email)
    page.goto(f"/{language}/specialists/{SPECIALIST}/book/")
    times = page.locator("button.slot time").evaluate_all("all => all.map(one => one.dateTime)")
    assert start in {datetime.fromisoformat(time) for time in times}, "the time isn't free again"


def test_specialists_are_found_by_the_articles_topic(open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"/en/articles/{ARTICLE}/")
    page.locator('.prose a[href*="/en/specialists/?topic="]').click()
    expect(page.locator(".removable a")).to_have_count(1)
    page.goto(f"/en/specialists/?topic={TOPIC}")
    names = page.locator(".specialist .who__name")
    expect(names).to_have_count(2)
    page.locator(f"#options-topic [value={TOPIC}]").uncheck()
    expect(names).to_have_count(
        3
    )  # a choice made meanwhile ends the request before it, which htmx complains about
    page.locator("#options-topic [value=grief]").check()
    expect(names).to_have_count(1)
    expect(names.locator("a")).to_have_attribute("href", f"/en/specialists/{SPECIALISTS[2]}/")


def test_the_whole_way_needs_only_a_keyboard(open_page: OpenPage, post: Any) -> None:
    email = "kim@example.org"
    page = open_page(timezone_id=KYIV)
    page.goto(f"/en/articles/{ARTICLE}/")
    tab_to(page, "a.skip")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    press(page, f'main .specialist a[href="/en/specialists/{SPECIALIST}/"]')
    press(page, f'a.btn[href="/en/specialists/{SPECIALIST}/book/"]')
    press(page, "button.slot")
    for name, text in [("name", "Kim"), ("email", email)]:
        tab_to(page, f"input[name={name}]")
        page.keyboard.type(text)
    for name in ["age", "privacy"]:
        tab_to(page, f"input[name={name}]")
        page.keyboard.press("Space")
    press(page, "main form button[type=submit]")
    page.wait_for_url(re.compile("/en/bookings/"))
    page.goto(link_in(post.mails_to(email)[0], "/confirm/"))
    press(page, "main form button[type=submit]")
    expect(page.locator("h1")).to_have_text("Your consultation is confirmed")
    press(page, 'main a[href$="/cancel/"]')
    press(page, "main form button[type=submit]")
    expect(page.locator("h1")).to_have_text("Your consultation is cancelled")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the keyboard is at `selector`; where it stops, that must be seen."""
    page.wait_for_load_state()
    for _step in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 }"
            )
            assert outline, f"no focus ring on {selector}"
            return
    raise AssertionError(f"{selector} can't be reached by Tab on {page.url}")


def press(page: Page, selector: str) -> None:
    """Go to `selector` by Tab and press Enter; wait for what follows."""
    tab_to(page, selector)
    before = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)


def test_times_are_shown_on_the_browsers_clock_beside_the_specialists(open_page: OpenPage, post: Any) -> None:
    page = open_page(width=375, timezone_id=NEW_YORK)
    page.goto(f"/en/specialists/{SPECIALIST}/book/")
    expect(page).to_have_url(re.compile("tz=America%2FNew_York"))  # the browser told its zone, once
    contains(page.locator(".zone"), ["New York", "Kyiv"])
    shown = page.locator("button.slot time").first
    start = datetime.fromisoformat(shown.get_attribute("datetime"))
    here, there = start.astimezone(ZoneInfo(NEW_YORK)), start.astimezone(ZoneInfo(KYIV))
    assert start.utcoffset() == here.utcoffset()
    expect(shown).to_have_text(on_clock(here))

    assert choose_time(page) == start
    both = [on_clock(here), "New York", on_clock(there), "Kyiv"]
    contains(page.locator(".when"), both)
    fill_form(page, "lee@example.org")
    submit(page).click()
    page.wait_for_url(re.compile("/en/bookings/"))
    contains(page.locator(".when"), both)
    (mail,) = post.mails_to("lee@example.org")
    page.goto(link_in(mail, "/confirm/"))
    contains(page.locator(".when"), both)
    submit(page).click()
    expect(page.locator("h1")).to_have_text("Your consultation is confirmed")
    contains(page.locator(".when"), both)

    page.goto(
        f"/en/specialists/{SPECIALIST}/book/?tz=Europe/Kyiv"
    )  # chosen by hand: the browser's doesn't win
    expect(page.locator(".zone")).not_to_contain_text("New York")


def test_the_time_zone_can_be_chosen_without_javascript(open_page: OpenPage) -> None:
    page = open_page(width=375, java_script_enabled=False, timezone_id=NEW_YORK)
    page.goto(f"/en/specialists/{SPECIALIST}/book/")
    expect(page.locator(".zone")).not_to_contain_text("New York")
    page.locator(".zone-change summary").click()
    page.locator("input[name=city]").fill("Kiyv")
    page.locator(".zone-change button").click()
    expect(page.locator("input[name=city]")).to_have_value("Kiyv")
    page.locator(".zone-change a", has_text="Kyiv, Ukraine").click()
    expect(page.locator(".zone")).to_contain_text("Kyiv")
    page.locator(".zone-change summary").click()
    page.locator("input[name=city]").fill("new york")
    page.locator(".zone-change button").click()
    contains(page.locator(".zone"), ["New York", "Kyiv"])


def test_the_browsers_clock_is_asked_for_once_and_only_where_nothing_is_said(open_page: OpenPage) -> None:
    """Chromium says Europe/Kiev for the clock that we call Europe/Kyiv."""
    page = open_page(timezone_id=KYIV)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.is_navigation_request() else None)
    path = f"/en/specialists/{SPECIALIST}/book/"
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert len(asked) == 1, asked
    other = open_page(timezone_id=NEW_YORK)
    other.goto(path)
    other.wait_for_url("**/book/?tz=America%2FNew_York")
    for query in ["?tz=Asia%2FTokyo", "?city=Tokyo", "?city=Nowhere"]:
        other.goto(path + query)
        other.wait_for_load_state("networkidle")
        assert other.url.endswith(query)


def test_mistakes_in_the_form_are_told_and_nothing_typed_is_lost(open_page: OpenPage, watch: Any) -> None:
    watch.expected.add(422)
    page = open_page(width=375, timezone_id=KYIV)
    page.goto(f"/en/specialists/{SPECIALIST}/book/")
    choose_time(page)
    page.locator("input[name=name]").fill("Robin")
    page.locator("input[name=email]").fill("robin at example")
    submit(page).click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary.locator("li")).to_have_count(3)
    expect(page.locator("input[name=name]")).to_have_value("Robin")
    summary.locator("a").first.click()
    expect(page.locator("input[name=email]")).to_be_focused()
    assert Booking.objects.count() == 0


def test_a_time_that_somebody_else_took_meanwhile_is_refused_politely(
    open_page: OpenPage, post: Any, watch: Any
) -> None:
    watch.expected.add(409)
    first, second = (open_page(timezone_id=KYIV) for _person in range(2))
    for page, email in [(first, "first@example.org"), (second, "second@example.org")]:
        page.goto(f"/en/specialists/{SPECIALIST}/book/")
        choose_time(page)
        fill_form(page, email)
    submit(first).click()
    first.wait_for_url(re.compile("/en/bookings/"))
    submit(second).click()
    expect(second.locator(".alert")).to_be_visible()
    expect(second.locator("button.slot").first).to_be_visible()
    assert Booking.objects.count() == 1
    assert post.mails_to("second@example.org") == []


def test_losing_the_connection_is_told_until_it_is_back(open_page: OpenPage) -> None:
    page = open_page(width=375)
    page.goto("/en/")
    page.context.set_offline(True)
    expect(page.locator("[data-offline]")).to_be_visible()
    expect(page.locator("[data-offline]")).to_contain_text("No Internet connection")
    page.context.set_offline(False)
    expect(page.locator("[data-offline]")).to_be_hidden()


def on_clock(moment: datetime) -> str:
    """The time as English pages write it."""
    return f"{moment:%H:%M}"


def contains(where: Locator, texts: list[str]) -> None:
    for text in texts:
        expect(where.first).to_contain_text(text)
