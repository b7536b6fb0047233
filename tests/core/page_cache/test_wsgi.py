"""Which requests are answered from memory, and how; with a small application in Django's place."""

import gzip
import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import brotli
import pytest
import time_machine
from django.utils import timezone

from core.page_cache import reading
from core.page_cache.process import Cache
from core.page_cache.reading import VARIATIONS, Variation
from core.page_cache.wsgi import PageCache
from core.page_tags import PAGE
from tests.core.page_cache.readers import Reader, wait_until

HTML = ("Content-Type", "text/html; charset=utf-8")


class LiveCache(Cache):
    """One that hears everything without a database."""

    is_live = True


class Application:
    """Answers with how often it was asked."""

    def __init__(self) -> None:
        self.count = 0
        self.status = "200 OK"
        self.headers = [HTML]
        self.during: Callable[[], Any] = reading.may_be_kept

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self.count += 1
        number = self.count
        self.during()
        start_response(self.status, self.headers)
        return [f"answer {number}".encode()]


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def cache() -> Cache:
    made = LiveCache()
    made.store.most = 1_000_000
    return made


@pytest.fixture
def reader(application: Application, cache: Cache) -> Reader:
    return Reader(PageCache(application, cache))


def test_the_second_is_given_from_memory(reader: Reader) -> None:
    first, second = reader.get("/en/"), reader.get("/en/")
    assert (first.how, second.how) == ("miss", "hit")
    assert first.body == second.body == b"answer 1"
    assert second.headers["Vary"] == "Accept-Encoding, Cookie"
    assert second.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert second.headers["Content-Length"] == "8"


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/de/"},
        {"HTTP_HOST": "localhost"},
        {"wsgi.url_scheme": "https"},
    ],
    ids=str,
)
def test_another_address_is_another_page(
    reader: Reader, application: Application, other: dict[str, Any]
) -> None:
    reader.get("/en/")
    assert reader.get(**{"path": "/en/", **other}).body == b"answer 2"
    assert reader.get("/en/").body == b"answer 1"


@pytest.mark.parametrize(
    "request_of_ones_own",
    [
        {"method": "POST"},
        {"method": "PUT"},
        {"HTTP_AUTHORIZATION": "Basic eDp5"},
        {"SCRIPT_NAME": "/elsewhere"},
        {"HTTP_COOKIE": "sessionid=abc"},
        {"HTTP_COOKIE": "__Host-session=abc"},
        {"HTTP_COOKIE": "language=en; sessionid=abc"},
        {"HTTP_COOKIE": "messages=abc"},
        {"HTTP_COOKIE": "next_page=abc"},
        {"HTTP_COOKIE": "somebody=elses"},
        {"HTTP_COOKIE": 'a="; sessionid=abc; b="'},
        {"HTTP_COOKIE": "sessionid"},
        {"HTTP_COOKIE": "language=en;sessionid=abc;;"},
        {"HTTP_COOKIE": "[]=x"},
    ],
    ids=str,
)
def test_whoever_brings_something_of_their_own_is_answered_by_django(
    reader: Reader, request_of_ones_own: dict[str, str]
) -> None:
    assert reader.get("/en/", **request_of_ones_own).how == ""
    assert reader.get("/en/").how == "miss", "and leaves nothing behind"
    assert reader.get("/en/", **request_of_ones_own).how == ""


@pytest.mark.parametrize(
    "cookie", ["language=de", "csrftoken=abc", "known_device=a:b", "language=de; csrftoken=x"]
)
def test_cookies_that_change_nothing_on_public_pages_are_no_hindrance(reader: Reader, cookie: str) -> None:
    reader.get("/en/")
    assert reader.get("/en/", HTTP_COOKIE=cookie).how == "hit"


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        ("200 OK", [HTML, ("Set-Cookie", "sessionid=1")]),
        ("200 OK", [HTML, ("set-cookie", "a=1")]),
        ("200 OK", [HTML, ("Cache-Control", "private")]),
        ("200 OK", [HTML, ("Cache-Control", "max-age=0, no-cache, no-store, must-revalidate, private")]),
        ("404 Not Found", [HTML]),
        ("302 Found", [("Location", "/en/account/login/")]),
        ("500 Internal Server Error", [HTML]),
        ("206 Partial Content", [HTML]),
        ("200 OK", [HTML, ("Vary", "HX-Request")]),
        ("200 OK", [HTML, ("Vary", "Cookie, X-Requested-With")]),
        ("200 OK", [HTML, ("Vary", "*")]),
    ],
)
def test_answers_that_are_somebodys_own_or_no_pages_are_not_kept(
    reader: Reader, application: Application, status: str, headers: Any
) -> None:
    application.status, application.headers = status, headers
    assert [reader.get("/en/").body for _ in range(3)] == [b"answer 1", b"answer 2", b"answer 3"]


def test_a_page_that_does_not_say_so_is_not_kept(reader: Reader, application: Application) -> None:
    application.during = lambda: None
    assert [reader.get("/en/").body for _ in range(2)] == [b"answer 1", b"answer 2"]


def test_a_table_that_was_read_without_a_tag_keeps_the_page_out(
    reader: Reader, application: Application
) -> None:
    def read() -> None:
        reading.may_be_kept()
        collector = reading.current()
        assert collector
        collector.unfollowed["accounts_user"] = "SELECT …"

    application.during = read
    assert [reader.get("/en/").body for _ in range(2)] == [b"answer 1", b"answer 2"]


@pytest.mark.parametrize(
    ("query", "is_kept"),
    [
        ("page=2&topic=sleep+well", True),
        ("topic=sleep+well&page=2", True),
        ("topic=sleep%20well&page=2", False),  # not as links to it are written
        ("page=2&topic=sleep+well&", False),
        ("page=2&&topic=sleep+well", False),
        ("%70age=2&topic=sleep+well", False),
        ("page=2&page=2&topic=sleep+well", False),
        ("page=3&page=2&topic=sleep+well", False),
        ("page=02&topic=sleep+well", False),
        ("page=2", False),
        ("page=2&topic=sleep+well&utm_source=letter", False),
        ("page=2&topic=sleep+well&q", False),
        ("&&&", False),
        ("token=secret", False),
    ],
)
def test_only_what_the_page_goes_by_is_kept(
    reader: Reader, application: Application, query: str, is_kept: bool
) -> None:
    application.during = lambda: (
        reading.may_be_kept(),
        reading.goes_by(("page", "2"), ("topic", "sleep well")),
    )
    reader.get(f"/en/?{query}")
    assert (reader.get(f"/en/?{query}").how == "hit") == is_kept


@pytest.mark.parametrize("query", ["&", "&&&", "x"])
def test_a_page_without_parameters_is_kept_without_any(reader: Reader, query: str) -> None:
    assert {reader.get(f"/en/?{query}").how for _ in range(3)} == {""}


def test_spellings_of_one_address_are_one(reader: Reader) -> None:
    reader.get("/en/", HTTP_HOST="attune.example")
    assert reader.get("/en/", HTTP_HOST="Attune.Example").how == "hit"


def test_a_head_that_django_answers_has_no_body(reader: Reader) -> None:
    assert reader.get("/en/", method="HEAD").body == b""
    assert reader.get("/en/", method="HEAD", HTTP_COOKIE="sessionid=1").body == b""


def test_browsers_that_have_the_page_get_a_304(reader: Reader) -> None:
    etag = reader.get("/en/").headers["ETag"]
    answer = reader.get("/en/", HTTP_IF_NONE_MATCH=f'"x", {etag}')
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["ETag"] == etag
    assert "Content-Type" not in answer.headers
    assert reader.get("/en/", HTTP_IF_NONE_MATCH='W/"else"').status == 200
    assert reader.get("/en/", HTTP_IF_NONE_MATCH=etag.removeprefix("W/")).status == 304
    assert reader.get("/en/", HTTP_IF_NONE_MATCH="*").status == 304


def test_also_when_the_page_had_to_be_rendered(
    reader: Reader, application: Application, cache: Cache
) -> None:
    application.during = lambda: (reading.may_be_kept(), reading.depends_on(PAGE(1)))
    etag = reader.get("/en/").headers["ETag"]
    cache.store.change([PAGE(1)])
    application.count = 0  # the same words again
    assert reader.get("/en/", HTTP_IF_NONE_MATCH=etag).status == 304


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("br;q=0.5", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip;q=1", "gzip", gzip.decompress),
        ("br; q=0, gzip; q=0.000", None, bytes),
        ("br;Q=0.0000, gzip;q=0.001", "gzip", gzip.decompress),
        ("zebra", None, bytes),
        ("", None, bytes),
    ],
)
def test_each_browser_gets_what_it_can_unpack(
    reader: Reader, accepted: str, encoding: str | None, unpack: Callable[[bytes], bytes]
) -> None:
    for _ in range(2):
        answer = reader.get("/en/", HTTP_ACCEPT_ENCODING=accepted)
        assert answer.headers.get("Content-Encoding") == encoding
        assert unpack(answer.body) == b"answer 1"
        assert answer.headers["Content-Length"] == str(len(answer.body))


def test_a_head_has_no_body_and_makes_nothing_be_kept(reader: Reader) -> None:
    assert reader.get("/en/", method="HEAD").how == ""
    reader.get("/en/")
    answer = reader.get("/en/", method="HEAD")
    assert (answer.how, answer.body, answer.headers["Content-Length"]) == ("hit", b"", "8")


def test_a_page_ends_when_it_is_not_true_any_more(reader: Reader, application: Application) -> None:
    end = timezone.now() + timedelta(minutes=10)

    def until() -> None:
        reading.may_be_kept()
        reading.true_until(end)
        reading.true_until(end + timedelta(hours=1))

    application.during = until
    reader.get("/en/")
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert reader.get("/en/").how == "hit"
    with time_machine.travel(end, tick=False):
        assert reader.get("/en/").body == b"answer 2"


def test_variations_are_kept_side_by_side(
    reader: Reader, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        VARIATIONS, "shoe", Variation("X-Shoe", lambda environ: environ.get("HTTP_X_SHOE", ""))
    )
    sizes = iter(["", "41", "42"])

    def vary() -> None:
        reading.may_be_kept()
        reading.varies_on("shoe", next(sizes))

    application.during = vary
    answers = [
        reader.get("/en/", **given).body for given in ({}, {"HTTP_X_SHOE": "41"}, {"HTTP_X_SHOE": "42"})
    ]
    assert answers == [b"answer 1", b"answer 2", b"answer 3"]
    again = [reader.get("/en/", **given) for given in ({"HTTP_X_SHOE": "42"}, {}, {"HTTP_X_SHOE": "41"})]
    assert [answer.body for answer in again] == [b"answer 3", b"answer 1", b"answer 2"]
    assert again[0].headers["Vary"] == "Accept-Encoding, Cookie, X-Shoe"


def test_who_comes_at_once_waits_for_the_first(reader: Reader, application: Application) -> None:
    go_on = threading.Event()

    def slowly() -> None:
        reading.may_be_kept()
        assert go_on.wait(10)

    application.during = slowly
    answers: list[bytes] = []
    threads = [threading.Thread(target=lambda: answers.append(reader.get("/en/").body)) for _ in range(8)]
    for thread in threads:
        thread.start()
    while application.count < 1:
        time.sleep(0.001)
    go_on.set()
    for thread in threads:
        thread.join()
    assert answers == [b"answer 1"] * 8
    assert application.count == 1


def test_when_the_first_fails_the_others_go_on(reader: Reader, application: Application) -> None:
    def fail() -> None:
        raise RuntimeError

    application.during = fail
    with pytest.raises(RuntimeError):
        reader.get("/en/")
    application.during = reading.may_be_kept
    assert reader.get("/en/").body == b"answer 2"


def test_a_change_while_it_is_rendered_is_not_missed(
    reader: Reader, application: Application, cache: Cache
) -> None:
    def change() -> None:
        reading.may_be_kept()
        reading.depends_on(PAGE(1))
        cache.store.change([PAGE(1)])

    application.during = change
    assert [reader.get("/en/").body for _ in range(2)] == [b"answer 1", b"answer 2"]


def test_visits_are_counted_at_each_answer_from_memory(reader: Reader, application: Application) -> None:
    visits: list[str] = []

    def count() -> None:
        reading.may_be_kept()
        reading.at_each_visit(lambda environ: visits.append(environ["PATH_INFO"]))

    application.during = count
    for _ in range(3):
        reader.get("/en/")
    assert visits == ["/en/", "/en/"], "the first is the view's own to count"


def test_what_fails_after_an_answer_is_logged_and_nobodys_trouble(
    reader: Reader, application: Application
) -> None:
    visits: list[str] = []

    def fail(environ: Any) -> None:
        raise LookupError

    def read() -> None:
        reading.may_be_kept()
        reading.at_each_visit(fail)
        reading.at_each_visit(lambda environ: visits.append("counted"))

    application.during = read
    assert [reader.get("/en/").how for _ in range(3)] == ["miss", "hit", "hit"]
    assert visits == ["counted"] * 2


@pytest.mark.parametrize(
    ("headers", "sent"),
    [([HTML, ("Cache-Control", "no-store, private")], "no-store, private"), ([HTML], "private, no-store")],
)
def test_what_is_kept_here_alone_is_kept_by_no_browser(
    reader: Reader, application: Application, headers: Any, sent: str
) -> None:
    application.headers = headers
    application.during = lambda: reading.may_be_kept(for_browsers=False)
    answers = [reader.get("/en/") for _ in range(2)]
    assert [answer.how for answer in answers] == ["miss", "hit"]
    assert {answer.headers["Cache-Control"] for answer in answers} == {sent}


def test_without_a_listener_nothing_is_kept_or_given(application: Application) -> None:
    reader = Reader(PageCache(application, Cache()))
    assert [reader.get("/en/").body for _ in range(2)] == [b"answer 1", b"answer 2"]


def test_nobody_waits_for_an_answer_that_can_not_be_kept(reader: Reader, application: Application) -> None:
    application.during = lambda: None
    reader.get("/en/")
    go_on = threading.Event()
    application.during = lambda: go_on.wait(10)
    threads = [threading.Thread(target=reader.get, args=["/en/"]) for _ in range(4)]
    for thread in threads:
        thread.start()
    wait_until(lambda: application.count == 5)
    go_on.set()
    for thread in threads:
        thread.join()
