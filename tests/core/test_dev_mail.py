"""Development's mail pages."""

from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from core.mail.outbox import enqueue
from core.models import Outbox

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.dev_urls")]


@pytest.fixture
def row() -> Outbox:
    message = EmailMultiAlternatives(
        "Ваша <b>розмова</b>", "See https://example.org/x", to=["olena@example.org"]
    )
    message.attach_alternative("<style>p{}</style><p>Привіт</p><script>alert(1)</script>", "text/html")
    message.attach("invite.ics", "BEGIN:VCALENDAR", "text/calendar; method=REQUEST")
    row = enqueue(message)
    assert row is not None
    return row


def policy_of(answer: Any) -> dict[str, list[str]]:
    directives = answer["Content-Security-Policy"].split(";")
    return {words[0]: words[1:] for words in map(str.split, directives)}


def test_the_list_shows_the_newest_first(client: Client, row: Outbox) -> None:
    enqueue(EmailMultiAlternatives("Second", "Text", to=["b@example.org"]))
    page = client.get(reverse("dev_mail")).content.decode()
    assert page.index("Second") < page.index("Ваша &lt;b&gt;розмова&lt;/b&gt;")
    assert reverse("dev_mail_message", args=[row.pk]) in page


def test_an_empty_list_says_so(client: Client) -> None:
    assert "No mail has been written yet" in client.get(reverse("dev_mail")).content.decode()


def test_a_message_shows_headers_text_frame_and_files(client: Client, row: Outbox) -> None:
    answer = client.get(reverse("dev_mail_message", args=[row.pk]))
    page = answer.content.decode()
    assert row.message_id.strip("<>") in page
    assert '<a href="https://example.org/x"' in page
    assert f'<iframe src="{reverse("dev_mail_part", args=[row.pk, 1])}"' in page
    assert "<script>" not in page
    assert "invite.ics" in page
    assert policy_of(answer)["frame-src"] == ["'self'"]
    assert policy_of(answer)["script-src"] == ["'self'"]


def test_the_html_part_runs_no_script_and_fetches_nothing(client: Client, row: Outbox) -> None:
    answer = client.get(reverse("dev_mail_part", args=[row.pk, 1]))
    assert "<p>Привіт</p>" in answer.content.decode()
    policy = policy_of(answer)
    assert policy["default-src"] == ["'none'"]
    assert "script-src" not in policy
    assert policy["sandbox"] == ["allow-top-navigation-by-user-activation"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_a_file_is_a_download(client: Client, row: Outbox) -> None:
    answer = client.get(reverse("dev_mail_part", args=[row.pk, 2]))
    assert answer.content == b"BEGIN:VCALENDAR"
    assert answer["Content-Disposition"] == 'attachment; filename="invite.ics"'
    assert answer["Content-Type"].startswith("text/calendar")
    assert client.get(reverse("dev_mail_part", args=[row.pk, 3])).status_code == 404


def test_other_pages_still_frame_nothing_of_this_site(client: Client) -> None:
    assert "'self'" not in policy_of(client.get(reverse("dev_mail"))).get("frame-src", [])


@pytest.mark.urls("config.urls")
def test_outside_development_there_is_no_such_page() -> None:
    with pytest.raises(Resolver404):
        resolve("/dev/mail/")
