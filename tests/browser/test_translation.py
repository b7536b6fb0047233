"""Two translators at one string, in the translation editor's own script."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect
from wagtail_localize.models import StringTranslation, Translation

from articles.models import ArticleIndexPage
from dev.demo import people_to_try
from dev.pages.codes import code_at


def log_in(page: Page, role: str) -> None:
    person = next(account for account in people_to_try() if account.role == role)
    page.goto("/cms/")
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(person.password)
    page.locator("main form button[type=submit]").first.click()
    page.locator("input[name=code]").fill(code_at(person.secret, time.time()))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/cms/")


def write(page: Page, original: str, text: str) -> Locator:
    """Save `text` as the translation of `original`; returns its field."""
    field = page.locator("#tab-content li").filter(has_text=original).first
    field.get_by_role("button", name="Edit").click()
    field.locator("textarea").fill(text)
    field.get_by_role("button", name="Save").click()
    return field


def test_the_second_of_two_translators_reads_the_firsts_text_before_replacing_or_deleting_it(
    open_page: Callable[..., Page], watch: Any
) -> None:
    watch.expected.add(409)
    original = ArticleIndexPage.objects.get(locale__language_code="en")
    target = Translation.objects.get(
        source__object_id=original.translation_key, target_locale__language_code="uk"
    ).get_target_instance()
    title = StringTranslation.objects.filter(
        context__path="title", context__object_id=original.translation_key, locale=target.locale
    )
    first, second = open_page(), open_page()
    log_in(first, "translator")
    log_in(second, "admin")
    for page in (first, second):
        page.goto(f"/cms/pages/{target.pk}/edit/")
        expect(page.get_by_role("button", name="Edit").first).to_be_visible()
    expect(write(first, original.title, "Перша назва")).to_contain_text("Translated manually")
    field = write(second, original.title, "Друга назва")
    expect(field).to_contain_text("Theirs: “Перша назва”. Yours: “Друга назва”")
    assert title.get().data == "Перша назва"
    expect(write(second, original.title, "Друга назва")).to_contain_text("Translated manually")
    assert title.get().data == "Друга назва"
    expect(write(first, original.title, "")).to_contain_text("it was not deleted. It says: “Друга назва”")
    assert title.get().data == "Друга назва"
