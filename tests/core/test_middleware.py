"""Which Content-Security-Policy goes where."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from core.middleware import PolicyMiddleware


def policy(path: str, **attributes: bool) -> dict[str, str]:
    """The directives of an answer to `path` for a request with these attributes."""
    request = RequestFactory().get(path)
    for name, value in attributes.items():
        setattr(request, name, value)
    header = PolicyMiddleware(lambda _request: HttpResponse())(request)["Content-Security-Policy"]
    return dict(directive.strip().split(" ", 1) for directive in header.split(";"))


def test_a_public_page_is_framed_by_nobody_and_runs_no_inline_script():
    directives = policy("/en/")
    assert directives["frame-ancestors"] == "'none'"
    assert directives["script-src"] == "'self'"


def test_the_cms_has_a_policy_of_its_own():
    assert "'unsafe-inline'" in policy("/cms/pages/")["script-src"]


@pytest.mark.parametrize("path", ["/en/articles/", "/cms/"])
def test_a_preview_may_be_framed_by_the_cms_and_is_as_strict_as_the_page_otherwise(path):
    directives = policy(path, is_preview=True)
    assert directives.pop("frame-ancestors") == "'self'"
    page = policy("/en/articles/")
    del page["frame-ancestors"]
    assert directives == page


@pytest.mark.django_db
def test_an_address_without_its_language_is_looked_for_in_one(client: Client) -> None:
    assert client.get("/articles/")["Location"] == "/en/articles/"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/media/nothing.webp", "/cms/documents/1/"])
def test_what_has_no_language_and_is_not_there_is_nowhere(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "Accept-Language" in response["Vary"]
