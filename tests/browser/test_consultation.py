"""The life of a consultation from both sides: asked for, another time proposed, moved, confirmed, not attended.

A client without an account, who has nothing but the links in mails, and a specialist who confirms by hand. The texts
that the two should see are looked up in the catalogues.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup
from django.db.models import F
from django.utils import timezone, translation
from playwright.sync_api import BrowserContext, Page, expect

from booking import services
from booking.models import Booking, Schedule
from core.models import Outbox
from directory.models import Specialist
from tests.browser.accessibility import look
from tests.browser.conftest import Postman
from tests.browser.journey import calendar_in, choose_time, fill_form, link_in, submit
from tests.browser.sessions import come_in
from tests.factories.content import SPECIALISTS
from tests.page_checks import english_furniture, text_read_in

SPECIALIST = SPECIALISTS[0]
CLIENT = "robin@example.org"
DIRECTIONS = {"ar": "rtl", "de": "ltr"}
REMINDERS = [
    (timedelta(hours=23, minutes=59), "Your appointment is tomorrow"),
    (timedelta(minutes=59), "Your appointment begins soon"),
]
Status = Booking.Status


class Reader:
    """Somebody who reads one language, and sees to it that no page or mail slips into another."""

    def __init__(self, language: str) -> None:
        self.language = language

    def says(self, text: str) -> str:
        """What the site says for an English text."""
        with translation.override(self.language):
            translated = translation.gettext(text)
        assert translated != text, f"not translated: {text}"
        return translated

    def english_in(self, text: str) -> list[str]:
        return [english for english, pattern in english_furniture(self.language) if pattern.search(text)]

    def reads(self, page: Page, heading: str = "") -> None:
        """This page is in the reader's language and direction, under `heading` (in English here)."""
        if heading:
            expect(page.locator("main h1")).to_have_text(self.says(heading))
        html = page.locator("html")
        expect(html).to_have_attribute("lang", self.language)
        expect(html).to_have_attribute("dir", DIRECTIONS[self.language])
        text = text_read_in(BeautifulSoup(page.content(), "html.parser"), self.language)
        assert self.english_in(text) == [], page.url

    def reads_mail(self, mail: EmailMessage, subject: str) -> None:
        """This mail has that subject (in English here), and both its parts are in the reader's language."""
        assert mail["Subject"] == self.says(subject)
        html = mail.get_body(("html",)).get_content()
        assert f'lang="{self.language}"' in html
        assert f'dir="{DIRECTIONS[self.language]}"' in html
        for text in (
            mail.get_body(("plain",)).get_content(),
            BeautifulSoup(html, "html.parser").get_text(" "),
        ):
            assert self.english_in(" ".join(text.split())) == []


def of_client(mail: EmailMessage) -> str:
    """The address of the client's page about the consultation: the link to cancel it is below that."""
    return link_in(mail, "/cancel/").removesuffix("cancel/")


def choose_another(page: Page, number: int) -> datetime:
    """Press one of the free times and say yes to it; it (aware)."""
    slot = page.locator("button.slot").nth(number)
    start = datetime.fromisoformat(slot.locator("time").get_attribute("datetime"))
    slot.click()
    expect(page.locator("main input[name=start]")).to_be_attached()
    submit(page).click()
    return start


def until_start(before: timedelta) -> None:
    """Let time pass until it is `before` the consultation's start: the consultation and its mails come nearer."""
    booking = Booking.objects.get()
    by = booking.starts_at - before - timezone.now()
    lower, upper = booking.blocked.lower - by, booking.blocked.upper - by
    Booking.objects.update(
        starts_at=booking.starts_at - by, ends_at=booking.ends_at - by, blocked=(lower, upper)
    )
    for row in Outbox.objects.filter(state=Outbox.State.PENDING):
        row.due_at -= by
        row.expires_at = row.expires_at and row.expires_at - by
        if "start" in row.about:  # what it is about has moved with it
            row.about["start"] = (booking.starts_at - by).isoformat()
        row.save()
        Outbox.objects.filter(pk=row.pk).update(created_at=F("created_at") - by)


@pytest.mark.parametrize(
    ("language", "width", "zone"),
    [("ar", 375, "Asia/Amman"), ("de", 1280, "Europe/Berlin")],
    ids=["Arabic, narrow", "German, wide"],
)
def test_asked_for_proposed_moved_confirmed_reminded_and_not_attended(
    open_page: Callable[..., Page],
    open_context: Callable[..., BrowserContext],
    post: Postman,
    site: str,
    language: str,
    width: int,
    zone: str,
) -> None:
    reader = Reader(language)
    Schedule.objects.filter(specialist__slug=SPECIALIST).update(confirms_by_hand=True, move_until=0)
    user = Specialist.objects.get(slug=SPECIALIST).user
    type(user).objects.filter(pk=user.pk).update(language=language)
    client = open_page(width=width, timezone_id=zone)
    context = open_context(width=width, timezone_id=zone)
    come_in(context, site, user)
    specialist = context.new_page()

    # The client asks.
    client.goto(f"/{language}/specialists/{SPECIALIST}/book/")
    choose_time(client)
    reader.reads(client, "Who shall we expect?")
    fill_form(client, CLIENT)
    submit(client).click()
    client.wait_for_url(re.compile("/bookings/pending/"))
    reader.reads(client)
    (mail,) = post.mails_to(CLIENT)
    client.goto(link_in(mail, "/confirm/"))
    reader.reads(client, "Is this right?")
    submit(client).click()
    reader.reads(client, "Your consultation is requested")
    *_, mail = post.mails_to(CLIENT)
    reader.reads_mail(mail, "Your appointment is requested")

    # The specialist proposes another time.
    (mail,) = post.mails_to(user.email)
    assert reader.english_in(mail.get_body(("plain",)).get_content()) == []
    specialist.goto(f"/{language}/account/specialist/consultations/")
    reader.reads(specialist, "Free consultations with me")
    look(specialist)
    booking = Booking.objects.get()
    specialist.locator(f'main a[href$="/bookings/{booking.uid}/answer/"]').click()
    reader.reads(specialist, "Somebody asks for a free consultation")
    look(specialist)
    specialist.locator('main a[href$="/propose/"]').click()
    reader.reads(specialist, "Propose another time")
    look(specialist)
    proposed = choose_another(specialist, 1)
    reader.reads(specialist, "You have proposed this time")
    look(specialist)
    booking.refresh_from_db()
    assert (booking.status, booking.starts_at, booking.awaits_client) == (Status.REQUESTED, proposed, True)

    # It doesn't suit: the client moves to a third one.
    *_, mail = post.mails_to(CLIENT)
    client.goto(of_client(mail))
    reader.reads(client, "Does this time suit you instead?")
    client.locator('main a[href$="/move/"]').click()
    reader.reads(client, "Move your free consultation")
    moved = choose_another(client, -1)
    reader.reads(client, "Your consultation is requested")
    booking.refresh_from_db()
    assert (booking.status, booking.starts_at, booking.awaits_client) == (Status.REQUESTED, moved, False)

    # The specialist says yes.
    assert len(post.mails_to(user.email)) == 2
    specialist.goto(link_in(post.mails_to(user.email)[-1], "/answer/"))
    reader.reads(specialist, "Somebody asks for a free consultation")
    specialist.locator("button[name=answer][value=accept]").click()
    expect(specialist.locator("main h1")).not_to_have_text(
        reader.says("Somebody asks for a free consultation")
    )
    reader.reads(specialist)
    look(specialist)
    booking.refresh_from_db()
    assert booking.status == Status.CONFIRMED
    *_, mail = post.mails_to(CLIENT)
    reader.reads_mail(mail, "Your appointment is confirmed")
    assert calendar_in(mail)[1].start == moved
    client.goto(of_client(mail))
    reader.reads(client, "Your consultation is confirmed")

    # A day and an hour before, the client is reminded.
    mails = len(post.mails_to(CLIENT))
    for before, subject in REMINDERS:
        until_start(before)
        services.tick()
        mails += 1
        assert len(post.mails_to(CLIENT)) == mails
        reader.reads_mail(post.mails_to(CLIENT)[-1], subject)
    client.goto(of_client(post.mails_to(CLIENT)[-1]))
    reader.reads(client, "Your consultation is confirmed")

    # Nobody came.
    until_start(timedelta(minutes=-20))
    services.tick()
    specialist.goto(f"/{language}/account/specialist/consultations/")
    look(specialist)
    specialist.locator('main form[action$="/no-show/"] button').click()
    expect(specialist.locator('main form[action$="/no-show/"]')).to_have_count(0)
    reader.reads(specialist, "Free consultations with me")
    booking.refresh_from_db()
    assert booking.status == Status.NO_SHOW
    client.reload()
    reader.reads(client, "This consultation didn’t take place")
    assert len(post.mails_to(CLIENT)) == mails
