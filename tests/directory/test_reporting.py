"""Visitors tell us that something about a profile is wrong; and the one-press link of the availability mail."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.forms.honeypot import SHOWN
from core.models import Outbox
from directory import services, tokens
from directory.models import ProfileReport, Specialist
from moderation.reports import REPORTS
from tests.factories.directory import SpecialistFactory
from tests.factories.people import make_moderator

pytestmark = pytest.mark.django_db
DIRECTORY = ()


def url_of(specialist: Specialist) -> str:
    return reverse("specialist_report", args=[specialist.slug])


def send(client: Client, specialist: Specialist, **data: Any) -> Any:
    told = {
        "kind": "facts",
        "text": "The price is wrong.",
        "shown": signing.dumps(int(time.time()) - 10, salt=SHOWN),
        **data,
    }
    return client.post(url_of(specialist), told)


def test_a_text_that_is_too_long_is_said_and_kept_whole(client: Client) -> None:
    specialist = SpecialistFactory()
    text = "What happened. " * 100 + "The end."
    response = send(client, specialist, text=text)
    page = response.content.decode()
    assert response.status_code == 422
    assert "at most 1000 characters" in page
    assert "The end." in page
    assert not re.search("<textarea[^>]*maxlength", page)


def test_a_report_needs_no_account_and_no_address(client: Client) -> None:
    moderator = make_moderator()
    specialist = SpecialistFactory()
    assert client.get(url_of(specialist)).status_code == 200
    response = send(client, specialist)
    assert response.headers["Location"] == reverse("specialist_report_sent", args=[specialist.slug])
    assert "A moderator reads your report" in client.get(response.headers["Location"]).content.decode()
    report = ProfileReport.objects.get()
    assert (report.kind, report.text, report.email, report.state) == (
        "facts",
        "The price is wrong.",
        "",
        "open",
    )
    assert Outbox.objects.filter(recipients=[moderator.email]).count() == 1
    assert not Outbox.objects.filter(recipients=[specialist.user.email]).exists()


@pytest.mark.parametrize("data", [{"website": "https://spam.example"}, {"shown": ""}])
def test_a_machine_is_thanked_and_forgotten(client: Client, data: dict[str, str]) -> None:
    assert send(client, SpecialistFactory(), **data).status_code == 302
    assert not ProfileReport.objects.exists()


@pytest.mark.parametrize(
    "data", [{"text": ""}, {"text": "x" * 1001}, {"kind": ""}, {"kind": "praise"}, {"email": "nobody"}]
)
def test_what_is_wrong_is_said_beside_the_field(client: Client, data: dict[str, str]) -> None:
    response = send(client, SpecialistFactory(), **data)
    assert response.status_code == 422
    assert "field--wrong" in response.content.decode()
    assert not ProfileReport.objects.exists()


def test_one_network_reports_so_often_and_no_more(client: Client) -> None:
    specialist = SpecialistFactory()
    most = int(REPORTS.split("/")[0])
    assert {send(client, specialist).status_code for _ in range(most)} == {302}
    assert send(client, specialist).status_code == 429
    assert ProfileReport.objects.count() == most


@pytest.mark.parametrize("state", ["draft", "paused", "suspended"])
def test_who_is_not_public_is_not_found(client: Client, state: str) -> None:
    specialist = SpecialistFactory(state=state)
    assert client.get(url_of(specialist)).status_code == 404
    assert client.get(reverse("specialist_report_sent", args=[specialist.slug])).status_code == 404


def test_reports_are_erased_some_time_after_they_were_closed() -> None:
    specialist, moderator = SpecialistFactory(), make_moderator()
    old, young, still_open = (
        services.report_profile(specialist=specialist, kind="other", text=text) for text in "abc"
    )
    for report in (old, young):
        services.close_report(report=report, by=moderator, decision="Done")
    ProfileReport.objects.filter(pk=old.pk).update(closed_at=timezone.now() - timedelta(days=366))
    ProfileReport.objects.filter(pk=still_open.pk).update(created_at=timezone.now() - timedelta(days=900))
    assert services.erase_old_reports() == 1
    assert set(ProfileReport.objects.all()) == {young, still_open}


# --- Availability -------------------------------------------------------------------------------------------------


def test_the_link_of_the_mail_shows_a_button_and_only_the_button_acts(client: Client) -> None:
    specialist = SpecialistFactory(accepting_confirmed_on="2020-01-01")
    url = reverse("specialist_available", args=[tokens.availability_token(specialist)])
    response = client.get(url)
    assert response.status_code == 200
    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert not Specialist.objects.get().is_accepting_on(timezone.localdate())
    assert "confirmed today" in client.post(url).content.decode()
    assert Specialist.objects.get().is_accepting_on(timezone.localdate())


@pytest.mark.parametrize("state", ["suspended", "draft"])
def test_the_link_of_somebody_who_is_not_public_is_not_found(client: Client, state: str) -> None:
    token = tokens.availability_token(SpecialistFactory(state=state))
    assert client.post(reverse("specialist_available", args=[token])).status_code == 404
    assert client.get(reverse("specialist_available", args=["made-up"])).status_code == 404


def test_being_suspended_between_the_link_and_the_button_is_not_found_either(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    specialist = SpecialistFactory()
    found = tokens.specialist_of

    def then_suspended(token: str) -> Specialist | None:
        specialist = found(token)
        Specialist.objects.update(state=Specialist.State.SUSPENDED)
        return specialist

    monkeypatch.setattr(tokens, "specialist_of", then_suspended)
    url = reverse("specialist_available", args=[tokens.availability_token(specialist)])
    assert client.post(url).status_code == 404
