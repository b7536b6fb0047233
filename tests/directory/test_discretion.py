"""Nobody but moderators learns in the CMS who has applied or is suspended."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from directory import services
from directory.models import Specialist
from tests.directory.profiles import make_directory, make_public, make_submitted, picture_file
from tests.factories.people import (
    log_in_to_cms,
    make_administrator,
    make_editor,
    make_moderator,
    make_translator,
)

pytestmark = pytest.mark.django_db
HIDDEN = ["Nadia Applicant", "Otto Suspended"]


@pytest.fixture
def people() -> list[Specialist]:
    make_directory("uk")
    moderator = make_moderator()
    waiting = make_submitted(name=HIDDEN[0])
    services.set_portrait(specialist=waiting, by=waiting.user, file=picture_file())
    suspended = make_public(moderator, name=HIDDEN[1])
    services.suspend(specialist=suspended, by=moderator, reason="Rules")
    make_public(moderator, name="Petra Public")
    return [waiting, suspended]


def addresses(people: list[Specialist]) -> list[str]:
    page = people[1].pages.get()
    parent = page.get_parent()
    return [
        reverse("wagtailadmin_explore", args=[parent.pk]),
        reverse("wagtailadmin_pages:search") + "?q=applicant",
        reverse("wagtailadmin_choose_page_child", args=[parent.pk]),
        reverse("wagtailadmin_choose_page_search") + "?q=suspended",
        reverse("wagtailadmin_choose_page"),
        reverse("wagtailadmin_reports:site_history"),
        reverse("wagtailadmin_reports:aging_pages"),
        reverse("wagtailadmin_reports:locked_pages"),
        reverse("wagtailadmin_reports:workflow"),
        reverse("wagtailadmin_reports:workflow_tasks"),
        reverse("choose_specialist:choose"),
        reverse("choose_specialist:choose_results") + "?q=o",
        reverse("choose_specialist:chosen", args=[people[0].pk]),
        reverse("wagtailimages_chooser:choose"),
        reverse("wagtailimages:index"),
        reverse("wagtailadmin_home"),
        f"/cms/api/main/pages/?child_of={parent.pk}",
        f"/cms/api/main/pages/{page.pk}/",
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailadmin_pages:history", args=[page.pk]),
        reverse("wagtailadmin_pages:usage", args=[page.pk]),
        reverse("wagtailadmin_pages:delete", args=[page.pk]),
        reverse("wagtailadmin_pages:copy", args=[page.pk]),
        reverse("wagtailadmin_pages:move", args=[page.pk]),
        reverse("wagtailadmin_pages:unpublish", args=[page.pk]),
        reverse("wagtailadmin_pages:convert_alias", args=[page.pk]),
        reverse("wagtailadmin_pages:workflow_history", args=[page.pk]),
        reverse("wagtailadmin_pages:revisions_view", args=[page.pk, page.latest_revision_id]),
        reverse("wagtailadmin_pages:view_draft", args=[page.pk]),
        reverse("wagtail_localize:submit_page_translation", args=[page.pk]),
    ]


@pytest.mark.parametrize("make", [make_editor, make_translator])
def test_editors_and_translators_see_no_names(client: Client, people: Any, make: Any) -> None:
    log_in_to_cms(client, make())
    told = []
    for address in [*addresses(people), "/cms/translate/"]:
        text = client.get(address, follow=True).content.decode()
        told += [(address, name) for name in HIDDEN if name in text]
    assert told == []


def test_administrators_and_moderators_do(client: Client, people: Any) -> None:
    log_in_to_cms(client, make_administrator())
    for address in [addresses(people)[0], reverse("choose_specialist:choose")]:
        text = client.get(address).content.decode()
        assert all(name in text for name in [*HIDDEN, "Petra Public"])
    assert HIDDEN[0] in client.get(reverse("wagtailimages:index")).content.decode()
    log_in_to_cms(client, User.objects.get(email="moderator@attune.example"))
    text = client.get(reverse("choose_specialist:choose")).content.decode()
    assert all(name in text for name in [*HIDDEN, "Petra Public"])


def test_nobody_does_to_a_page_through_the_api_what_the_screens_guard(client: Client, people: Any) -> None:
    log_in_to_cms(client, make_administrator())
    page = people[0].pages.get()
    assert client.post(f"/cms/api/main/pages/{page.pk}/action/publish/").status_code == 404
