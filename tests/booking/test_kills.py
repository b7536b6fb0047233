"""kill -9 of the web server, the worker and PostgreSQL in the middle of 200 bookings: none is lost, none doubled."""

import contextlib
import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from booking import emails, services
from booking.forms import parse_start
from booking.models import Booking, Schedule
from booking.slots import next_starts
from config import postgres
from config.postgres.programs import require_wheel
from config.postgres.server import postmaster
from config.settings.database import database
from core.mail.outbox import deliver_due
from core.models import Outbox
from dev import databases
from tests.factories.booking import ClientFactory, ScheduleFactory, booking_form
from tests.sink import SmtpSink

pytestmark = pytest.mark.django_db(transaction=True)

BASE_DIR = Path(__file__).resolve().parents[2]
PROC = Path("/proc")
BOOKINGS = 200
PEOPLE_AT_ONCE = 8
SPECIALISTS = 6
WANTED = 12  # people choose among the first so many times of a list, so that several often want the same
PATIENCE = 60  # seconds until what was killed must be back


# --- What must be true afterwards -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answered:
    """A booking that the site has said yes to."""

    key: str
    email: str
    slug: str
    start: datetime


def damage(answered: list[Answered], arrived: list[EmailMessage]) -> list[str]:
    """What was lost, doubled or left behind, in words; nothing if all is well."""
    promised: Counter[tuple[Any, ...]] = Counter(
        (one.key, one.email, one.slug, one.start) for one in answered
    )
    rows = Booking.objects.values_list(
        "idempotency_key", "client_email", "schedule__specialist__slug", "starts_at"
    )
    kept: Counter[tuple[Any, ...]] = Counter((str(key), *rest) for key, *rest in rows)
    found = [f"promised, and not kept: {row}" for row in promised - kept]
    found += [f"booked, and nobody was told: {row}" for row in kept - promised]
    taken = Booking.objects.active().values("schedule", "starts_at").annotate(bookings=Count("pk"))
    found += [f"taken {slot['bookings']} times: {slot}" for slot in taken if slot["bookings"] > 1]
    odd = Booking.objects.annotate(steps=Count("events")).exclude(steps=1)
    found += [f"has {booking.steps} events: {booking}" for booking in odd]  # type: ignore[attr-defined]

    caused = Counter(f"{uid}:0:confirm_address" for uid in Booking.objects.values_list("uid", flat=True))
    written = Counter(key or "no key" for key in Outbox.objects.values_list("dedupe_key", flat=True))
    found += [f"caused, and not written: {key}" for key in caused - written]
    found += [f"written, and not caused: {key}" for key in written - caused]
    left = Outbox.objects.exclude(state=Outbox.State.SENT)
    found += [f"{mail.state} after {mail.attempts} attempts: {mail.last_error}" for mail in left]
    sent = set(Outbox.objects.values_list("message_id", "recipients__0"))
    received = {(mail["Message-ID"], mail["To"]) for mail in arrived}
    found += [f"written, and never arrived: {mail}" for mail in sent - received]
    found += [f"arrived, and never written: {mail}" for mail in received - sent]
    return found


# --- The real thing ---------------------------------------------------------------------------------------------


def until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait for `condition`, or fail and say for what."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} seconds: {what}"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(parent: int) -> dict[int, str]:
    """The processes that `parent` has started, with their command lines."""
    found = {}
    for folder in PROC.iterdir():
        with contextlib.suppress(OSError, ValueError):
            pid = int(folder.name)
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(after_name[1]) == parent:
                found[pid] = (folder / "cmdline").read_text().replace("\0", " ")
    return found


class Site:
    """`manage.py serve` with a PostgreSQL of its own, and ways to kill each of them."""

    def __init__(self, folder: Path, mail: str) -> None:
        self.var, self.log = folder / "var", folder / "site.log"
        self.port = free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "PYTHONPATH": os.pathsep.join([str(BASE_DIR), str(BASE_DIR / "site")]),
            "DJANGO_SETTINGS_MODULE": "tests.booking.server_settings",
            "ATTUNE_VAR_DIR": str(self.var),
        }
        # A command that uses PostgreSQL until its input ends, so that PostgreSQL outlives the site.
        self.keeper = subprocess.Popen(
            [*self.postgres("run"), "--", "sh", "-c", 'echo "$DATABASE_URL"; exec cat'],
            cwd=BASE_DIR,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.keeper.stdout is not None
        self.url = self.keeper.stdout.readline().strip()
        self.own = {
            **self.environment,
            "DATABASE_URL": self.url,
            "EMAIL_URL": mail,
            "OUTBOX_LEASE": "2",
            "WEB_PROCESSES": "2",
        }
        self.server: subprocess.Popen[bytes] | None = None

    @staticmethod
    def postgres(command: str) -> list[str]:
        return [sys.executable, "-m", "config.postgres", command]

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port)],
                cwd=BASE_DIR,
                env=self.own,
                stdout=log,
                stderr=log,
            )
        until(self.is_ready, "the site answers")

    def stop(self) -> None:
        """The site in order, then PostgreSQL and its data."""
        if self.server is not None:
            self.server.terminate()
            self.server.wait(60)
        self.keeper.communicate()
        postgres.stop(self.var, now=True)
        postgres.erase(self.var)

    def is_ready(self) -> bool:
        try:
            return self.ask("GET", "/readyz/")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, Message, str]:
        """One request: the status, the headers, the page."""
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            web.request(method, path, body, headers)
            response = web.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            web.close()

    def find(self, words: str) -> int | None:
        """The process that `serve` has started with these words in its command line, if there is one now."""
        assert self.server is not None
        found = [pid for pid, command in children(self.server.pid).items() if words in command]
        return found[0] if found else None

    def wait_for(self, words: str) -> int:
        until(lambda: self.find(words), f"there is a process {words!r}")
        return self.find(words) or 0

    # --- What is killed; each comes back

    def kill_web_process(self) -> None:
        """One of the two that answer requests; gunicorn starts another."""
        os.kill(min(children(self.wait_for("gunicorn"))), signal.SIGKILL)

    def kill_worker(self) -> None:
        """What sends mail; `serve` starts another."""
        os.kill(self.wait_for("manage.py worker"), signal.SIGKILL)

    def kill_postgres(self) -> None:
        home = (self.var / "postgres").resolve()
        server = postmaster(home)
        assert server is not None
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: postmaster(home) is None, "PostgreSQL is gone")
        subprocess.run(
            self.postgres("url"), cwd=BASE_DIR, env=self.environment, stdout=subprocess.DEVNULL, check=True
        )

    def kill_everything(self) -> None:
        """`serve`, the worker, gunicorn and its processes; then all is started again."""
        assert self.server is not None
        groups = [self.wait_for("gunicorn"), self.wait_for("manage.py worker")]
        self.server.kill()
        for group in groups:  # each leads one of its own
            os.killpg(group, signal.SIGKILL)
        self.server.wait()
        self.start()


@contextlib.contextmanager
def in_database(url: str) -> Iterator[None]:
    """Let the models of this process work in the database at `url`."""
    settings, parsed = connection.settings_dict, database(url)
    before = {name: settings[name] for name in ("HOST", "PORT", "USER", "PASSWORD")}
    connection.close()
    settings.update({name: parsed[name] for name in before})
    try:
        with databases.using(parsed["NAME"]):
            yield
    finally:
        settings.update(before)


def own_url() -> str:
    """The address of this test's database."""
    connection.ensure_connection()
    at = connection.connection.info
    where = urlencode({"host": at.host, "port": at.port})
    return f"postgres://{quote(at.user)}:{quote(at.password)}@/{at.dbname}?{where}"


def copy_database(source: str, target: str) -> None:
    """Write what is in the database at `source` into the empty one at `target`."""
    programs = require_wheel() / "bin"
    dump: list[Any] = [programs / "pg_dump", "--no-owner", "--no-privileges", source]
    load: list[Any] = [programs / "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", target]
    text = subprocess.run(dump, stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(load, input=text, stdout=subprocess.DEVNULL, check=True)


@pytest.fixture
def site(tmp_path: Path, smtp_sink: SmtpSink) -> Iterator[Site]:
    """A running site with its own PostgreSQL, where a few specialists can be booked. Models work in its database."""
    if not PROC.is_dir():
        pytest.skip("processes are looked up in /proc, which this system lacks")
    for _ in range(SPECIALISTS):
        # With a notice: no hold ends while the test runs because its time begins.
        ScheduleFactory(windows=[(weekday, 8 * 60, 20 * 60) for weekday in range(7)], notice=120)
    site = Site(tmp_path, smtp_sink.url)
    try:
        copy_database(own_url(), site.url)
        site.start()
        with in_database(site.url):
            yield site
    finally:
        site.stop()


# --- People -----------------------------------------------------------------------------------------------------


class Person:
    """Somebody with a browser who books one consultation and doesn't give up."""

    def __init__(self, site: Site, slugs: list[str], number: int) -> None:
        self.site, self.slugs, self.random = site, slugs, random.Random(number)
        self.email = f"person{number}@example.org"

    def book(self) -> Answered:
        """Choose a time and send the form; when somebody else was quicker, choose another."""
        while True:
            address = f"/en/specialists/{self.random.choice(self.slugs)}/book/"
            _headers, page = self.read(f"{address}?tz=UTC")
            start = self.random.choice(re.findall(r'name="start" value="([^"]+)"', page)[:WANTED])
            headers, page = self.read(f"{address}?{urlencode({'tz': 'UTC', 'start': start})}")
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
            if token is None:  # the list again: the time is gone
                continue
            form = booking_form(parse_start(start), email=self.email, csrfmiddlewaretoken=token[1])
            cookies = "; ".join(one.split(";")[0] for one in headers.get_all("Set-Cookie", failobj=[]))
            if self.send(address, form, cookies):
                return Answered(form["key"], self.email, address.split("/")[3], parse_start(start))

    def read(self, address: str) -> tuple[Message, str]:
        status, headers, page = self.persist("GET", address)
        assert status == 200, (address, status)
        return headers, page

    def send(self, address: str, form: dict[str, str], cookies: str) -> bool:
        """Send the form, the same again as long as there is no answer. False if the time was taken."""
        content = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        status, headers, page = self.persist("POST", address, urlencode(form), **content)
        if status == 409:
            return False
        assert (status, headers["Location"]) == (302, "/en/bookings/pending/"), (status, page[-2000:])
        return True

    def persist(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, Message, str]:
        """What the site says at last. Each try is from another network, as many people's are."""
        deadline = time.monotonic() + PATIENCE
        while True:
            network = ".".join(["10", *(str(self.random.randrange(256)) for _ in range(3))])
            with contextlib.suppress(OSError, http.client.HTTPException):
                answer = self.site.ask(method, path, body, **{**headers, "X-Forwarded-For": network})
                # 429 too: what can't be counted because the database is away is refused, and nothing is promised.
                if answer[0] < 500 and answer[0] != 429:
                    return answer
            assert time.monotonic() < deadline, f"no answer within {PATIENCE} seconds: {path}"
            time.sleep(0.2)


def test_nothing_is_lost_or_doubled_when_each_process_is_killed_in_the_middle(
    site: Site, smtp_sink: SmtpSink
) -> None:
    slugs = list(Schedule.objects.values_list("specialist__slug", flat=True))
    connection.close()  # our own shall not be among those that PostgreSQL takes with it
    kills = [
        site.kill_web_process,
        site.kill_worker,
        site.kill_postgres,
        site.kill_web_process,
        site.kill_everything,
        site.kill_worker,
        site.kill_postgres,
        site.kill_web_process,
    ]
    smtp_sink.delay = 0.02  # so that a killed worker often has a message in its hands
    with ThreadPoolExecutor(PEOPLE_AT_ONCE) as pool:
        asked = [pool.submit(Person(site, slugs, number).book) for number in range(BOOKINGS)]
        for number, kill in enumerate(kills, start=1):
            due = number * BOOKINGS // (len(kills) + 1)
            until(lambda due=due: sum(one.done() for one in asked) >= due, f"{due} bookings")
            kill()
        answered = [one.result() for one in asked]

    waiting = Outbox.objects.filter(state__in=Outbox.ACTIVE)
    until(lambda: not waiting.exists(), "all mail is sent")
    wrong = damage(answered, smtp_sink.messages)
    assert not wrong, "\n".join(wrong)
    assert Booking.objects.count() == BOOKINGS
    assert len(smtp_sink.messages) <= BOOKINGS + len(kills)  # twice at most what was in a worker's hands


# --- Does it notice? --------------------------------------------------------------------------------------------


def one_answered() -> Answered:
    """A consultation that was booked as it should be."""
    schedule, client, key = ScheduleFactory(), ClientFactory(), uuid.uuid4()
    start = next_starts([schedule.pk])[schedule.pk][0]
    services.request_booking(specialist=schedule.specialist, start=start, client=client, key=key)
    return Answered(str(key), client.email, schedule.specialist.slug, start)


def mail_after_the_commit(patch: pytest.MonkeyPatch) -> list[Answered]:
    """The process is killed between the booking's commit and the mail, which isn't in the same transaction."""
    patch.setattr(emails, "confirm_address", lambda *_mail: None)
    return [one_answered()]


def noted_before_it_is_sent(patch: pytest.MonkeyPatch) -> list[Answered]:
    """A worker that writes *sent* first is killed before it sends."""
    answered = one_answered()
    Outbox.objects.update(state=Outbox.State.SENT)
    return [answered]


def taken_and_never_sent(patch: pytest.MonkeyPatch) -> list[Answered]:
    """A worker that takes messages without a lease is killed; nobody takes them again."""
    answered = one_answered()
    for_ever = timezone.now() + timedelta(days=1000)
    Outbox.objects.update(state=Outbox.State.SENDING, lease_until=for_ever)
    return [answered]


def sent_again_with_another_key(patch: pytest.MonkeyPatch) -> list[Answered]:
    """The answer was lost, and the form is sent again as if it were a new one, with another specialist."""
    one_answered()
    return [one_answered()]


def answered_before_the_commit(patch: pytest.MonkeyPatch) -> list[Answered]:
    """The site says yes, and the transaction is lost with its process."""
    answered = one_answered()
    Booking.objects.all().delete()
    return [answered]


@pytest.mark.parametrize(
    "mistake",
    [
        mail_after_the_commit,
        noted_before_it_is_sent,
        taken_and_never_sent,
        sent_again_with_another_key,
        answered_before_the_commit,
    ],
)
def test_a_mistake_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
    smtp_sink: SmtpSink,
    mistake: Callable[[pytest.MonkeyPatch], list[Answered]],
) -> None:
    answered = mistake(monkeypatch)
    deliver_due()
    assert damage(answered, smtp_sink.messages)


def test_without_a_mistake_nothing_is_noticed(smtp_sink: SmtpSink) -> None:
    answered = [one_answered(), one_answered()]
    deliver_due()
    assert damage(answered, smtp_sink.messages) == []
