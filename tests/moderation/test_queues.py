"""One registration is all that an app does about a queue: menu, first page, account and mail follow."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext_lazy

from core.models import Outbox, Topic
from moderation import emails, queues
from moderation.queues import Detail, Queue, Section
from tests.accounts.account_pages import log_in
from tests.factories.pages import locale_of
from tests.factories.people import log_in_to_cms, make_editor, make_moderator

pytestmark = pytest.mark.django_db
MAIL = "Something waits for a moderator"


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    """A queue of topics, beside those of the apps."""
    monkeypatch.setattr(queues, "_queues", dict(queues._queues))
    return queues.register(
        Queue(
            name="fresh-topics",
            title="Fresh topics",
            order=10,
            permission="directory.change_specialist",
            rows=lambda: Topic.objects.filter(slug__startswith="fresh-"),
            url_name="specialists:index",
            query={"needs": "recheck"},
            section=Section(name="topics", title="Topics to look at", order=10),
            line=ngettext_lazy("%(count)s topic", "%(count)s topics", "count"),
            details=lambda: [Detail(text="look at <them>", url="/cms/", is_urgent=False)],
            account_line=ngettext_lazy("%(count)s topic waits", "%(count)s topics wait", "count"),
            is_mailed=True,
        )
    )


def add(count: int) -> None:
    first = Topic.objects.count()
    for number in range(first, first + count):
        Topic.objects.create(name=f"Fresh {number}", slug=f"fresh-{number}", locale=locale_of("en"))


def test_the_menu_has_it_with_its_number_for_those_who_may_see_it(client: Client, queue: Queue) -> None:
    log_in_to_cms(client, make_moderator())
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert '"Fresh topics"' in page
    add(3)
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert '"Fresh topics (3)"' in page
    log_in_to_cms(client, make_editor())
    assert "Fresh topics" not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_the_first_page_has_a_line_that_leads_to_what_waits(client: Client, queue: Queue) -> None:
    add(1)
    log_in_to_cms(client, make_moderator())
    page = BeautifulSoup(client.get(reverse("wagtailadmin_home")).content, "html.parser")
    panel = page.select_one("#topics-section")
    assert panel is not None
    assert "Topics to look at" in panel.get_text()
    line, detail = panel.select("li a")
    assert (line.get_text(), line["href"]) == ("1 topic", queue.waiting_url)
    assert (detail.get_text(), detail["href"]) == ("look at <them>", "/cms/")
    assert queue.waiting_url == f"{reverse('specialists:index')}?needs=recheck"


def test_the_account_of_those_who_may_see_it_says_it_and_the_header_counts_it(
    client: Client, queue: Queue
) -> None:
    add(2)
    home = reverse("account_home")
    page = BeautifulSoup(log_in(client, make_moderator()).get(home).content, "html.parser")
    (link,) = page.select(".account__page .ways a")
    assert "2 topics wait" in link.get_text()
    assert link["href"] == queue.waiting_url
    assert "2 things are waiting" in page.header.get_text()
    assert "topics wait" not in log_in(Client(), make_editor()).get(home).content.decode()


def test_moderators_are_mailed_once_a_day_as_long_as_something_is_in_it(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    moderator = make_moderator()

    def mails() -> int:
        return Outbox.objects.filter(subject=MAIL, recipients=[moderator.email]).count()

    emails.remind_moderators()
    assert mails() == 0
    add(1)
    emails.remind_moderators()
    emails.remind_moderators()
    assert mails() == 1
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr("moderation.emails.timezone.localdate", lambda: tomorrow)
    emails.remind_moderators()
    assert mails() == 2
    Topic.objects.filter(slug__startswith="fresh-").delete()
    row = Outbox.objects.filter(subject=MAIL).first()
    assert emails.rewrite_daily(row, user=moderator.pk) is None


def test_a_page_of_the_cms_counts_once_however_much_waits(client: Client, queue: Queue) -> None:
    log_in_to_cms(client, make_moderator())
    add(1)
    for _turn in range(2):
        client.get(reverse("wagtailadmin_home"))  # what is remembered
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("wagtailadmin_home"))
        assert len([one for one in asked if "fresh-" in one["sql"]]) == 1
        add(50)


def test_a_name_is_given_once(queue: Queue) -> None:
    with pytest.raises(ValueError, match="fresh-topics"):
        queues.register(queue)
