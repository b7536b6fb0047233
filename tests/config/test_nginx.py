"""Debian's nginx with our file: who gets a page from disk, and that it is the page that the site would give."""

import http.client
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import brotli
import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.templatetags.static import static
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from core.page_cache.files import PageFiles
from core.page_cache.process import Cache, cache
from core.page_cache.wsgi import PageCache
from core.static_files import write_away_pages
from home.models import StandardPage
from tests.core.page_cache.readers import heard, wait_until
from tests.run_databases import copy_for_a_test

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
MODULE = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
HOST = "attune.example"
PAGE = "/en/privacy/"
# nginx makes these itself, or they are of one answer.
ITS_OWN = {
    "server",
    "date",
    "connection",
    "etag",
    "last-modified",
    "accept-ranges",
    "content-length",
    "server-timing",
}
ITS_OWN |= {"strict-transport-security"}  # the tests' site has no TLS

pytestmark = pytest.mark.skipif(
    not (NGINX and MODULE.exists()), reason="apt-get install nginx libnginx-mod-http-brotli-static"
)


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        super().process_request_thread(request, client_address)
        connections.close_all()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def configuration(folder: Path, port: int, application_port: int) -> str:
    """Our file, without TLS, on a port of its own."""
    text = (settings.BASE_DIR / "docs/deploy/nginx.conf").read_text()
    maps, *servers = re.split(r"(?m)^(?=server \{)", text)
    site = next(server for server in servers if "location @attune {" in server)
    site = re.sub(r"(?m)^ *(listen|ssl_|error_log).*\n", "", site)
    site = site.replace("server_name", f"listen 127.0.0.1:{port};\n    server_name", 1)
    ours = (
        (maps + site)
        .replace("/var/lib/attune", str(folder))
        .replace("127.0.0.1:8000", f"127.0.0.1:{application_port}")
    )
    return f"""
load_module {MODULE};
daemon off;
user root;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {ours}
}}
"""


class Site:
    """The site behind nginx."""

    def __init__(self, port: int, cache: Cache, pages: Path) -> None:
        self.port, self.cache, self.pages = port, cache, pages

    def get(self, path: str = PAGE, method: str = "GET", **headers: str) -> "Got":
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Host": HOST, **named})
        response = connection.getresponse()
        got = Got(response.status, dict(response.getheaders()), response.read())
        connection.close()
        return got

    def file(self, path: str = PAGE) -> Path:
        return self.pages / path.strip("/") / "index.html"


class Got:
    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def is_from_disk(self) -> bool:
        """Whatever the site itself gives says how."""
        return self.status == 200 and "Server-Timing" not in self.headers and "Last-Modified" in self.headers


@pytest.fixture(scope="module")
def site(
    content_database: str, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    port = free_port()
    with (
        copy_for_a_test(content_database, django_db_blocker),
        django_db_blocker.unblock(),
        override_settings(SITE_URL=f"http://{HOST}", ALLOWED_HOSTS=[HOST]),
    ):
        pages = PageFiles(folder / "pages")
        cache.start(10_000_000, pages)
        wait_until(lambda: cache.is_live)
        application = PageCache(get_wsgi_application(), cache)
        server = make_server("127.0.0.1", 0, application, server_class=Server, handler_class=Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            with running_nginx(folder, port, server.server_port):
                yield Site(port, cache, pages.pages)
        finally:
            server.shutdown()
            server.server_close()
            cache.stop()


@contextmanager
def running_nginx(folder: Path, port: int, application_port: int) -> Iterator[None]:
    (folder / "nginx.conf").write_text(configuration(folder, port, application_port))
    process = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        wait_until(lambda: is_open(port))
        yield
    finally:
        process.terminate()
        process.wait(20)


def is_open(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def on_disk(site: Site) -> Site:
    """The page has been asked for, and is a file now."""
    site.get()
    assert site.file().exists()
    return site


def test_the_second_is_from_disk_and_the_same(site: Site) -> None:
    site.cache.files.clear()
    site.cache.store.clear()
    first, second = site.get(), site.get()
    assert first.headers["Server-Timing"] == "cache;desc=miss"
    assert second.is_from_disk
    assert second.body == first.body
    comparable = [
        {
            name.lower(): sorted(re.split("; |, ", value))
            for name, value in got.headers.items()
            if name.lower() not in ITS_OWN
        }
        for got in (first, second)
    ]
    assert comparable[0] == comparable[1]


def test_the_production_sites_headers_are_there_too(on_disk: Site) -> None:
    year = "max-age=63072000; includeSubDomains; preload"
    assert on_disk.get().headers["Strict-Transport-Security"] == year


def test_it_comes_packed_where_the_browser_takes_that(on_disk: Site) -> None:
    plain, packed = on_disk.get(), on_disk.get(Accept_Encoding="br")
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.body) == plain.body


def test_whoever_has_it_gets_a_304(on_disk: Site) -> None:
    etag = on_disk.get().headers["ETag"]
    assert on_disk.get(If_None_Match=etag).status == 304


@pytest.mark.parametrize("cookie", ["language=de", "known_device=a:b; language=en", "__Host-csrf=x"])
def test_cookies_that_change_nothing_are_no_hindrance(on_disk: Site, cookie: str) -> None:
    assert on_disk.get(Cookie=cookie).is_from_disk


@pytest.mark.parametrize(
    "own",
    [
        {"Cookie": "__Host-session=abc"},
        {"Cookie": "sessionid=abc"},
        {"Cookie": "language=en; sessionid=abc"},
        {"Cookie": "sessionid=abc; language=en"},
        {"Cookie": "language=en;sessionid=abc"},
        {"Cookie": "messages=abc"},
        {"Cookie": "next_page=abc"},
        {"Cookie": "xlanguage=en"},
        {"Authorization": "Basic eDp5"},
        {"path": f"{PAGE}?country=DE"},
        {"path": f"{PAGE}?x"},
        {"method": "POST"},
        {"method": "OPTIONS"},
    ],
    ids=str,
)
def test_whoever_brings_something_of_their_own_is_the_sites(on_disk: Site, own: dict[str, str]) -> None:
    assert not on_disk.get(**own).is_from_disk


@pytest.mark.parametrize(
    "path",
    [
        "/en/../../../etc/passwd",
        "/en/privacy/index.html",
        "/en/privacy/index.html.br",
        "/pages/",
        "//en/privacy//x",
    ],
)
def test_nothing_else_is_a_page(on_disk: Site, path: str) -> None:
    assert on_disk.get(path).status in {301, 302, 400, 404}


def test_a_change_is_seen_by_the_next_request(on_disk: Site) -> None:
    page = StandardPage.objects.get(slug="privacy", locale__language_code="en")
    for number in range(5):
        on_disk.get()
        assert on_disk.get().is_from_disk
        page.introduction = f"Introduction {number}"
        page.save_revision().publish()
        heard(on_disk.cache)
        assert not on_disk.file().exists()
        assert f"Introduction {number}" in on_disk.get().body.decode()


def test_pages_that_count_visits_or_differ_are_no_files_nor_is_what_is_no_page(site: Site) -> None:
    """A profile counts its visits, the lines for help differ by region, free times are for no browser to keep."""
    profile = "/en/specialists/iryna-vzirets/"
    for path in (profile, "/en/help-now/", f"{profile}book/", "/en/articles/feed/"):
        assert site.get(path).status == 200
        assert not site.get(path).is_from_disk
        assert not site.file(path).exists()


def test_static_files_with_a_hash_are_nginxs_and_others_the_sites(site: Site) -> None:
    folder = site.pages.parents[1] / "static" / "css"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.0123456789ab.css").write_text("a{}")
    hashed = site.get("/static/css/site.0123456789ab.css")
    assert (hashed.status, hashed.body) == (200, b"a{}")
    assert "immutable" in hashed.headers["Cache-Control"]
    (folder / "site.css").write_text("a{}")
    assert site.get("/static/css/site.css").body != b"a{}"


def test_static_files_come_packed_and_caches_are_told(site: Site) -> None:
    folder = site.pages.parents[1] / "static" / "js"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "x.0123456789ab.js").write_text("let x;")
    (folder / "x.0123456789ab.js.br").write_bytes(brotli.compress(b"let x;"))
    packed = site.get("/static/js/x.0123456789ab.js", Accept_Encoding="br")
    plain = site.get("/static/js/x.0123456789ab.js")
    assert (packed.headers["Content-Encoding"], brotli.decompress(packed.body)) == ("br", b"let x;")
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in plain.headers
    assert plain.body == b"let x;"


def test_the_icon_that_browsers_ask_for_is_there(site: Site) -> None:
    answer = site.get("/favicon.ico")
    assert answer.status == 302
    assert answer.headers["Location"] == static("img/favicon.ico")
    assert (settings.BASE_DIR / "site/static/img/favicon.ico").read_bytes()[:4] == b"\0\0\1\0"


@pytest.fixture
def away(tmp_path: Path) -> Iterator[Site]:
    """nginx alone: nothing listens where the site should be."""
    write_away_pages(tmp_path / "static" / "away")
    port = free_port()
    with running_nginx(tmp_path, port, free_port()):
        yield Site(port, cache, tmp_path / "pages" / "pages")


@pytest.mark.parametrize(
    ("path", "language", "says"),
    [
        ("/de/account/login/", "de", "112"),
        ("/uk/", "uk", "103"),
        ("/ar/specialists/", "ar", 'dir="rtl"'),
        ("/en/", "en", "Please try again in a moment"),
        ("/sitemap.xml", "en", "Please try again in a moment"),
        ("/fr/", "en", "Please try again in a moment"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_while_the_site_is_away_a_page_of_ours_says_so(
    away: Site, path: str, language: str, says: str, method: str
) -> None:
    answer = away.get(path, method)
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "10"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    text = answer.body.decode()
    assert f'<html lang="{language}"' in text
    assert says in text
