"""Other people's things, what isn't public yet or any more, what no cache may keep: security rules B20, B25 to B27."""

from datetime import UTC, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction, Page

from articles.models import ArticlePage
from booking import tokens
from booking.models import ActionToken, Schedule
from booking.slots import next_starts
from core.models.pages import path_of
from directory.models import Specialist, SpecialistPage
from tests.accounts import matrix
from tests.factories.booking import booking_form
from tests.factories.content import ARTICLES, SPECIALISTS

EVERYWHERE = [
    "/{code}/",
    "/{code}/articles/",
    "/{code}/articles/feed/",
    "/{code}/specialists/",
    "/sitemap.xml",
]


@pytest.fixture
def cast(content: None) -> matrix.Cast:
    return matrix.Cast()


def seen(text: str, *, code: str = "en") -> list[str]:
    """The public lists that name `text`: the front page, lists of articles and specialists, feed, sitemap."""
    stranger = Client()
    addresses = [address.format(code=code) for address in EVERYWHERE]
    return [address for address in addresses if text in stranger.get(address).content.decode()]


# --- B20 ------------------------------------------------------------------------------------------------------


def test_B20_nobody_sees_or_ends_anothers_sessions(cast: matrix.Cast) -> None:
    browsers = {role: Client(HTTP_USER_AGENT=f"Browser of {role}") for role in "AB"}
    for role, browser in browsers.items():
        browser.force_login(cast.people[role])
        UserSession.objects.create_from_request(browser.get("/en/account/").wsgi_request)
    page = browsers["B"].get("/en/account/sessions/").content.decode()
    assert "Browser of A" not in page
    browsers["B"].post("/en/account/sessions/")
    assert browsers["A"].get("/en/account/settings/").context["user"] == cast.people["A"]


def test_B20_that_a_mail_is_on_its_way_is_told_to_whoever_booked_alone(cast: matrix.Cast) -> None:
    schedule = Schedule.objects.get(specialist__user=cast.people["S"])
    (start,) = next_starts([schedule.pk], limit=1)[schedule.pk]
    booker = Client()
    answer = booker.post(
        f"/en/specialists/{schedule.specialist.slug}/book/", booking_form(start.astimezone(UTC))
    )
    assert booker.get(answer["Location"]).status_code == 200
    for role in ("X", "A", "B", "S"):
        assert matrix.logged_in(cast.people.get(role)).get(answer["Location"]).status_code == 404


def test_B20_a_link_that_is_wrong_or_out_of_date_is_nothing(cast: matrix.Cast) -> None:
    ActionToken.objects.filter(digest=tokens.digest(cast.token)).update(expires_at=timezone.now())
    for link in (cast.token, cast.token[:-1], str(tokens.digest(cast.token).hex())):
        for role in ("X", "A", "S"):
            browser = matrix.logged_in(cast.people.get(role))
            assert browser.get(f"/en/bookings/{link}/").status_code == 404
            assert browser.post(f"/en/bookings/{link}/cancel/").status_code == 404


# --- B25 ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [one for one in Specialist.State if one != Specialist.State.PUBLISHED])
def test_B25_a_specialist_who_is_not_published_is_nowhere(content: None, client: Client, state: str) -> None:
    slug = SPECIALISTS[0]
    assert len(seen(f"specialists/{slug}/")) >= 2, "the test looks where there was never anything"
    Specialist.objects.filter(slug=slug).update(state=state)
    assert seen(f"specialists/{slug}/") == []
    for page in SpecialistPage.objects.filter(specialist__slug=slug).select_related("locale"):
        assert client.get(path_of(page)).status_code == 404
    assert client.get(f"/en/specialists/{slug}/book/").status_code == 404


def test_B25_a_draft_translation_is_nowhere(content: None, client: Client) -> None:
    slug = ARTICLES[0]
    part = f"/uk/articles/{slug}/"
    english = f"/en/articles/{slug}/"
    assert part in client.get(english).content.decode()
    assert len(seen(part, code="uk")) >= 3
    ArticlePage.objects.get(slug=slug, locale__language_code="uk").unpublish()
    assert client.get(part).status_code == 404
    assert part not in client.get(english).content.decode(), "hreflang or the switch of languages"
    assert seen(part, code="uk") == seen(part) == []


def test_B25_an_expired_page_is_nowhere(content: None, client: Client) -> None:
    slug = ARTICLES[0]
    address = f"/en/articles/{slug}/"
    assert len(seen(address)) >= 3
    ArticlePage.objects.filter(slug=slug).update(expire_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled", verbosity=0)
    assert client.get(address).status_code == 404
    assert seen(address) == []
    other = f"/en/articles/{ARTICLES[1]}/"
    assert address not in client.get(other).content.decode()


def test_B25_the_cmss_api_is_for_the_cms(cast: matrix.Cast) -> None:
    for role in "XABST":
        response = matrix.logged_in(cast.people.get(role)).get("/cms/api/main/pages/")
        assert response.status_code == 302, role
    mine = (
        matrix.logged_in(cast.people["L"])
        .get("/cms/api/main/pages/", {"type": "articles.ArticlePage"})
        .json()
    )
    assert {item["meta"]["locale"] for item in mine["items"]} == {"uk"}


# --- B26 ------------------------------------------------------------------------------------------------------


def test_B26_there_are_no_documents(cast: matrix.Cast) -> None:
    for role in matrix.ROLES:
        browser = matrix.logged_in(cast.people.get(role))
        for address in ("/documents/1/a.pdf", "/documents/2/", "/cms/documents/", "/cms/api/main/documents/"):
            assert browser.get(address, follow=True).status_code == 404, (role, address)


def test_B26_pictures_of_a_private_collection_are_listed_to_nobody(cast: matrix.Cast) -> None:
    collection = Collection.get_first_root_node().add_child(instance=Collection(name="Private"))
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    picture = get_image_model().objects.first()
    picture.collection = collection
    picture.save()
    for role in matrix.ROLES:
        browser = matrix.logged_in(cast.people.get(role))
        assert browser.get(f"/cms/api/main/images/{picture.pk}/").status_code == 404
        if role in "XABST":
            assert browser.get(f"/cms/images/{picture.pk}/").status_code == 302


# --- B27 ------------------------------------------------------------------------------------------------------


def test_B27_what_somebody_logged_in_sees_is_kept_by_no_cache(cast: matrix.Cast) -> None:
    browser = matrix.logged_in(cast.people["A"])
    for route in matrix.routes():
        if route.startswith(matrix.PAGES) and "bookings" not in route:
            response = browser.get(matrix.address(route, cast))
            assert {"private", "no-store"} <= directives(response), route
            assert "Cookie" in response["Vary"], route


def test_B27_only_what_no_cache_keeps_sets_a_cookie_for_a_stranger(cast: matrix.Cast) -> None:
    for route in matrix.routes():
        if not route.startswith("cms/"):
            response = Client().get(matrix.address(route, cast))
            if response.cookies:
                assert directives(response) & {"private", "no-store", "no-cache"}, route
            if response.streaming:
                response.getvalue()


def test_B27_a_page_for_everybody_sets_no_cookie_and_says_nothing_of_one(
    content: None, client: Client
) -> None:
    for page in Page.objects.live().filter(depth__gt=1).select_related("locale"):
        response = client.get(path_of(page))
        assert not response.cookies
        assert "private" not in directives(response)


def test_B27_a_page_that_asks_to_log_in_is_shown_to_no_stranger_afterwards(
    cast: matrix.Cast, client: Client
) -> None:
    article = ArticlePage.objects.get(slug=ARTICLES[0], locale__language_code="en")
    article.view_restrictions.create(restriction_type="login")
    inside = matrix.logged_in(cast.people["A"]).get(path_of(article))
    assert inside.status_code == 200
    assert {"private", "no-store"} <= directives(inside)
    assert client.get(path_of(article)).status_code == 302
    assert seen(f"/en/articles/{ARTICLES[0]}/") == []


def directives(response: object) -> set[str]:
    """What the answer tells caches."""
    value = response.headers.get("Cache-Control", "")  # type: ignore[attr-defined]
    return {part.strip().split("=")[0] for part in value.split(",") if part.strip()}
