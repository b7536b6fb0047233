"""Answers from memory, before Django: whole pages that are the same for everybody, by their address.

An answer is kept if its view says that it may be (`reading.may_be_kept`), and if nothing about it is anybody's own: no
cookie, no session, no other query than the page's own, no error.
"""

import hashlib
import threading
import zlib
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import brotli
import structlog
from django.conf import settings
from django.db import close_old_connections

from core.logs import describe
from core.page_cache.files import PageFiles
from core.page_cache.process import Cache, cache
from core.page_cache.reading import VARIATIONS, Reading, collecting
from core.page_cache.store import Entry

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = structlog.get_logger(__name__)

MOST_UNFIT = 10_000
WAIT_SECONDS = 5.0  # for somebody else who renders the same page
QUALITY = 5  # of Brotli's 11: three quarters of the gain for a tenth of the time
# Whoever keeps it asks each time whether it is still true: that costs a 304.
REVALIDATED = "public, max-age=0, must-revalidate"
# Headers that are of one answer alone, or that are written here.
NOT_KEPT = frozenset({"content-length", "cache-control", "etag", "vary", "x-request-id", "x-correlation-id"})
# What an answer may vary on that isn't a variation. Django adds Accept-Language wherever an address has no language,
# also for robots.txt, which is the same in all.
ALLOWED_VARY = frozenset({"cookie", "accept-encoding", "accept-language"})
HTML = "text/html"


class Page:
    """A whole answer, compressed."""

    __slots__ = ("brotli", "cache_control", "etag", "gzip", "headers", "length", "vary")

    def __init__(
        self, headers: list[tuple[str, str]], body: bytes, vary: set[str], cache_control: str = REVALIDATED
    ) -> None:
        self.headers, self.cache_control = headers, cache_control
        self.length = len(body)
        self.brotli: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=QUALITY)
        self.gzip: bytes | None = None  # made when the first one asks who has nothing better
        self.etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        self.vary = ", ".join(sorted({"Accept-Encoding", "Cookie", *vary}))

    @property
    def body(self) -> bytes:
        plain: bytes = brotli.decompress(self.brotli)
        return plain

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        return 2 * len(self.brotli) + 2_000

    @property
    def is_html(self) -> bool:
        return any(name.lower() == "content-type" and value.startswith(HTML) for name, value in self.headers)

    def encoded(self, accepted: str) -> tuple[bytes, str]:
        """The body as a browser takes it, and the name of that encoding; empty for none."""
        if "br" in accepted and _takes(accepted, "br"):
            return self.brotli, "br"
        if "gzip" in accepted and _takes(accepted, "gzip"):
            if self.gzip is None:
                packer = zlib.compressobj(6, zlib.DEFLATED, 31)
                self.gzip = packer.compress(self.body) + packer.flush()
            return self.gzip, "gzip"
        return self.body, ""


def _takes(accepted: str, encoding: str) -> bool:
    """Whether an Accept-Encoding header has this encoding, and not with a weight of nought."""
    for part in accepted.split(","):
        name, _semicolon, weight = part.partition(";")
        if name.strip().lower() == encoding:
            quality = weight.replace(" ", "").lower().removeprefix("q=")
            return not quality or quality.strip("0.") != ""
    return False


class PageCache:
    """A WSGI application around Django's that gives pages from memory."""

    def __init__(self, application: "WSGIApplication", own: Cache = cache) -> None:
        self.application = application
        self.cache = own
        self.rendering: dict[Hashable, threading.Event] = {}
        # Hashes of the keys of answers that couldn't be kept: nobody waits for those. Keys hold what people typed.
        self.unfit: set[int] = set()
        self.lock = threading.Lock()
        self.secure_header = settings.SECURE_PROXY_SSL_HEADER
        # They change nothing on a page that is the same for everybody: those that do have a cookie of their own.
        self.harmless = {
            settings.LANGUAGE_COOKIE_NAME,
            settings.CSRF_COOKIE_NAME,
            *settings.PAGE_CACHE_HARMLESS_COOKIES,
        }

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not self.cache.is_live or (key := self.key(environ)) is None:
            return self.ask(environ, start_response)
        if entry := self.cache.find(key, environ):
            return self.give(entry, environ, start_response)
        if environ["REQUEST_METHOD"] == "HEAD":
            return self.ask(environ, start_response)
        if hash(key) in self.unfit:
            return self.render(key, environ, start_response)
        with self.alone(key) as is_first:
            if not is_first and (entry := self.cache.find(key, environ)):
                return self.give(entry, environ, start_response)
            return self.render(key, environ, start_response)

    def ask(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Let Django answer; a HEAD without the body, which the server would complain about."""
        response = self.application(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return response
        return _Answered([], [getattr(response, "close", _nothing)])

    def key(self, environ: "WSGIEnvironment") -> Any:
        """What an answer is kept by; None for a request whose answer is nobody else's."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or "HTTP_AUTHORIZATION" in environ:
            return None
        if environ.get("SCRIPT_NAME"):  # it would stand before every link on the page
            return None
        if cookies := environ.get("HTTP_COOKIE"):
            try:
                if not SimpleCookie(cookies).keys() <= self.harmless:
                    return None
            except CookieError:
                return None
            if any(part.partition("=")[0].strip() not in self.harmless for part in cookies.split(";")):
                return None  # what Django reads more leniently than http.cookies
        scheme: str = environ["wsgi.url_scheme"]
        if self.secure_header and (told := environ.get(self.secure_header[0])):
            scheme = told.partition(",")[0].strip()  # as Django reads it
        host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME") or ""
        return scheme, host.lower(), environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")

    def give(
        self, entry: Entry, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer with a kept page, or with 304 if the browser has it."""
        self.cache.hits += 1
        answer = _answer(entry.value, environ, start_response, "hit")
        visits = [partial(visit, environ) for visit in entry.reading.visits]
        return _Answered(answer, [*visits, close_old_connections]) if visits else answer

    def render(
        self, key: Hashable, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Let Django answer, and keep the answer if it may be kept."""
        begun: list[Any] = []

        def note(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            begun[:] = [status, headers, exc_info]
            return _no_write

        with collecting(self.cache.store.moment) as reading:
            response = self.application(environ, note)
        status, headers, exc_info = begun
        if not _may_be_kept(status, headers, reading, environ):
            self.note_unfit(key)
            if exc_info:
                start_response(status, headers, exc_info)
            else:
                start_response(status, headers)
            return response
        close = getattr(response, "close", _nothing)
        try:
            body = b"".join(response)
        except BaseException:
            close()
            raise
        self.cache.misses += 1
        given = {name.lower(): value for name, value in headers}
        vary = _varies(headers) | {VARIATIONS[name].header for name in reading.variations} - {""}
        page = Page(
            [(name, value) for name, value in headers if name.lower() not in NOT_KEPT],
            body,
            vary,
            REVALIDATED if reading.for_browsers else given.get("cache-control", "private, no-store"),
        )
        self.unfit.discard(hash(key))
        entry = self.cache.keep(key, page, reading, size=page.size)
        if entry and self.cache.files:
            self.write(entry, body, self.cache.files, environ)
        return _Answered(_answer(page, environ, start_response, "miss"), [close])

    def write(self, entry: Entry, body: bytes, files: PageFiles, environ: "WSGIEnvironment") -> None:
        """Let nginx give the page from now on, if it is one of the site's own address."""
        scheme, host, address, query = key = self.key(environ)
        if f"{scheme}://{host}" != settings.SITE_URL or query:
            return
        if not entry.reading.for_browsers or not entry.value.is_html:
            return
        try:
            files.write(address, body, entry.value.brotli, entry.reading)
        except OSError:
            logger.exception("page_file_not_written", path=address)
        # Something has changed meanwhile, or may have.
        if not self.cache.is_live or self.cache.store.get(key) is not entry:
            files.delete([address])

    def note_unfit(self, key: Hashable) -> None:
        if len(self.unfit) > MOST_UNFIT:
            self.unfit.clear()
        self.unfit.add(hash(key))

    @contextmanager
    def alone(self, key: Hashable) -> Iterator[bool]:
        """Be the one who renders a page; the others wait for that one for a while, and are told that they did."""
        with self.lock:
            event = self.rendering.get(key)
            is_first = event is None
            if event is None:
                event = self.rendering[key] = threading.Event()
        if not is_first:
            event.wait(WAIT_SECONDS)
            yield False
            return
        try:
            yield True
        finally:
            with self.lock:
                del self.rendering[key]
            event.set()


def _may_be_kept(
    status: str, headers: list[tuple[str, str]], reading: Reading, environ: "WSGIEnvironment"
) -> bool:
    if not reading.is_whole or not status.startswith("200 "):
        return False
    for name, value in headers:
        lower = name.lower()
        if lower == "set-cookie":
            return False
        if lower == "cache-control" and reading.for_browsers and ("private" in value or "no-store" in value):
            return False
    variations = {VARIATIONS[name].header.lower() for name in reading.variations}
    if not {name.lower() for name in _varies(headers)} <= ALLOWED_VARY | variations:
        return False
    query = environ.get("QUERY_STRING", "")
    pairs = parse_qsl(query, keep_blank_values=True)
    if sorted(pairs) != sorted(reading.parameters) or urlencode(pairs) != query:
        return False
    if reading.unfollowed:
        logger.warning("page_not_kept", path=environ.get("PATH_INFO"), unfollowed=reading.unfollowed)
        return False
    return True


def _varies(headers: list[tuple[str, str]]) -> set[str]:
    """The headers by which an answer says that it differs."""
    lists = [value.split(",") for name, value in headers if name.lower() == "vary"]
    return {name.strip() for one in lists for name in one} - {""}


def _answer(
    page: Page, environ: "WSGIEnvironment", start_response: "StartResponse", how: str
) -> Iterable[bytes]:
    headers = [
        *page.headers,
        ("Cache-Control", page.cache_control),
        ("Vary", page.vary),
        ("ETag", page.etag),
        ("Server-Timing", f"cache;desc={how}"),
    ]
    known = environ.get("HTTP_IF_NONE_MATCH", "")
    if page.etag.removeprefix("W/") in known or known.strip() == "*":  # compared weakly: RFC 9110, 13.1.2
        start_response("304 Not Modified", [one for one in headers if one[0].lower() != "content-type"])
        return []
    body, encoding = page.encoded(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if encoding:
        headers.append(("Content-Encoding", encoding))
    headers.append(("Content-Length", str(len(body))))
    start_response("200 OK", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


class _Answered:
    """An answer after which something is done: it has been sent by then, and whatever fails is nothing of its own."""

    def __init__(self, answer: Iterable[bytes], afterwards: list[Callable[[], object]]) -> None:
        self.answer, self.afterwards = answer, afterwards

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.answer)

    def close(self) -> None:
        for do in self.afterwards:
            try:
                do()
            except Exception as error:
                logger.error("after_answer_failed", error=describe(error))


def _nothing() -> None:
    pass


def _no_write(_data: bytes) -> None:
    raise NotImplementedError("Django writes no answers in WSGI's old way.")
