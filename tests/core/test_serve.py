"""`manage.py serve` as a real process, and how it looks after its children."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dev.management.commands.serve import Child
from dev.preflight import port_problem, port_taken
from tests.config.test_settings import GOOD

BASE_DIR = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(port: int, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port), *arguments],
        cwd=BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.development", "WEB_PROCESSES": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_until(condition: Callable[[], bool], seconds: float = 90) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own address
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_site_is_served_until_a_signal_and_the_port_is_free_again(ending):
    port = free_port()
    with serve(port, "--no-worker") as process:
        try:
            assert wait_until(lambda: port_taken(port))
            assert status(f"http://127.0.0.1:{port}/healthz/") == 200
            assert process.poll() is None
        finally:
            process.send_signal(ending)
            said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert f"Attune is at http://localhost:{port}/" in said
    assert "Traceback" not in said
    assert not port_taken(port)


def test_a_taken_port_is_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with serve(port, "--no-worker") as process:
            said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.strip() == (
        f"CommandError: Port {port} is taken by another program: end that one, or choose another with PORT={port + 1}."
    )


def told(systemd: socket.socket) -> dict[str, str]:
    """The next notice to systemd."""
    return dict(line.split("=", 1) for line in systemd.recv(1000).decode().splitlines())


def gunicorn(port: int, **environment: str) -> "subprocess.Popen[str]":
    """gunicorn as a unit starts it."""
    return subprocess.Popen(
        [Path(sys.executable).with_name("gunicorn"), "--config", "site/config/gunicorn.py"],
        cwd=BASE_DIR,
        env={**os.environ, "PORT": str(port), "WEB_PROCESSES": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


PRODUCTION = {"DJANGO_SETTINGS_MODULE": "config.settings.production", **GOOD}


@pytest.fixture
def broken(tmp_path: Path) -> dict[str, str]:
    """Production's environment, in which a package is missing."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['wagtail'] = None\n")
    return {**PRODUCTION, "PYTHONPATH": str(tmp_path)}


def test_code_that_does_not_load_is_never_ready_and_once_in_the_log(tmp_path, broken):
    """Nothing but JSON, with the words of an error about code."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(0)
        with gunicorn(free_port(), NOTIFY_SOCKET=str(tmp_path / "notify"), **broken) as process:
            said, _ = process.communicate(timeout=60)
        with pytest.raises(BlockingIOError):
            systemd.recv(1000)
    assert process.returncode == 3, said
    lines = [json.loads(line) for line in said.splitlines()]
    (failed,) = (line for line in lines if "exception" in line)
    assert failed["event"] == "The code could not be loaded"
    assert "ModuleNotFoundError" in failed["exception"]
    assert "wagtail" in failed["exception"].splitlines()[-1]


def test_settings_that_are_refused_are_a_line_of_the_log():
    with gunicorn(free_port(), **{**PRODUCTION, "SECRET_KEY": "short"}) as process:
        said, _ = process.communicate(timeout=60)
    (line,) = map(json.loads, said.splitlines())
    assert "SECRET_KEY is shorter than 50 characters" in line["event"]


def test_a_worker_whose_code_does_not_load_says_so_in_one_line_of_the_log(broken):
    done = subprocess.run(
        [sys.executable, "manage.py", "worker", "--once"],
        cwd=BASE_DIR,
        env={**os.environ, **broken},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    (line,) = map(json.loads, done.stderr.splitlines())
    assert "wagtail" in line["exception"].splitlines()[-1]


def test_usr2_changes_to_the_new_code_without_losing_a_request_and_tells_systemd(tmp_path):
    port, answers, done = free_port(), [], threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                answers.append(status(f"http://127.0.0.1:{port}/healthz/"))
            except OSError as error:
                answers.append(error)  # type: ignore[arg-type]
            time.sleep(0.02)

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(60)
        old = subprocess.Popen(
            [Path(sys.executable).with_name("gunicorn"), "--config", "site/config/gunicorn.py"],
            cwd=BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings.development",
                "NOTIFY_SOCKET": str(tmp_path / "notify"),
                "PORT": str(port),
                "WEB_PROCESSES": "2",
            },
            start_new_session=True,
        )
        asking = threading.Thread(target=ask)
        try:
            assert told(systemd) == {"READY": "1", "MAINPID": str(old.pid)}
            assert status(f"http://127.0.0.1:{port}/healthz/") == 200
            asking.start()
            assert wait_until(lambda: 200 in answers)
            old.send_signal(signal.SIGUSR2)
            while (new := told(systemd)["MAINPID"]) == str(old.pid):  # from its second process
                pass
            assert int(new) != old.pid
            assert old.wait(60) == 0
            time.sleep(0.5)  # some answers of the new code alone
        finally:
            done.set()
            asking.join()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(old.pid, signal.SIGTERM)  # both generations
            old.wait(60)
            assert wait_until(lambda: not port_taken(port), 60)
    assert len(answers) > 20
    assert set(answers) == {200}


@pytest.fixture
def child() -> Iterator[Child]:
    child = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"], pause=0.1)
    child.start()
    yield child
    child.end(10)


def test_a_child_that_died_is_started_again_with_growing_pauses(child):
    first = child.process
    assert not child.ended()
    assert not child.revive()
    first.kill()
    first.wait()
    assert child.ended()
    assert wait_until(child.revive)
    assert child.process.pid != first.pid
    assert not child.ended()
    assert child.pause == 0.2
    for _ in range(12):
        child.process.kill()
        child.process.wait()
        child.started -= child.pause  # that much later
        assert child.revive()
    assert child.pause == 30


def test_a_child_that_ignores_the_request_to_end_is_made_to():
    stubborn = Child(
        "stubborn",
        [
            sys.executable,
            "-c",
            "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)",
        ],
    )
    stubborn.start()
    time.sleep(0.5)
    stubborn.end(0.5)
    assert stubborn.ended()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--port", "70000"], r"70000 is not a port: choose one between 1 and 65535"),
        (["--port", "{taken}"], r"Port \d+ is taken by another program"),
    ],
)
def test_preflight_says_what_is_wrong_in_one_sentence(arguments, sentence):
    with socket.create_server(("127.0.0.1", 0)) as other:
        done = subprocess.run(
            [
                sys.executable,
                "dev/preflight.py",
                *[a.format(taken=other.getsockname()[1]) for a in arguments],
            ],
            cwd=BASE_DIR,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    assert re.match(sentence, done.stderr)
    assert done.stderr.count("\n") == 1


def test_a_port_that_only_root_may_use_is_a_sentence_of_its_own(monkeypatch):
    def refuse(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    assert port_problem(80) == "Only root may use port 80: choose one from 1024 on, for example PORT=8080."


def test_ctrl_c_while_a_command_works_is_a_sentence():
    """`make demo` seeds for minutes."""
    asks = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    with subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-c", asks],
        # Of a job in the background, children would ignore Ctrl-C, as nothing on a terminal does.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        cwd=BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        _said, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.strip() == "Stopped before shell had ended: run it again."


def test_preflight_says_when_the_disk_is_nearly_full(monkeypatch):
    from dev import preflight

    monkeypatch.setattr(sys, "argv", ["preflight.py"])
    monkeypatch.setattr(preflight, "NEEDED_BYTES", 10**18)
    with pytest.raises(SystemExit, match=r"The disk has \d+ MB left, and Attune needs 1 GB"):
        preflight.main()
