"""Nobody but moderators learns in the CMS who has applied or is suspended."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from articles.models import ArticleIndexPage
from core.models.pages import path_of
from directory import services
from directory.checking import review
from directory.errors import Stale
from directory.models import Specialist
from tests.core.page_forms import form_of
from tests.directory.profiles import (
    approve,
    make_public,
    make_submitted,
    picture_file,
    write,
)
from tests.factories.pages import add, body, fresh, make_article
from tests.factories.people import (
    log_in_to_cms,
    make_administrator,
    make_editor,
    make_moderator,
    make_translator,
)

pytestmark = pytest.mark.django_db
DIRECTORY = ("uk",)
HIDDEN = ["Nadia Applicant", "Otto Suspended"]


@pytest.fixture
def people() -> list[Specialist]:
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
    # Faces are in nobody's library.
    assert HIDDEN[0] not in client.get(reverse("wagtailimages:index")).content.decode()
    log_in_to_cms(client, User.objects.get(email="moderator@attune.example"))
    text = client.get(reverse("choose_specialist:choose")).content.decode()
    assert all(name in text for name in [*HIDDEN, "Petra Public"])


def test_nobody_does_to_a_page_through_the_api_what_the_screens_guard(client: Client, people: Any) -> None:
    log_in_to_cms(client, make_administrator())
    page = people[0].pages.get()
    assert client.post(f"/cms/api/main/pages/{page.pk}/action/publish/").status_code == 404


# --- A page of theirs that somebody has published -----------------------------------------------------------------


def published_by_hand() -> tuple[Specialist, Any]:
    """An applicant whose page is `live` all the same: a script did it, or a date that was set before they left."""
    waiting = make_submitted(name=HIDDEN[0])
    page = waiting.pages.get()
    page.get_latest_revision().publish(skip_permission_checks=True)
    return waiting, fresh(page)


def test_no_public_place_shows_an_applicant_whose_page_was_published(client: Client) -> None:
    waiting, page = published_by_hand()
    assert page.live
    home = page.get_parent().get_parent()
    index = add(home, ArticleIndexPage(title="Articles", slug="reading", locale=home.locale))
    link = f'<p>Read <a linktype="page" id="{page.pk}">more</a></p>'
    article = make_article(index, title="Rest", slug="rest", body=body(html=link))
    address = path_of(page)
    for hidden in (address, address.replace("/en/", "/uk/"), f"{address}report/"):
        assert client.get(hidden).status_code == 404, hidden
    directory = path_of(page.get_parent().specific)
    for public in (
        directory,
        f"{directory}?q=Nadia",
        f"{directory}?q=sleep",
        path_of(home.specific),
        path_of(article),
        "/sitemap.xml",
        "/en/articles/feed/",
    ):
        response = client.get(public)
        text = response.content.decode()
        assert response.status_code == 200, public
        assert HIDDEN[0] not in text, public
        assert waiting.slug not in text.replace("?q=Nadia", ""), public


def test_nobody_publishes_an_applicants_page_in_the_cms(client: Client) -> None:
    page = make_submitted(name=HIDDEN[0]).pages.get()
    log_in_to_cms(client, make_administrator())
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = client.get(edit)
    assert "action-publish" not in form.content.decode()
    client.post(edit, {**form_of(form.content), "faq-count": "0", "action-publish": "1"})
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={page.pk}"
    client.post(bulk)
    assert not fresh(page).live


def test_what_a_moderator_approves_is_what_was_saved_last_and_shown() -> None:
    waiting, page = published_by_hand()
    write(waiting, headline="Help with everything")
    assert [one.headline for one in review.looked_at_pages(waiting)] == ["Help with everything"]
    seen = review.seen(waiting)
    write(waiting, headline="I cure depression")
    with pytest.raises(Stale):
        approve(waiting, make_moderator(), seen=seen)
    approved = approve(waiting, User.objects.get(email="moderator@attune.example"))
    page = fresh(page)
    assert page.headline == "I cure depression"
    assert approved.checks.get().texts == {"en": page.live_revision_id}
