"""What nobody's browser sends: control characters, broken encodings, foreign hosts, forms without a token."""

import os
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import Outbox
from tests.accounts import matrix
from tests.factories.content import SPECIALISTS

EXAMPLES = int(
    os.environ.get("ATTUNE_EXAMPLES", "40")
)  # of each address; 2000 find what 40 don't, in minutes
NUL = "a\x00b"
PARAMETERS = [
    *["q", "topic", "language", "format", "place", "profession", "group", "method", "gender", "price_max"],
    *["free", "soon", "sort", "page", "next", "start", "tz", "from", "locale", "preview"],
]
READING = [
    "/en/",
    "/en/articles/",
    "/en/articles/feed/",
    "/en/specialists/",
    f"/en/specialists/{SPECIALISTS[0]}/",
    f"/en/specialists/{SPECIALISTS[0]}/book/",
    "/en/free-consultation/",
    "/en/account/",
    "/en/account/login/",
    "/en/account/signup/",
    "/en/account/password/reset/",
    "/en/account/login/code/",
    "/cms/login/",
    "/sitemap.xml",
    "/robots.txt",
]
PATHS = [
    "/en/{}/",
    "/en/articles/{}/",
    "/en/specialists/{}/",
    "/en/specialists/{}/book/",
    "/en/bookings/{}/",
    "/en/bookings/{}/cancel/",
    "/en/bookings/{}/consultation.ics",
    "/en/account/password/reset/key/{}-{}/",
    "/media/{}",
    "/cms/{}/",
    "/{}/",
    "/{}",
]
readers_address = pytest.mark.parametrize("address", READING)


@pytest.fixture
def cast(content: None) -> matrix.Cast:
    return matrix.Cast()


def readers_routes() -> list[str]:
    """The routes that aren't the CMS's."""
    return [route for route in matrix.routes() if not route.startswith("cms/")]


def fields_of(response: Any) -> list[dict[str, str]]:
    """What a browser would send from each form that posts, by name."""
    if not response["Content-Type"].startswith("text/html"):
        return []
    forms = BeautifulSoup(response.content, "html.parser")("form", method="post")
    return [
        {
            tag["name"]: tag.get("value", "")
            for tag in form(["input", "textarea", "select", "button"])
            if tag.get("name")
        }
        for form in forms
    ]


# --- C29: NUL -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_C29_a_nul_in_a_path_is_no_servers_error(content: None, client: Client, path: str) -> None:
    assert client.get(path.replace("{}", "a%00b")).status_code in {302, 400, 404}


@readers_address
def test_C29_a_nul_in_a_parameter_is_no_servers_error(content: None, client: Client, address: str) -> None:
    for name in PARAMETERS:
        assert client.get(address, {name: NUL}).status_code < 500, name
    assert client.get(address, {NUL: "1"}).status_code < 500


@pytest.mark.parametrize("role", ["X", "A"])
def test_C29_a_nul_in_any_field_of_a_form_is_no_servers_error(cast: matrix.Cast, role: str) -> None:
    browser = matrix.logged_in(cast.people.get(role))
    tried = 0
    for route in readers_routes():
        address = matrix.address(route, cast)
        if "media/" in route:
            continue
        for form in fields_of(browser.get(address)):
            for name in form:
                with transaction.atomic():
                    response = browser.post(address, {**form, name: NUL})
                    transaction.set_rollback(True)
                assert response.status_code < 500, (address, name)
                tried += 1
    assert tried > 10


@pytest.mark.parametrize("name", [django_settings.SESSION_COOKIE_NAME, "language", "csrftoken", "messages"])
def test_C29_a_nul_in_a_cookie_is_no_servers_error(content: None, name: str) -> None:
    for value in ('"a\\000b"', "a\x00b", "a%00b"):
        response = Client(HTTP_COOKIE=f"{name}={value}").get("/en/account/")
        assert response.status_code in {200, 400}, value


@pytest.mark.parametrize(
    "name", ["HTTP_ACCEPT_LANGUAGE", "HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_X_FORWARDED_FOR"]
)
def test_C29_a_nul_in_a_header_is_no_servers_error(content: None, client: Client, name: str) -> None:
    assert client.get("/", **{name: NUL}).status_code < 500
    form = {"login": "a@example.org", "password": "x"}
    assert client.post("/en/account/login/", form, **{name: NUL}).status_code < 500


# --- C31: odd -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", ["page=1e26", "page=-1", "page=99999999999999999999", "q=%ff", "q=%ed%a0%80", "%ff=%ff"]
)
@readers_address
def test_C31_odd_parameters_are_no_servers_errors(
    content: None, client: Client, address: str, query: str
) -> None:
    assert client.get(f"{address}?{query}").status_code < 500


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("part", ["%ff", "%ed%a0%80", "x" * 5000, "..%2f..%2fetc", "%e2%80%ae"])
def test_C31_odd_paths_are_no_servers_errors(content: None, client: Client, path: str, part: str) -> None:
    assert client.get(path.replace("{}", part)).status_code < 500


@readers_address
def test_C31_odd_requests_are_no_servers_errors(content: None, client: Client, address: str) -> None:
    assert client.get(address, HTTP_ACCEPT_LANGUAGE="de," * 350_000).status_code < 500
    assert client.trace(address).status_code < 500
    assert client.options(address).status_code < 500
    assert client.head(address).status_code < 500
    assert client.post(address, {f"field{number}": "" for number in range(10_001)}).status_code < 500
    assert client.post(address, b"x", content_type="multipart/form-data; boundary=").status_code < 500
    assert (
        client.post(address, b"\xff\xfe", content_type="application/x-www-form-urlencoded").status_code < 500
    )
    assert client.post(address, b"{", content_type="application/json").status_code < 500


@readers_address
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    query=st.dictionaries(
        st.sampled_from(PARAMETERS),
        st.one_of(
            st.text(max_size=40),
            st.integers().map(str),
            st.floats().map(str),
            st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%dT%H:%MZ")),
            st.dates().map(str),
            st.sampled_from(["Europe/Kyiv", "../etc/localtime", "online", "trust", "1", "uk", "∞", "٣"]),
        ).map(lambda text: quote(text, errors="surrogatepass")),
        max_size=5,
    )
)
def test_C31_no_parameters_are_servers_errors(
    content: None, client: Client, address: str, query: dict[str, str]
) -> None:
    text = "&".join(f"{name}={value}" for name, value in query.items())
    assert client.get(f"{address}?{text}").status_code < 500


# --- C43: hosts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [*READING, "/healthz/", "/cms/"])
def test_C43_a_foreign_host_is_refused(content: None, client: Client, address: str) -> None:
    assert client.get(address, HTTP_HOST="evil.example").status_code == 400


def test_C43_no_mail_names_a_foreign_host(cast: matrix.Cast, client: Client) -> None:
    address, form = reverse("account_reset_password"), {"email": "a@example.org"}
    assert client.post(address, form, HTTP_HOST="evil.example").status_code == 400
    assert not Outbox.objects.exists()
    client.post(address, form, HTTP_X_FORWARDED_HOST="evil.example")
    assert Outbox.objects.exists()
    assert not [mail for mail in Outbox.objects.all() if "evil.example" in str(vars(mail))]


# --- C45, C46: forms and frames -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["X", "A"])
def test_C45_a_form_without_its_token_is_refused_in_the_readers_language(
    cast: matrix.Cast, role: str
) -> None:
    logged_in = matrix.logged_in(cast.people.get(role))
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = SimpleCookie({name: morsel.value for name, morsel in logged_in.cookies.items()})
    for route in readers_routes():
        if not route.startswith(matrix.PAGES):
            continue
        address = matrix.address(route, cast).replace("/en/", "/ar/", 1)
        response = browser.post(address)
        if response.status_code == 403:
            page = BeautifulSoup(response.content, "html.parser")
            assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl"), address
            assert "403_csrf.html" in [template.name for template in response.templates], address
        else:
            assert response.status_code == 405, address


def header(response: Any, name: str) -> dict[str, str]:
    """A header's directives with their values."""
    parts = (part.strip().partition(" ") for part in response.headers[name].split(";"))
    return {directive: value for directive, _space, value in parts}


@readers_address
def test_C46_readers_pages_stand_in_nobodys_frame(content: None, client: Client, address: str) -> None:
    response = client.get(address)
    assert header(response, "Content-Security-Policy")["frame-ancestors"] == "'none'" or address.startswith(
        "/cms/"
    )
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_C46_the_cms_frames_only_itself(cast: matrix.Cast) -> None:
    response = matrix.logged_in(cast.people["E"]).get("/cms/")
    assert header(response, "Content-Security-Policy")["frame-ancestors"] == "'self'"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
