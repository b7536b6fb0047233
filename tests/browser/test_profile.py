"""From reading *Join as a specialist* to a public profile, on a telephone: with JavaScript, and without."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from booking.models import Booking, Schedule, WeeklyWindow
from directory import ports, services
from directory.checking import review
from directory.models import Profession, Specialist, SpecialistCheck
from tests.browser.people import Person
from tests.browser.sessions import come_in
from tests.directory.profiles import picture_file

TELEPHONE: dict[str, Any] = {"width": 375, "height": 800}
STORY = "I listen first.\n\n- no hurry\n- no judgement"


class Specialists(Person):
    """A person who becomes a specialist."""

    def says_saved(self, text: str = "Saved.") -> None:
        expect(self.page.get_by_role("status").first).to_contain_text(text)

    def goes_on(self) -> None:
        self.look()
        self.press("Save and go on")
        self.says_saved()

    @property
    def specialist(self) -> Specialist:
        return Specialist.objects.get(user__email=self.email)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_profile_from_its_beginning_to_being_public(
    open_page: Callable[..., Page], post: Any, watch: Any, tmp_path: Path, scripts: bool
) -> None:
    watch.expected |= {404, 422}
    page = open_page(**TELEPHONE, java_script_enabled=scripts)
    vera = Specialists(page, "en", post)
    if not scripts:  # axe is a script
        vera.look = lambda: None  # type: ignore[method-assign]
    join(vera)
    fill_in_the_steps(vera, photo(tmp_path), scripts=scripts)
    see_it_before_others_do(vera)
    send_it_in(vera)
    ask_for_changes(vera.specialist)
    change_what_is_asked_for(vera)
    send_it_in(vera)
    approve(vera.specialist)
    be_seen(vera, open_page(**TELEPHONE))


@pytest.fixture
def draft_page(open_page: Callable[..., Page], site: str) -> Page:
    """The browser of somebody with a draft and the longest name that there can be."""
    page = open_page(**TELEPHONE)
    user = User.objects.create_user("long@attune.example")
    specialist = services.start_profile(user=user, name="W" * 120, profession=Profession.objects.all()[0])
    services.save_facts(specialist=specialist, by=user, facts={"session_languages": ["en"]})
    services.save_texts(specialist=specialist, by=user, language="en", headline="Sleep", story="I listen.")
    come_in(page.context, site, user)
    return page


def test_leaving_a_text_that_isnt_saved_is_asked_about_and_enter_saves_it(draft_page: Page) -> None:
    page, asked = draft_page, []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))  # type: ignore[attr-defined, call-overload]
    address = reverse("specialist_profile_text", args=["en"])
    page.goto(address)
    page.goto(reverse("specialist_profile"))
    assert asked == []
    page.goto(address)
    page.locator("[name=headline]").press_sequentially("Calm ")
    page.goto(reverse("specialist_profile"))
    assert asked == ["beforeunload"]
    page.goto(address)
    page.locator("[name=headline]").press_sequentially("Calm ")
    page.locator("[name=headline]").press("Enter")
    page.wait_for_url(f"**{reverse('specialist_profile_texts')}")
    expect(page.locator("main")).to_contain_text("Calm")
    assert asked == ["beforeunload"]


def test_a_name_without_a_space_fits_on_a_telephone(draft_page: Page) -> None:
    page = draft_page
    for name in ("specialist_profile_preview", "specialist_profile", "specialist_profile_about"):
        page.goto(reverse(name))
        assert page.evaluate("document.documentElement.scrollWidth") == TELEPHONE["width"], name


def photo(tmp_path: Path) -> Path:
    file = tmp_path / "me.jpg"
    file.write_bytes(picture_file((600, 900)).read())
    return file


def join(vera: Specialists) -> None:
    """Read, sign up, and come back to where one was."""
    vera.go("specialist_join")
    vera.reads("Join as a specialist")
    vera.look()
    vera.follow("Sign up")
    vera.fill("E-mail address", vera.email)
    vera.fill("Password", vera.password)
    vera.press("Sign up")
    vera.fill("Code", vera.code_from(vera.mail("Confirm your e-mail address")))
    vera.press("Confirm")
    vera.is_at("specialist_join")
    vera.look()
    vera.press("Begin")
    expect(vera.page.locator(".error-summary")).to_be_visible()
    vera.look()
    vera.fill("Your name", "Vera Example")
    vera.main.get_by_label("Profession").select_option(index=1)
    vera.press("Begin")
    vera.is_at("specialist_profile")
    expect(vera.main).to_contain_text("1 of 7 steps is done.")
    vera.look()


def fill_in_the_steps(vera: Specialists, file: Path, *, scripts: bool) -> None:
    vera.follow("Go on with what is missing")
    vera.is_at("specialist_profile_credentials")
    vera.main.get_by_label("Country of the register").select_option(label="Germany")
    vera.main.get_by_label("Register", exact=True).fill("Psychotherapeutenkammer")
    vera.main.get_by_label("Number in the register").fill("77")
    vera.goes_on()

    vera.is_at("specialist_profile_work")
    for box in vera.main.locator("[name=topics]").all()[:7]:
        box.check()
    vera.press("Save and go on")
    expect(vera.page.locator(".error-summary")).to_contain_text("Choose 6 at most.")
    vera.look()
    vera.main.locator("[name=topics]").first.uncheck()
    vera.goes_on()

    vera.is_at("specialist_profile_prices")
    for language in ("English", "Ukrainian"):
        vera.main.get_by_label(language, exact=True).check()
    vera.main.locator("[name=price_min]").fill("60")
    vera.goes_on()

    vera.is_at("specialist_profile_texts")
    vera.look()
    vera.follow("Write English")
    vera.main.get_by_label("Headline").fill("Calm ways out of panic")
    vera.main.get_by_label("Your story").fill(STORY)
    vera.main.locator("[name=faq-0-question]").fill("How long is a session?")
    vera.press("Save")
    expect(vera.page.locator(".error-summary")).to_contain_text("Write the answer")
    vera.look()
    vera.main.locator("[name=faq-0-answer]").fill("50 minutes.")
    vera.press("Save")
    vera.is_at("specialist_profile_texts")
    vera.says_saved()
    vera.follow("Go on")

    vera.is_at("specialist_profile_contact")
    vera.main.locator("[name=practice_url]").fill("https://practice.example/")
    vera.goes_on()

    vera.is_at("specialist_profile_consultation")
    vera.main.get_by_label("I offer a free 30-minute consultation").check()
    vera.goes_on()
    expect(vera.main).to_contain_text("7 of 7 steps are done. Nothing is missing.")
    vera.look()
    choose_a_photo(vera, file, scripts=scripts)


def choose_a_photo(vera: Specialists, file: Path, *, scripts: bool) -> None:
    vera.go("specialist_profile_about")
    preview = vera.page.locator("[data-portrait-preview]")
    expect(preview).to_be_hidden()
    vera.main.locator("[name=portrait]").set_input_files(file)
    if scripts:
        expect(preview).to_be_visible()
        vera.look()
    vera.press("Save and see what is left")
    vera.says_saved()
    assert vera.specialist.portrait is not None


def see_it_before_others_do(vera: Specialists) -> None:
    vera.follow("See it as clients will")
    vera.is_at("specialist_profile_preview")
    expect(vera.page.locator(".preview-banner")).to_contain_text("nobody but you sees this page")
    vera.reads("Vera Example")
    expect(vera.main.locator("li", has_text="no judgement")).to_be_visible()
    vera.look()
    vera.page.locator(".preview-banner").get_by_role("link", name="Back to your profile").click()


def send_it_in(vera: Specialists) -> None:
    vera.is_at("specialist_profile")
    vera.follow("Send it in")
    vera.is_at("specialist_profile_submit")
    vera.look()
    vera.press("Send it in")
    vera.says_saved("A moderator will look at your profile")
    expect(vera.main.locator(".lede")).to_contain_text("It is being checked")
    vera.look()


def ask_for_changes(specialist: Specialist) -> None:
    services.request_changes(
        specialist=specialist,
        by=User.objects.get(email="moderator@attune.example"),
        seen=review.seen(specialist),
        comment="Nearly there.",
        field_comments={"credential_number": "Another name stands under this number."},
    )


def change_what_is_asked_for(vera: Specialists) -> None:
    vera.page.goto(vera.link_from(vera.mail("About your profile"), "/account/"))
    vera.is_at("specialist_profile")
    vera.go("specialist_dashboard")
    expect(vera.main).to_contain_text("A moderator asks you to change something in your profile")
    vera.look()
    vera.follow("Go on with it")
    expect(vera.main).to_contain_text("Nearly there.")
    vera.look()
    vera.main.get_by_role("link", name="Credentials").click()
    number = vera.main.get_by_label("Number in the register")
    expect(number).to_have_accessible_description("A moderator asks: Another name stands under this number.")
    vera.look()
    number.fill("78")
    vera.press("Save and see what is left")


def approve(specialist: Specialist) -> None:
    services.approve(
        specialist=specialist,
        by=specialist.checks.latest("at").by,
        seen=review.seen(specialist),
        ticked=SpecialistCheck.Point.values,
    )


def offer_hours(specialist: Specialist) -> None:
    """Every day around the clock: the hours' page has a test of its own."""

    def save() -> None:
        schedule = Schedule.objects.create(
            specialist=specialist, time_zone="Europe/Berlin", joining="By video."
        )
        for weekday in range(7):
            WeeklyWindow.objects.create(schedule=schedule, weekday=weekday, start=0, end=1440)

    ports.booking().edit_specialist(specialist_id=specialist.pk, save=save)


def be_found_and_booked(reader: Page, specialist: Specialist) -> None:
    """From the directory, by a filter, to a request whose mail is on its way."""
    reader.goto("/en/specialists/")
    reader.locator(".filters__switch summary").click()
    reader.locator("#options-free input").check()
    expect(reader.locator("#found .chip")).to_have_count(1)
    expect(reader.locator("#found")).to_contain_text("Vera Example")
    reader.locator(".sheet .filters__end button").click()
    reader.wait_for_load_state("networkidle")
    card = reader.locator(".specialist", has_text="Vera Example")
    card.locator(f'a.slot[href*="/{specialist.slug}/book/"]').first.click()
    reader.wait_for_load_state("networkidle")  # the times are shown on this browser's clock by now
    reader.locator("input[name=name]").fill("Robin")
    reader.locator("input[name=email]").fill("robin@example.org")
    reader.locator("input[name=age]").first.check()
    reader.locator("input[name=privacy]").check()
    reader.locator("main form button[type=submit]:not([name])").last.click()
    expect(reader).to_have_url(re.compile(r"/en/bookings/pending/$"))
    booking = Booking.objects.get(schedule__specialist=specialist)
    assert (booking.status, booking.client_name) == (Booking.Status.HELD, "Robin")


def be_seen(vera: Specialists, reader: Page) -> None:
    vera.go("specialist_dashboard")
    expect(vera.main).to_contain_text("Set up a second factor to go on")  # from now on clients write to her
    parts = urlsplit(vera.page.url)
    come_in(vera.page.context, f"{parts.scheme}://{parts.netloc}", vera.specialist.user)
    vera.go("specialist_dashboard")
    expect(vera.main).to_contain_text("It is public.")
    vera.look()
    reader.goto(f"/en/specialists/{vera.specialist.slug}/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Vera Example")
    expect(reader.locator("main")).to_contain_text("Psychotherapeutenkammer (Germany), number 78.")
    offer_hours(vera.specialist)
    be_found_and_booked(reader, vera.specialist)
    for name in ("specialist_pause_profile", "specialist_leave"):
        vera.go(name)
        vera.look()
    vera.press("Leave the directory")
    assert reader.goto(f"/en/specialists/{vera.specialist.slug}/").status == 404
