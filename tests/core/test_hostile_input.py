"""What nobody's browser sends: control characters, broken encodings, foreign hosts, forms without a token.

Ids: docs/rules/security.md.
"""

import logging
from collections.abc import Callable, Iterator
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
from tests.core.rubbish import EXAMPLES, some
from tests.factories.content import SPECIALISTS

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
    "/.well-known/security.txt",
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
    assert client.get("/", **{name: NUL}).status_code < 500  # type: ignore[arg-type]
    form = {"login": "a@example.org", "password": "x"}
    assert client.post("/en/account/login/", form, **{name: NUL}).status_code < 500  # type: ignore[arg-type]


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


# --- Rubbish of every kind, at every address --------------------------------------------------------------------

RUBBISH = [
    *[
        "",
        "²",
        "٣",
        "𝟛",
        "-1",
        "1e26",
        "9" * 30,
        "9" * 5000,
        "NaN",
        "Infinity",
        "-0",
        "0x10",
        "1_0",
        " 1 ",
        "½",
    ],
    *["0001-01-01", "9999-12-31", "10000-01-01", "2031-02-30", "0000-00-00", "9999-12-31T23:59Z"],
    *["0001-01-01T00:00Z", "+252031-01-01T00:00Z", "24:00", "99:99", "00:00:60"],
    *[
        "null",
        "[]",
        "{}",
        '{"id": 1}',
        '["a"]',
        "true",
        '"',
        "[" * 2000,
        '{"id": {"id": []}}',
        '{"response": 1}',
    ],
    *["../../etc/passwd", "Europe/", "/", "%", "%00", "%ud800", "\ufeff", "\u202e", "\x85", "😀" * 100],
    *["<" * 2000, "&#xD800;", "{{ 7*7 }}", "' OR 1=1 --", "\\", "http://[", "//evil.example", "javascript:1"],
    *[
        "a@b",
        "@",
        "a" * 400 + "@b.co",
        '"@"@b.co',
        "a@[127.0.0.1]",
        "a@xn--",
        "a@\u212a.co",
        "xn--" + "9" * 300,
    ],
]
TYPES = [
    *[
        "text/html; charset=utf-7",
        "text/html; charset=hex",
        "application/json; charset=idna",
        "; charset=",
        "/",
    ],
    *["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 5000],
    *["multipart/form-data; boundary=ä", "multipart/form-data; boundary=a; charset=utf-16"],
    *[
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=undefined",
    ],
    *["application/x-www-form-urlencoded; charset=" + "a" * 5000, "application/json", "text/xml", ";" * 3000],
    *[
        'text/plain; charset="',
        "application/x-www-form-urlencoded; charset=unicode_escape",
        "a/b; charset=base64",
    ],
]
PARTS = [
    b"",
    b"--b",
    b"--b--",
    b"--b\r\n\r\nx\r\n--b--",
    b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
    b'--b\r\nContent-Disposition: form-data; name="a"; filename="x"\r\n\r\nx\r\n--b--',
    b'--b\r\nContent-Disposition: form-data; name="a"; filename="../../x\x00"\r\n\r\nx\r\n--b--',
    b"--b\r\nContent-Disposition: form-data; name*=rubbish''a\r\n\r\nx\r\n--b--",
    b"--b\r\nContent-Disposition: form-data; name*=utf-7''+2AA-\r\n\r\nx\r\n--b--",
    b"--b\r\nContent-Disposition: form-data; name*=hex''a; filename*=zip''b\r\n\r\nx\r\n--b--",
    b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--b--',
    b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Length: -9\r\n\r\n\xff\xfe\r\n--b--',
    b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: a/b; charset=utf-7\r\n\r\n+2AA-\r\n--b--',
    b"--b\r\n" + b"a: b\r\n" * 3000 + b"\r\n--b--",
]
HEADERS = {
    "HTTP_ACCEPT_LANGUAGE": [
        "²",
        "*" * 5000,
        "en;q=" + "9" * 400,
        "a-" * 4000,
        ",;q=,",
        "en;q=nan",
        "en-\u212a",
    ],
    "HTTP_X_FORWARDED_FOR": [
        "²",
        "::",
        "1.2.3",
        ",,,",
        "1.2.3.4, [::1]:x",
        "9" * 5000,
        "fe80::1%eth0",
        "a" * 5000,
    ],
    "HTTP_X_FORWARDED_PROTO": ["", "ftp", "https,http", "²"],
    "HTTP_X_FORWARDED_HOST": ["evil.example", "a" * 5000, ""],
    "HTTP_X_FORWARDED_PORT": ["²", "99999999"],
    "HTTP_REFERER": ["http://[", "²", "javascript:1", "//" + "a" * 5000, "http://testserver:x/", "/%ff"],
    "HTTP_ORIGIN": ["null", "http://[", "²", "https://evil.example"],
    "HTTP_USER_AGENT": ["", "²", "x" * 5000, "Mozilla/" + "9" * 3000],
    "HTTP_IF_MODIFIED_SINCE": [
        "²",
        "Thu, 01 Jan 99999 00:00:00 GMT",
        "Sat, 31 Feb 2031 25:61:61 GMT",
        "x" * 5000,
    ],
    "HTTP_IF_NONE_MATCH": ["²", '"' * 3000, "W/" * 3000, '"' + "x" * 5000],
    "HTTP_RANGE": ["bytes=²-", "bytes=-" + "9" * 400, "bytes=5-1", "x"],
    "HTTP_ACCEPT": ["²", "*/" * 2500, "text/html;q=nan", "a/b;level=;q="],
    "HTTP_ACCEPT_ENCODING": ["²", "gzip;q=nan", "," * 5000],
    "HTTP_AUTHORIZATION": ["²", "Basic ²", "Basic ////", "Bearer " + "x" * 5000],
    "HTTP_EXPECT": ["100-continue", "²"],
    "HTTP_SEC_PURPOSE": ["²"],
    "HTTP_HX_CURRENT_URL": ["http://[", "²"],
    "HTTP_HX_REQUEST": ["²"],
    "HTTP_X_REQUESTED_WITH": ["XMLHttpRequest", "²"],
    "HTTP_X_HTTP_METHOD_OVERRIDE": ["DELETE", "²"],
    "HTTP_HOST": [
        "",
        "²",
        "a" * 60_000,
        "testserver:²",
        "testserver:" + "9" * 5000,
        "[::",
        "testserver,evil",
        "a b",
    ],
    "CONTENT_LENGTH": ["-1", "²", "1e3"],  # the test client itself can't announce more than it sends
    "CONTENT_TYPE": TYPES,
    "REMOTE_ADDR": ["", "²", "::ffff:1.2.3.4", "unix:"],
}
COOKIES = [
    "²",
    "",
    '"',
    "a" * 4000,
    "eyJ" * 900,
    ":::",
    "null",
    "[]",
    "0" * 32,
    "a:b:c",
    ".eJw:1:x",
    "%ff",
    "é",
    "W10",
]
METHODS = ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "²", "x" * 3000]


@pytest.fixture
def no_errors(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[..., None]]:
    """What notes that an answer was a server's error, or that an error was logged for it. All are told at the end."""
    wrong = []

    def check(response: Any, *what: object) -> None:
        logged = {record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR}
        caplog.clear()
        if response.status_code >= 500 or logged:
            wrong.append((response.status_code, *(str(one)[:80] for one in what), *logged))

    yield check
    assert not wrong, "\n".join(map(str, wrong[:40]))


def walked(cast: matrix.Cast) -> list[str]:
    """The addresses of readers' routes, but for files."""
    return [matrix.address(route, cast) for route in readers_routes() if "media/" not in route]


def tried(browser: Client, method: str, *args: Any, **options: Any) -> Any:
    """One request whose changes are taken back. The browser's cookies stay as they were."""
    asking = Client(raise_request_exception=False)
    asking.cookies.load({name: morsel.value for name, morsel in browser.cookies.items()})
    with transaction.atomic():
        response = getattr(asking, method)(*args, **options)
        if response.streaming:
            response.getvalue()
        transaction.set_rollback(True)
    return response


def forms(browser: Client, cast: matrix.Cast) -> list[tuple[str, dict[str, str]]]:
    """Each different form that readers' pages show: where it is sent, and what a browser would send."""
    found = {}
    for address in walked(cast):
        response = browser.get(address)
        if not response["Content-Type"].startswith("text/html"):
            continue
        for form in BeautifulSoup(response.content, "html.parser")("form", method="post"):
            names = form(["input", "textarea", "select", "button"])
            fields = {tag["name"]: tag.get("value", "") for tag in names if tag.get("name")}
            action = (form.get("action") or address).split("?")[0].split("#")[0]
            found.setdefault((action, tuple(fields)), (action, fields))
    return list(found.values())


@pytest.mark.parametrize("role", ["X", "A", "S"])
def test_rubbish_in_the_fields_of_a_form_is_no_servers_error(
    cast: matrix.Cast, no_errors: Callable[..., None], role: str
) -> None:
    browser = matrix.logged_in(cast.people.get(role))
    for address, form in forms(browser, cast):
        numbers = {name: value for name, value in form.items() if name.endswith("_FORMS")}
        for rubbish in some(RUBBISH, address):
            everywhere = dict.fromkeys(form, rubbish)
            no_errors(tried(browser, "post", address, everywhere), address, rubbish, "everywhere")
            if numbers:  # a formset that can be read, with rubbish in its rows
                no_errors(tried(browser, "post", address, everywhere | numbers), address, rubbish, "rows")
        for name in form:
            for rubbish in ["²", *some(RUBBISH, f"{address}{name}", 40)]:
                no_errors(tried(browser, "post", address, form | {name: rubbish}), address, name, rubbish)
            without = {other: value for other, value in form.items() if other != name}
            no_errors(tried(browser, "post", address, without), address, name, "missing")
        no_errors(tried(browser, "post", address, {}), address, "nothing")
        thrice = {name: ["1", "²", "x"] for name in form}
        no_errors(tried(browser, "post", address, thrice), address, "three times")


@pytest.mark.parametrize("role", ["X", "S"])
def test_rubbish_in_any_parameter_is_no_servers_error(
    cast: matrix.Cast, no_errors: Callable[..., None], role: str
) -> None:
    browser = matrix.logged_in(cast.people.get(role))
    for address in walked(cast):
        for rubbish in some(RUBBISH, address):
            everywhere = [(name, rubbish) for name in PARAMETERS]
            no_errors(tried(browser, "get", address, dict(everywhere)), address, rubbish)
        no_errors(
            tried(browser, "get", address, {name: ["²", "1", ""] for name in PARAMETERS}), address, "thrice"
        )


@pytest.mark.parametrize("name", HEADERS)
def test_rubbish_in_a_header_is_no_servers_error(
    cast: matrix.Cast, no_errors: Callable[..., None], name: str
) -> None:
    browser = matrix.logged_in(cast.people["A"])
    for number, address in enumerate([*walked(cast), "/", "/nothing/", "/cms/", "/en/nothing/"]):
        for rubbish in some(HEADERS[name], number, 40):
            for method in some(["get", "post"], number // len(HEADERS[name]), 40):
                form = {"a": "b"} if method == "post" else None
                answer = tried(browser, method, address, form, **{name: rubbish})
                no_errors(answer, address, rubbish, method)


def test_bodies_that_nobody_can_read_are_no_servers_errors(
    cast: matrix.Cast, no_errors: Callable[..., None]
) -> None:
    browser = matrix.logged_in(cast.people["S"])
    for number, address in enumerate(walked(cast)):
        for body in some(PARTS, number, 20):
            answer = tried(browser, "post", address, body, content_type="multipart/form-data; boundary=b")
            no_errors(answer, address, body)
        for rubbish in some(RUBBISH, address, 20):
            sent = rubbish.encode("utf-8", "surrogatepass")
            no_errors(tried(browser, "post", address, sent, content_type="application/json"), address, sent)


def test_rubbish_in_a_cookie_is_no_servers_error(cast: matrix.Cast, no_errors: Callable[..., None]) -> None:
    names = [django_settings.SESSION_COOKIE_NAME, "csrftoken", "messages", "language", "wagtail", "x"]
    for number, address in enumerate(walked(cast)):
        for rubbish in some(COOKIES, number):
            sent = "; ".join(f"{name}={rubbish}" for name in names)
            no_errors(tried(Client(), "get", address, HTTP_COOKIE=sent), address, rubbish)


def test_methods_that_no_form_has_are_no_servers_errors(
    cast: matrix.Cast, no_errors: Callable[..., None]
) -> None:
    browser = matrix.logged_in(cast.people["S"])
    for number, address in enumerate(walked(cast)):
        for method in some(METHODS, number, 10):
            no_errors(tried(browser, "generic", method, address), address, method)
