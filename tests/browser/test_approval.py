"""From an editor over a moderator to the readers, with the CMS's own buttons and modals."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect
from wagtail.models import Workflow
from wagtail_localize.models import Translation

from accounts.models import User
from articles.models import ArticlePage
from core.models.pages import path_of
from dev.demo import people_to_try
from tests.browser.cms import log_in

EMAILS = {account.role: account.email for account in people_to_try()}


def article_in(language: str) -> Any:
    return ArticlePage.objects.filter(locale__language_code=language).order_by("path").first()


def edit(page: Page, article: Any) -> None:
    page.goto(f"/cms/pages/{article.pk}/edit/")


def press(page: Page, name: str) -> None:
    """A button behind the arrow beside *Save draft*."""
    page.locator("footer [data-w-dropdown-target=toggle]").click()
    page.get_by_role("button", name=name).click()


def say(page: Page, comment: str) -> None:
    """In the modal that asks for a comment."""
    page.locator(".modal-body textarea").fill(comment)
    page.locator(".modal-body [type=submit]").click()


def messages(page: Page) -> Any:
    return page.locator(".messages")


def approve_from_the_front_page(moderator: Page, title: str) -> None:
    moderator.goto("/cms/")
    row = moderator.locator("tr", has_text=title)
    row.get_by_role("button", name="Actions").click()
    moderator.get_by_role("button", name="Approve", exact=True).click()


def test_an_article_goes_to_a_moderator_and_back_and_then_to_the_readers(
    open_page: Callable[..., Page],
) -> None:
    article = article_in("en")
    editor, moderator, reader = open_page(), open_page(), open_page()
    log_in(editor)
    edit(editor, article)
    editor.locator("#id_title").fill("When nights are long")
    press(editor, "Submit to Moderators approval")
    expect(messages(editor)).to_contain_text("has been submitted for moderation")

    log_in(moderator, "moderator")
    expect(moderator.get_by_text("Awaiting your review")).to_be_visible()
    moderator.get_by_role("link", name="When nights are long").click()
    press(moderator, "Request changes")
    say(moderator, "Say whose nights.")
    expect(messages(moderator)).to_contain_text("has been updated")

    edit(editor, article)
    editor.locator("[data-side-panel-toggle=status]").click()
    editor.get_by_role("button", name="View details").click()
    expect(editor.get_by_text("Say whose nights.")).to_be_visible()
    edit(editor, article)
    editor.locator("#id_title").fill("When your nights are long")
    press(editor, "Resubmit to Moderators approval")
    expect(messages(editor)).to_contain_text("has been submitted for moderation")
    reader.goto(path_of(article))
    expect(reader.locator("h1")).to_have_text(article.title)

    approve_from_the_front_page(moderator, "When your nights are long")
    expect(moderator.get_by_text("Awaiting your review")).to_have_count(0)
    reader.goto(path_of(article))
    expect(reader.locator("h1")).to_have_text("When your nights are long")


def test_what_has_a_date_waits_for_it_and_a_translation_goes_live_or_it_is_said_why_not(
    open_page: Callable[..., Page],
) -> None:
    article = article_in("en")
    editor, moderator, reader = open_page(), open_page(), open_page()
    log_in(editor)
    edit(editor, article)
    editor.locator("#id_title").fill("For next week")
    editor.locator("[data-side-panel-toggle=status]").click()
    editor.get_by_role("button", name="Set schedule").click()
    editor.locator("#id_go_live_at").fill(f"{timezone.localtime() + timedelta(days=7):%Y-%m-%d %H:%M}")
    calendar = editor.locator(".xdsoft_datetimepicker:visible")
    expect(calendar).to_have_count(1)  # it opens in a moment, and covers the button
    editor.evaluate("jQuery('#id_go_live_at').datetimepicker('hide')")
    expect(calendar).to_have_count(0)
    editor.get_by_role("button", name="Save schedule").click()
    expect(messages(editor)).to_contain_text("has been updated")
    press(editor, "Submit to Moderators approval")
    expect(messages(editor)).to_contain_text("has been submitted for moderation")

    log_in(moderator, "moderator")
    expect(moderator.get_by_text("Awaiting your review")).to_be_visible()
    moderator.get_by_role("link", name="For next week").click()
    press(moderator, "Approve and Publish")  # as Wagtail calls it, with a date too
    moderator.wait_for_url("**/cms/")
    reader.goto(path_of(article))
    expect(reader.locator("h1")).to_have_text(article.title)
    scheduled = article.revisions.get(approved_go_live_at__isnull=False)
    scheduled.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    scheduled.content["go_live_at"] = scheduled.approved_go_live_at.isoformat()
    scheduled.save()
    call_command("publish_scheduled")
    reader.goto(path_of(article))
    expect(reader.locator("h1")).to_have_text("For next week")

    # A translation has a button to publish, and none to ask a moderator; what waits was written without its original.
    translated = article_in("uk")
    translation = Translation.objects.get(
        source__object_id=translated.translation_key, target_locale=translated.locale
    )
    translated.title = "Довгі ночі"
    translated.save_revision()
    translator = User.objects.get(email=EMAILS["translator"])
    Workflow.objects.get(workflow_pages__page__depth=1).start(translated, translator)
    translation.source.stringsegment_set.first().string.translations.filter(locale=translated.locale).delete()
    approve_from_the_front_page(moderator, "Ukrainian")
    expect(messages(moderator)).to_contain_text("Nothing was published.")
    expect(messages(moderator)).to_contain_text("missing or wrong")
    Translation.objects.filter(pk=translation.pk).update(enabled=False)
    approve_from_the_front_page(moderator, "Ukrainian")
    expect(moderator.get_by_text("Awaiting your review")).to_have_count(0)
    reader.goto(path_of(translated))
    expect(reader.locator("h1")).to_have_text("Довгі ночі")
