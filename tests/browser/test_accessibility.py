"""axe finds nothing on any page, light and dark, in both directions; nothing is wider than a small telephone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import DjangoDbBlocker

from booking import services, tokens
from booking.models import ActionToken, Booking, BookingEvent, Schedule
from booking.services import ClientDetails
from booking.slots import next_starts
from directory.models import Specialist
from tests.browser.accessibility import AXE, DIRECTIONS, RUN_AXE, TAGS, TOO_WIDE, look
from tests.browser.conftest import Watch
from tests.browser.journey import choose_time, fill_form, submit
from tests.browser.sessions import come_in
from tests.factories.booking import booking_form
from tests.factories.content import ARTICLES, EVERY_BLOCK, SPECIALISTS
from tests.run_databases import copy_for_a_test

SPECIALIST = SPECIALISTS[0]

PAGES = {
    "front page": "",
    "plain page": "privacy/",
    "help now": "help-now/",
    "list of articles": "articles/",
    "article": f"articles/{ARTICLES[0]}/",
    "directory": "specialists/",
    "directory, filtered": "specialists/?topic=trust&free=1",
    "directory, nobody found": "specialists/?topic=grief&language=de&format=online",
    "specialist": f"specialists/{SPECIALIST}/",
    "join as a specialist": "specialists/join/",
    "free consultation": "free-consultation/",
    "times": f"specialists/{SPECIALIST}/book/?tz=America/New_York",
    "times, none": f"specialists/{SPECIALIST}/book/?from=2020-01-01&tz=Mars/Olympus",
    "log in": "account/login/",
    "sign up": "account/signup/",
    "forgotten password": "account/password/reset/",
    "not found": "nowhere/",
}


@dataclass
class Links:
    """The addresses of pages about bookings, under a language."""

    form: str
    confirm: str
    confirmed: str
    move: str
    cancel: str
    requested: str
    answer: str
    propose: str
    proposed: str
    declined: str
    cancelled: str
    expired: str


@pytest.fixture(scope="module")
def transactional_db(content_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One copy of the small site for all tests of this module: they look, and change nothing that others see."""
    with copy_for_a_test(content_database, django_db_blocker):
        yield


@pytest.fixture(scope="module")
def links(transactional_db: None) -> Links:
    """A booking in each state."""
    starts = free_starts()
    held, confirmed, cancelled, expired = (book(next(starts), number) for number in range(4))
    services.confirm_booking(booking=confirmed)
    services.confirm_booking(booking=cancelled)
    services.cancel_booking(
        booking=cancelled, actor=BookingEvent.Actor.CLIENT, reason="I have caught a cold."
    )
    Booking.objects.filter(pk=expired.pk).update(hold_expires_at=timezone.now() - timedelta(minutes=1))

    Schedule.objects.update(confirms_by_hand=True)
    starts = free_starts()  # with more notice
    requested, proposed, declined = (book(next(starts), number) for number in range(4, 7))
    for booking in (requested, proposed, declined):
        services.confirm_booking(booking=booking)
    services.propose_time(booking=proposed, start=next(starts))
    services.decline_request(booking=declined, reason="I am on holiday, and back next month.")
    Schedule.objects.update(confirms_by_hand=False)

    everybody = (held, confirmed, cancelled, expired, requested, proposed, declined)
    link = {one.pk: f"bookings/{tokens.issue(one, 'client')}/" for one in everybody}
    *_sooner, last = free_starts()
    answer = f"bookings/{tokens.issue(requested, ActionToken.Purpose.SPECIALIST)}/"
    return Links(
        form=f"specialists/{SPECIALIST}/book/?tz=Europe/Kyiv&start={last.astimezone(UTC):%Y-%m-%dT%H:%MZ}",
        confirm=f"{link[held.pk]}confirm/",
        confirmed=link[confirmed.pk],
        move=f"{link[confirmed.pk]}move/",
        cancel=f"{link[confirmed.pk]}cancel/",
        requested=link[requested.pk],
        answer=f"{answer}answer/",
        propose=f"{answer}propose/",
        proposed=link[proposed.pk],
        declined=link[declined.pk],
        cancelled=link[cancelled.pk],
        expired=f"{link[expired.pk]}confirm/",
    )


def free_starts() -> Iterator[datetime]:
    specialist = Specialist.objects.get(slug=SPECIALIST)
    yield from next_starts([specialist.pk], limit=20)[specialist.pk]


def book(start: datetime, number: int) -> Booking:
    form = booking_form(start)
    client = ClientDetails(
        name="Robin", email=f"robin{number}@example.org", language="en", time_zone="America/New_York"
    )
    return services.request_booking(
        specialist=Specialist.objects.get(slug=SPECIALIST), start=start, client=client, key=UUID(form["key"])
    )


@pytest.fixture
def check(open_page: Callable[..., Page], watch: Watch) -> Callable[..., None]:
    """Opens an address at 375 pixels and looks at it."""
    watch.expected |= {404, 410, 422}

    def run(address: str, prepare: Callable[[Page], Any] | None = None) -> None:
        page = open_page(width=375, height=800)
        page.goto(address)
        if prepare:
            prepare(page)
        look(page)

    return run


@pytest.mark.parametrize("language", DIRECTIONS)
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_has_no_barrier(check: Callable[..., None], language: str, path: str) -> None:
    check(f"/{language}/{path}")


@pytest.mark.parametrize("language", DIRECTIONS)
@pytest.mark.parametrize("state", Links.__dataclass_fields__)
def test_a_page_about_a_booking_has_no_barrier(
    check: Callable[..., None], links: Links, language: str, state: str
) -> None:
    check(f"/{language}/{getattr(links, state)}")


@pytest.mark.parametrize("language", DIRECTIONS)
def test_asking_to_look_for_the_mail_has_no_barrier(check: Callable[..., None], language: str) -> None:
    def send(page: Page) -> None:
        choose_time(page)
        fill_form(page, f"robin@{language}.example.org")
        submit(page).click()
        page.wait_for_url("**/bookings/pending/")

    check(f"/{language}/specialists/{SPECIALIST}/book/?tz=Europe/Kyiv", send)


@pytest.mark.parametrize("language", DIRECTIONS)
def test_a_specialists_own_side_has_no_barrier(
    open_context: Callable[..., BrowserContext], links: Links, site: str, language: str
) -> None:
    context = open_context(width=375, height=800)
    come_in(context, site, Specialist.objects.get(slug=SPECIALIST).user)
    page = context.new_page()
    for path in ("", "specialist/consultations/", "specialist/hours/", "specialist/calendar/"):
        page.goto(f"/{language}/account/{path}")
        expect(page.locator("main h1")).to_be_visible()
        look(page)


def send_nothing(page: Page) -> None:
    page.locator("main form:not([data-passkey]) button[type=submit]:not([name])").last.click()
    page.locator(".error-summary").wait_for()


@pytest.mark.parametrize("language", DIRECTIONS)
def test_a_form_with_mistakes_has_no_barrier(check: Callable[..., None], links: Links, language: str) -> None:
    check(f"/{language}/{links.form}", send_nothing)


@pytest.mark.parametrize("language", DIRECTIONS)
def test_a_failed_log_in_has_no_barrier(check: Callable[..., None], language: str) -> None:
    check(f"/{language}/account/login/", send_nothing)


def test_no_kind_of_block_has_a_barrier(check: Callable[..., None]) -> None:
    check(f"/en/{EVERY_BLOCK}/")


@pytest.mark.parametrize("language", DIRECTIONS)
def test_opened_menus_and_answers_have_no_barrier(check: Callable[..., None], language: str) -> None:
    def open_everything(page: Page) -> None:
        for switch in page.locator("main details > summary").all():
            if switch.is_visible():
                switch.click()
        page.locator("details.menu > summary").click()
        page.locator(".menu__sheet").wait_for()

    check(f"/{language}/free-consultation/", open_everything)


def test_axe_and_the_measuring_find_what_is_wrong(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.set_content('<p style="color: #999; background: #fff; width: 500px">Hardly readable, and wide</p>')
    page.evaluate(AXE)
    found = {violation.split(":")[0] for violation in page.evaluate(RUN_AXE, TAGS)}
    assert {"color-contrast", "html-has-lang", "landmark-one-main"} <= found
    assert len(page.evaluate(TOO_WIDE)) == 1
    page.close()
