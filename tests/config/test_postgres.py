"""The embedded PostgreSQL, with real servers and real processes that end in every way processes end."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from config import postgres
from config.postgres.errors import PostgresError
from config.postgres.folders import LONGEST_SOCKET_FOLDER, SYSTEM_FOLDERS, nobody_user, server_user
from config.postgres.server import postmaster

BASE_DIR = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(BASE_DIR / "site")}
ENVIRONMENT.pop("DATABASE_URL", None)

HOLD = """
import sys
from pathlib import Path
from config.postgres import embedded_url
print(embedded_url(Path(sys.argv[1])), flush=True)
"""
UNTIL_STDIN_CLOSES = HOLD + "sys.stdin.read()\n"


class Holder:
    """A command that uses the server until it is told to end."""

    def __init__(self, var: Path, program: str = UNTIL_STDIN_CLOSES) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, str(var)],
            env=ENVIRONMENT,
            # Under `nohup` children would ignore SIGHUP, as nothing on a terminal does.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def url(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        _output, errors = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, errors
        assert errors == ""

    def kill(self) -> None:
        self.process.kill()
        self.close()

    def close(self) -> None:
        with self.process:  # waits, and closes the pipes
            pass


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "var"
    yield folder
    postgres.stop(folder, now=True)
    postgres.erase(folder)


@pytest.fixture
def hold(var: Path) -> Iterator[Callable[..., Holder]]:
    holders: list[Holder] = []

    def start(*arguments: str) -> Holder:
        holders.append(Holder(var, *arguments))
        return holders[-1]

    yield start
    for holder in holders:
        holder.process.kill()
        holder.close()


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def server_process(var: Path) -> int:
    server = postmaster((var / "postgres").resolve())
    assert server is not None
    return server.pid


def is_running(var: Path) -> bool:
    return postgres.status(var).startswith("running")


def test_two_commands_share_a_server_and_the_last_one_stops_it(var, hold):
    first, second = hold(), hold()
    url = first.url()
    assert second.url() == url
    first.end()
    assert answers(url)
    second.end()
    assert not is_running(var)  # at once: whoever ends last waits for it
    assert not answers(url)


def test_commands_that_start_at_the_same_moment_get_one_server(var, hold):
    holders = [hold() for _ in range(4)]
    assert len({holder.url() for holder in holders}) == 1
    pid = server_process(var)
    for holder in holders[:3]:
        holder.end()
    assert server_process(var) == pid


def test_a_killed_command_neither_stops_the_server_nor_keeps_it_up(var, hold):
    first, second = hold(), hold()
    url = first.url()
    second.url()
    first.kill()
    assert answers(url)
    second.end()
    assert not is_running(var)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_the_server_also_stops_when_its_last_command_was_killed(var, hold, how):
    holder = hold()
    holder.url()
    holder.process.send_signal(how)
    assert wait_until(lambda: not is_running(var))


def test_a_command_that_comes_while_the_server_stops_waits_and_gets_a_new_one(var, hold):
    hold_on = hold()
    hold_on.url()
    hold_on.kill()
    for _ in range(3):  # right into the guard's work
        following = hold()
        assert answers(following.url())
        following.kill()


def test_a_lost_guard_is_replaced(var, hold):
    first = hold()
    first.url()
    home = (var / "postgres").resolve()
    guards = [
        int(entry.name)
        for entry in Path("/proc").glob("[0-9]*")
        if f"guard\0{home}\0".encode() in (entry / "cmdline").read_bytes()
    ]
    assert len(guards) == 1
    os.kill(guards[0], signal.SIGKILL)
    second = hold()
    second.url()
    first.kill()
    second.kill()
    assert wait_until(lambda: not is_running(var))


def test_a_forked_child_that_ends_leaves_the_server_to_its_parent(var, hold):
    holder = hold(
        HOLD
        + "import os\nif os.fork() == 0: sys.exit()\nos.wait()\nprint('ended', flush=True)\nsys.stdin.read()"
    )
    url = holder.url()
    assert holder.url() == "ended"  # with all its exit handlers
    assert answers(url)
    holder.end()
    assert not is_running(var)


def test_a_forked_child_that_outlives_its_parent_keeps_the_server(var, hold):
    holder = hold(
        HOLD + "import os\nchild = os.fork()\nif child: print(child, flush=True)\nelse: sys.stdin.read()"
    )
    url = holder.url()
    child = int(holder.url())
    holder.process.wait(timeout=60)
    os.kill(child, 0)
    assert answers(url)
    holder.end()  # closes the input that the child reads
    assert wait_until(lambda: not is_running(var))


def test_a_power_cut_leaves_nothing_that_keeps_the_server_from_starting(var, hold):
    holder = hold()
    url = holder.url()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    pid_file = (var / "postgres").resolve() / "data" / "postmaster.pid"
    left = pid_file.read_text()
    os.kill(server_process(var), signal.SIGKILL)
    holder.kill()
    # The process id that the file names belongs to another program of the same user by now.
    user = server_user((var / "postgres").resolve())
    other = subprocess.Popen(["sleep", "600"], user=user.uid if user else None)
    try:
        pid_file.write_text(left.replace(left.split("\n")[0], str(other.pid), 1))
        with psycopg.connect(hold().url()) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    finally:
        other.kill()
        other.wait()


def test_nothing_outside_var_changes_its_permissions(tmp_path, var, hold):
    closed = [tmp_path, *tmp_path.parents]
    tmp_path.chmod(0o700)
    before = [(folder, folder.stat().st_mode, folder.stat().st_uid) for folder in closed]
    url = hold().url()
    assert answers(url)
    assert [(folder, folder.stat().st_mode, folder.stat().st_uid) for folder in closed] == before
    home = (var / "postgres").resolve()
    assert (home / "data").stat().st_mode & 0o777 == 0o700
    assert (home / "run").stat().st_mode & 0o777 == 0o700
    if os.geteuid() == 0:
        assert home.parent in SYSTEM_FOLDERS  # `nobody` cannot enter tmp_path
        assert (home / "data").stat().st_uid == nobody_user().uid


def test_data_stay_in_var_where_the_server_may_go():
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        var = Path(parent).resolve() / "var"
        holder = Holder(var)
        assert answers(holder.url())
        assert not (var / "postgres").is_symlink()
        assert (var / "postgres" / "data" / "PG_VERSION").exists()
        holder.end()
        postgres.erase(var)
        assert not (var / "postgres").exists()


def test_a_long_path_puts_the_socket_into_a_private_temporary_folder(var, hold, tmp_path):
    deep = tmp_path / ("a folder with a long name, " * 4) / "var"
    holder = Holder(deep)
    try:
        assert answers(holder.url())
        server = postmaster((deep / "postgres").resolve())
        assert server is not None
        sockets = Path(server.socket_folder)
        assert len(str(sockets)) <= LONGEST_SOCKET_FOLDER
        assert sockets.stat().st_mode & 0o777 == 0o700
    finally:
        holder.kill()
        assert wait_until(lambda: not is_running(deep))
        postgres.erase(deep)


def test_every_alphabet_has_trigrams_and_sorts_the_same_everywhere(hold):
    with psycopg.connect(hold().url()) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        for word in ("sleep", "тривога", "Grüße", "قلق"):
            assert connection.execute("SELECT cardinality(show_trgm(%s)) > 3", [word]).fetchone() == (
                True,
            ), word
        assert connection.execute("SELECT lower('ПРИВІТ'), 'Z' < 'a'").fetchone() == ("привіт", True)


@pytest.mark.parametrize(
    "statement",
    [
        "set statement_timeout = 20; select 'olena@example.org', pg_sleep(30)",
        "create temp table t (email text unique); insert into t values ('olena@example.org'), ('olena@example.org')",
        "select 'olena@example.org'::int",
    ],
    ids=["cancelled", "a second row", "unreadable"],
)
def test_its_log_quotes_neither_statements_nor_rows(var, hold, statement):
    with psycopg.connect(hold().url(), autocommit=True) as connection, pytest.raises(psycopg.Error):
        connection.execute(statement)
    written = "".join(log.read_text() for log in (var / "postgres").resolve().glob("run/server.log*"))
    assert "ready to accept connections" in written
    assert "olena" not in written


def test_stopping_is_refused_while_a_command_uses_the_server(var, hold):
    holder = hold()
    url = holder.url()
    with pytest.raises(PostgresError, match="Another command is using"):
        postgres.erase(var)
    assert answers(url)
    holder.end()
    postgres.erase(var)
    assert not os.path.lexists(var / "postgres")


def test_run_gives_a_command_the_url_and_passes_its_exit_status_on(var):
    program = "import os, sys; print(os.environ['DATABASE_URL']); sys.exit(7)"
    done = subprocess.run(
        [sys.executable, "-m", "config.postgres", "run", "--", sys.executable, "-c", program],
        env={**ENVIRONMENT, "ATTUNE_VAR_DIR": str(var)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 7
    assert done.stdout.startswith("postgres://attune@/attune?host=/")
    assert not is_running(var)


def run(var: Path, *words: str, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "config.postgres", "run", *words],
        cwd=BASE_DIR,
        env={**ENVIRONMENT, "ATTUNE_VAR_DIR": str(var), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_run_runs_one_command_after_the_other_until_one_fails(var):
    with run(var, "--", "echo", "one", "--", "sh", "-c", "exit 7", "--", "echo", "two") as process:
        said, _ = process.communicate(timeout=60)
    assert (process.returncode, said) == (7, "one\n")


SLEEP = [sys.executable, "-c", "import time; print('sleeping', flush=True); time.sleep(600)"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_command_in_hand_the_others_and_the_server(var, number):
    with run(var, "--", "true", "--", *SLEEP, "--", "echo", "more") as process:
        assert process.stdout.readline() == "sleeping\n"
        process.send_signal(number)
        said, errors = process.communicate(timeout=60)
    assert (process.returncode, said, errors) == (128 + number, "", "")
    assert wait_until(lambda: not is_running(var))


def test_the_command_and_the_server_end_when_whoever_started_run_was_killed(var):
    """`make` may be killed, or a shell between the two."""
    start = "import subprocess, sys; subprocess.run(sys.argv[1:])"
    starter = subprocess.Popen(
        [sys.executable, "-c", start, sys.executable, "-m", "config.postgres", "run", "--", *SLEEP],
        cwd=BASE_DIR,
        env={**ENVIRONMENT, "ATTUNE_VAR_DIR": str(var)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with starter:
        assert starter.stdout.readline() == "sleeping\n"
        starter.kill()
        assert starter.stdout.read() == ""  # closed by the last of them
    assert wait_until(lambda: not is_running(var))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (
            "postgres://attune:secret-word@127.0.0.1:1/attune",
            r"The database of DATABASE_URL can't be used: .*refused",
        ),
        ("mysql:/attune:secret-word@127.0.0.1/attune", r"DATABASE_URL must be like postgres://"),
    ],
)
def test_a_database_that_cannot_be_used_is_a_sentence_before_anything_runs(var, url, sentence):
    with run(var, "--", "echo", "ran", DATABASE_URL=url) as process:
        said, errors = process.communicate(timeout=60)
    assert (process.returncode, said) == (1, "")
    assert re.match(sentence, errors)
    assert errors.count("\n") == 1
    assert "secret-word" not in errors


def test_a_wrong_password_is_a_sentence(var, hold):
    """The server trusts whoever reaches its socket, so it is told to ask."""
    url = hold().url()
    rules = (var / "postgres").resolve() / "data" / "pg_hba.conf"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter role attune password 'the right one'")
        rules.write_text("local all all scram-sha-256\n")
        connection.execute("select pg_reload_conf()")
    wrong = url.replace("postgres://attune@", "postgres://attune:wrong-word@")

    def errors() -> str:
        with run(var, "--", "true", DATABASE_URL=wrong) as process:
            return process.communicate(timeout=60)[1]

    assert wait_until(lambda: "password authentication failed" in errors())  # the reload takes a moment
    assert errors().startswith("The database of DATABASE_URL can't be used: ")
    assert errors().count("\n") == 1
    assert "wrong-word" not in errors()


def test_a_server_for_tests_alone_never_waits_for_the_disk_and_is_stopped_and_erased_with_the_other(var):
    program = f"""
import subprocess, sys
import psycopg
from pathlib import Path
from config.postgres import TESTS, embedded_url
var = Path({str(var)!r})
for url in (embedded_url(var), embedded_url(var / TESTS, durable=False)):
    print(psycopg.connect(url).execute("SHOW fsync").fetchone()[0])
print(subprocess.run([sys.executable, "-m", "config.postgres", "status"], capture_output=True, text=True).stdout)
"""
    environment = {**ENVIRONMENT, "ATTUNE_VAR_DIR": str(var)}

    def python(*arguments):
        return subprocess.run(
            [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=True
        ).stdout

    durable, volatile, *status = python("-c", program).split("\n")
    assert (durable, volatile) == ("on", "off")
    assert [line.startswith("running") for line in status if line] == [True, True]
    assert python("-m", "config.postgres", "stop") == "not running\n"
    python("-m", "config.postgres", "erase")
    assert not os.path.lexists(var / "postgres")
    assert not os.path.lexists(var / "tests" / "postgres")


def test_without_the_wheel_a_sentence_asks_for_database_url(monkeypatch, tmp_path):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(PostgresError, match="set DATABASE_URL to a PostgreSQL 15 or newer") as error:
        postgres.embedded_url(tmp_path / "var")
    assert "\n" not in str(error.value)
    assert not (tmp_path / "var").exists()


def test_a_full_disk_is_a_sentence_with_the_servers_last_words(var):
    # No file may grow beyond 200 kB: to initdb that is a disk that fills up.
    done = subprocess.run(
        ["bash", "-c", f'ulimit -f 200; exec "{sys.executable}" manage.py check'],
        cwd=BASE_DIR,
        env={
            **ENVIRONMENT,
            "ATTUNE_VAR_DIR": str(var),
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    # A copy of the programs, where there must be one, fills it up before the database does.
    assert re.match(
        r"The embedded PostgreSQL (could not make its database in|cannot be copied: .*File too) ", done.stderr
    )
    assert "Traceback" not in done.stderr
    assert not (var / "postgres" / "data").exists()
