"""An account from its first day to its last, as its owner sees it; codes and links come by real mails."""

import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import Download, Page, expect

from accounts import erasure
from accounts.models import User
from core.worker import background
from tests.accounts.account_pages import LONG_NAME
from tests.browser.accessibility import DIRECTIONS
from tests.browser.people import NEW_ADDRESS, SECOND, Person
from tests.factories.content import ARTICLES

KYIV = "Europe/Kyiv"


@pytest.mark.parametrize("language", DIRECTIONS)
def test_an_account_from_its_first_day_to_its_last(
    open_page: Callable[..., Page], post: Any, watch: Any, tmp_path: Path, language: str
) -> None:
    watch.expected.add(422)
    DBTaskResult.objects.all().delete()  # those of making the content
    options: dict[str, Any] = {"width": 375, "height": 800, "timezone_id": KYIV}
    robin = Person(open_page(**options, accept_downloads=True), language, post)
    sign_up_where_they_read(robin)
    take_the_devices_clock(robin)
    robin.log_out()
    robin.log_in()
    robin.is_at("account_home")
    add_an_app(robin, tmp_path)
    robin.log_out()
    log_in_with_password_and_app(robin)
    robin.log_out()
    log_in_with_a_code_by_mail(robin)
    robin.log_out()
    choose_a_new_password(robin)
    change_the_address(robin)
    log_out_another_device(robin, open_page(**options))
    change_settings(robin)
    see_the_other_pages(robin)
    take_a_copy(robin, tmp_path)
    change_their_mind_about_leaving(robin)
    leave(robin)


def sign_up_where_they_read(robin: Person) -> None:
    """From an article to the log-in and the sign-up, and with the code of the mail back to the article."""
    page, article = robin.page, f"/{robin.language}/articles/{ARTICLES[0]}/"
    page.goto(article)
    page.locator("details.menu > summary").click()
    page.locator(".menu__account a").click()
    robin.reads("Log in")
    robin.look()
    robin.follow("Sign up")
    robin.reads("Sign up")
    robin.look()
    robin.fill("E-mail address", robin.email)
    robin.fill("Password", robin.password)
    robin.press("Sign up")

    robin.reads("Type the code")
    robin.look()
    robin.fill("Code", "00000000")
    robin.press("Confirm")
    expect(page.locator(".error-summary")).to_be_visible()
    robin.look()
    robin.fill("Code", robin.code_from(robin.mail("Confirm your e-mail address")))
    robin.press("Confirm")
    page.wait_for_url(f"**{article}")
    assert User.objects.get(email=robin.email).language == robin.language


def take_the_devices_clock(robin: Person) -> None:
    robin.page.locator("details.menu > summary").click()
    robin.page.locator(".menu__account a").click()
    robin.is_at("account_home")
    robin.look()
    robin.press("Use my device’s clock")
    expect(robin.page.get_by_role("status")).to_contain_text(
        robin.says("Times are now shown on the clock of %(city)s.", city=robin.city(KYIV))
    )
    robin.look()


def add_an_app(robin: Person, tmp_path: Path) -> None:
    robin.go("mfa_index")
    robin.look()
    robin.follow("Set up an app")
    robin.is_at("account_reauthenticate")
    robin.look()
    robin.show_password_again()
    robin.reads("Set up an app")
    robin.look()
    robin.secret = robin.main.locator("code.secret").inner_text().replace(" ", "")
    robin.fill("Code from the app", robin.app_code())
    robin.press("Turn the app on")

    robin.reads("Recovery codes")
    robin.look()
    robin.recovery_codes = [
        one.replace(" ", "") for one in robin.main.locator(".codes code").all_inner_texts()
    ]
    assert len(set(robin.recovery_codes)) == 10
    with robin.page.expect_download() as download:
        robin.link("Download them").click()
    saved = saved_in(tmp_path, download.value).read_text()
    assert all(code in saved for code in robin.recovery_codes)
    robin.mail("A second step was added to your log-in")


def log_in_with_password_and_app(robin: Person) -> None:
    robin.log_in()
    robin.reads("One more step")
    robin.look()
    robin.show_second_factor(robin.app_code())


def log_in_with_a_code_by_mail(robin: Person) -> None:
    robin.go("account_login")
    robin.follow("Log in with a code by e-mail")
    robin.look()
    robin.fill("E-mail address", robin.email)
    robin.press("Send me a code")
    robin.reads("Type the code")
    robin.look()
    robin.fill("Code", robin.code_from(robin.mail("Your log-in code")))
    robin.press("Confirm")
    robin.show_second_factor(robin.recovery_codes.pop())


def choose_a_new_password(robin: Person) -> None:
    robin.go("account_login")
    robin.follow("I forgot my password")
    robin.look()
    robin.fill("E-mail address", robin.email)
    robin.press("Send me the link")
    robin.reads("Please look at your e-mail")
    robin.look()
    robin.page.goto(robin.link_from(robin.mail("Choose a new password"), "/password/reset/key/"))
    robin.reads("Choose a new password")
    robin.look()
    robin.fill("New password", SECOND)
    robin.press("Save the new password")
    robin.reads("Your new password is saved")
    robin.look()
    robin.mail("Your password was changed")

    robin.log_in()
    expect(robin.page.locator(".error-summary")).to_be_visible()  # the old one doesn't let them in any more
    robin.password = SECOND
    robin.log_in()
    robin.show_second_factor(robin.app_code())


def change_the_address(robin: Person) -> None:
    robin.go("account_email")
    robin.look()
    robin.fill("New e-mail address", NEW_ADDRESS)
    robin.press("Send the code")
    robin.show_password_again()
    robin.fill("New e-mail address", NEW_ADDRESS)  # nothing that was posted before runs by itself
    robin.press("Send the code")
    robin.reads("Type the code")
    robin.look()
    robin.go("account_email")
    expect(robin.main).to_contain_text(NEW_ADDRESS)
    robin.look()
    robin.follow("Enter the code")
    robin.fill("Code", robin.code_from(robin.mail("Confirm your e-mail address", to=NEW_ADDRESS)))
    robin.press("Confirm")
    robin.is_at("account_email")
    expect(robin.main).not_to_contain_text(robin.email)
    robin.mail("Your e-mail address was changed")  # to the old one
    robin.email = NEW_ADDRESS


def log_out_another_device(robin: Person, page: Page) -> None:
    other = Person(page, robin.language, robin.post)
    other.email, other.password = robin.email, robin.password
    other.log_in()
    other.show_second_factor(robin.recovery_codes.pop())
    robin.go("usersessions_list")
    expect(robin.main.locator(".rows-of > li")).to_have_count(2)
    robin.look()
    robin.main.locator("form[action*='/end/'] button").click()
    expect(robin.main.locator(".rows-of > li")).to_have_count(1)
    other.go("account_home")
    expect(other.main.get_by_role("link", name=other.says("Log in"), exact=True)).to_be_visible()
    other.look()
    page.close()  # in a window behind another nothing is drawn, and Chromium complains of fonts that aren't used


def change_settings(robin: Person) -> None:
    page = robin.page
    robin.go("account_preferences")
    robin.look()
    robin.fill("Name or nickname", f"{LONG_NAME}\u202e")
    page.locator("input[name=time_zone]").fill("amman")
    page.locator("select[name=language]").select_option("uk")
    robin.press("Save")
    page.wait_for_url("**/uk/account/settings/")
    expect(page.locator("input[name=display_name]")).to_have_value(LONG_NAME)
    expect(page.locator("input[name=time_zone]")).to_have_value("Амман, Йорданія")
    expect(page.locator("html")).to_have_attribute("lang", "uk")

    page.locator("select[name=language]").select_option(robin.language)
    page.locator("main form button[type=submit]").click()
    robin.is_at("account_preferences")
    expect(page.get_by_role("status")).to_contain_text(robin.says("Your settings are saved."))
    robin.look()
    robin.go("account_home")
    expect(robin.main.get_by_role("heading", level=1).locator("bdi")).to_have_text(LONG_NAME)
    robin.look()


def see_the_other_pages(robin: Person) -> None:
    for name in [
        "account_change_password",
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_deactivate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "account_logout",
    ]:
        robin.go(name)
        robin.look()
    robin.page.locator("details.menu > summary").click()
    robin.look()


def take_a_copy(robin: Person, tmp_path: Path) -> None:
    robin.go("account_data")
    robin.look()
    robin.press("Make a copy of my data")
    expect(robin.main).to_contain_text(
        robin.says(
            "Your copy is being made. We’ll send you an e-mail when it is ready, usually within a few minutes."
        )
    )
    robin.look()
    background.run_ready(10, worker_id="test")
    address = robin.link_from(robin.mail("Your copy is ready"), "/data/copy/")
    robin.go("account_data")
    robin.look()
    with robin.page.expect_download() as download:
        robin.link("Download my copy").click()
    assert download.value.url == address
    with zipfile.ZipFile(saved_in(tmp_path, download.value)) as copy:
        whole = json.loads(copy.read("data.json"))
        readable = copy.read("data.html").decode()
    assert f'lang="{robin.language}"' in readable
    for told in (LONG_NAME, robin.email):
        assert told in json.dumps(whole, ensure_ascii=False)
        assert told in readable


def change_their_mind_about_leaving(robin: Person) -> None:
    ask_to_be_erased(robin)
    robin.go("account_home")
    robin.look()
    robin.press("Keep my account")
    expect(robin.page.get_by_role("status")).to_contain_text(
        robin.says("Your account stays. Everything is as it was.")
    )
    assert erasure.erase_due(now=timezone.now() + settings.ERASURE_GRACE * 2) == 0


def ask_to_be_erased(robin: Person) -> None:
    robin.go("account_data")
    robin.main.locator("input[name=understood]").check()
    robin.press("Erase my account")
    expect(robin.main.locator(".callout--warning")).to_be_visible()
    robin.look()
    robin.mail("Your account will be erased")


def leave(robin: Person) -> None:
    ask_to_be_erased(robin)
    assert erasure.erase_due(now=timezone.now() + settings.ERASURE_GRACE - timedelta(hours=1)) == 0
    assert erasure.erase_due(now=timezone.now() + settings.ERASURE_GRACE + timedelta(hours=1)) == 1
    robin.mail("Your account is erased")
    robin.go("account_home")
    robin.follow("Log in")
    robin.log_in()
    expect(robin.page.locator(".error-summary")).to_be_visible()
    robin.look()
    assert not User.objects.filter(email=robin.email).exists()


def saved_in(folder: Path, download: Download) -> Path:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path
