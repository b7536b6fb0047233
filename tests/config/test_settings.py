"""Production's settings: whatever is missing, unsafe or nonsense is in one list of sentences, without any value."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings.environment import plain_address
from tests.config.test_docs import variables_read

BASE_DIR = Path(__file__).resolve().parents[2]
ROOTS = f"{BASE_DIR}:{BASE_DIR / 'site'}"
FIRST, SECOND, FORMER, OLDEST = (
    f"{word}-hidden-0123456789-abcdefghijklmnopqrstuvwxyz-{word}" for word in ("one", "two", "six", "ten")
)
GOOD = {
    "SITE_URL": "https://attune.test",
    "SECRET_KEY": FIRST,
    "CLIENT_KEY_SECRET": SECOND,
    "DATABASE_URL": "postgres://attune:hidden%40word@localhost:5432/attune",
    "EMAIL_URL": "smtp+tls://attune:hidden%2Fword@mail.attune.test:587",
    "DEFAULT_FROM_EMAIL": "Attune <hello@attune.test>",
    "BOOKING_ORGANIZER": "consultations@attune.test",
}
ON_THIS_MACHINE = {
    "SITE_URL": "http://localhost:8000",
    "EMAIL_URL": "console:",
    "DEFAULT_FROM_EMAIL": "",
    "BOOKING_ORGANIZER": "",
}
# What is changed in GOOD, and the variables that the sentences begin with.
REFUSED: list[tuple[dict[str, str], set[str]]] = [
    (dict.fromkeys(GOOD, ""), set(GOOD)),
    (
        {"SITE_URL": "", "EMAIL_URL": "console:", "BOOKING_ORGANIZER": ""},
        {"SITE_URL", "EMAIL_URL", "BOOKING_ORGANIZER"},
    ),
    *(
        ({"SITE_URL": url}, {"SITE_URL"})
        for url in (
            "attune.test",
            "http://attune.test",
            "ftp://attune.test",
            "https://",
            "https://attune.test/site",
            "https://attune.test/?a=hidden",
            "https://attune.test?",
            "https://attune.test#top",
            "https://me:hidden@attune.test",
            "https://attune.test:99999",
            "https://attune.test:abc",
            "https://[attune",
            "https://müller.test",
            "https://attune test",
        )
    ),
    ({"SECRET_KEY": "hidden"}, {"SECRET_KEY"}),
    ({"SECRET_KEY": "hidden" * 20}, {"SECRET_KEY"}),
    ({"SECRET_KEY": f"{FIRST},"}, {"SECRET_KEY"}),
    ({"CLIENT_KEY_SECRET": "hidden"}, {"CLIENT_KEY_SECRET"}),
    ({"CLIENT_KEY_SECRET": f"{FIRST}\udcff"}, {"CLIENT_KEY_SECRET"}),
    ({"CLIENT_KEY_SECRET": FIRST}, {"SECRET_KEY and CLIENT_KEY_SECRET"}),
    ({"CLIENT_KEY_SECRET_FALLBACKS": FIRST}, {"SECRET_KEY and CLIENT_KEY_SECRET"}),
    ({"SECRET_KEY_FALLBACKS": f"{FORMER},{SECOND}"}, {"SECRET_KEY and CLIENT_KEY_SECRET"}),
    (
        {"SECRET_KEY_FALLBACKS": FORMER, "CLIENT_KEY_SECRET_FALLBACKS": FORMER},
        {"SECRET_KEY and CLIENT_KEY_SECRET"},
    ),
    ({"SECRET_KEY_FALLBACKS": f"{FORMER},hidden"}, {"SECRET_KEY_FALLBACKS"}),
    ({"SECRET_KEY_FALLBACKS": FIRST}, {"SECRET_KEY_FALLBACKS"}),
    ({"CLIENT_KEY_SECRET_FALLBACKS": "hidden"}, {"CLIENT_KEY_SECRET_FALLBACKS"}),
    ({"CLIENT_KEY_SECRET_FALLBACKS": SECOND}, {"CLIENT_KEY_SECRET_FALLBACKS"}),
    *(
        ({"DATABASE_URL": url}, {"DATABASE_URL"})
        for url in (
            "nonsense",
            "mysql://attune:hidden@localhost/attune",
            "sqlite:///hidden",
            "sqlite://:memory:",
            "postgres://attune:hid#den@localhost/attune",
            "postgres://attune:hid/den@localhost/attune",
            "postgres://attune:12/hidden@localhost/attune",
            "postgres://attune:hid?den@localhost/attune",
            "postgres://attune:hid[den@localhost/attune",
            "postgres://attune:hidden@localhost:port/attune",
            "postgres://attune:hidden@localhost",
            "postgres://attune:hidden@localhost/",
            "postgres://attune@localhost/attune?hidden=1",
        )
    ),
    *(
        ({"EMAIL_URL": url}, {"EMAIL_URL"})
        for url in (
            "console:",
            "nonsense",
            "smtp:",
            "smtps://mail.attune.test",
            "smtp://",
            "smtp://[hidden",
            "smtp://mail.attune.test:port",
            "smtp://mail.attune.test:0",
            "smtp+tls://me:hid/den@mail.attune.test:587",
            "smtp+tls://me:12/hidden@mail.attune.test:587",
            "smtp+tls://me:hid#den@mail.attune.test:587",
            "smtp+tls://me:hid?den@mail.attune.test:587",
            "smtp+tls://me:hidden@mail attune:587",
        )
    ),
    ({"EMAIL_URL": "smtp://[", "PORT": "x", "SECRET_KEY": ""}, {"EMAIL_URL", "PORT", "SECRET_KEY"}),
    ({"DEFAULT_FROM_EMAIL": ""}, {"DEFAULT_FROM_EMAIL"}),
    ({"DEFAULT_FROM_EMAIL": "Attune"}, {"DEFAULT_FROM_EMAIL"}),
    ({"BOOKING_ORGANIZER": "  "}, {"BOOKING_ORGANIZER"}),
    ({"BOOKING_ORGANIZER": "nonsense"}, {"BOOKING_ORGANIZER"}),
    ({"BOOKING_ORGANIZER": "Attune <hello@attune.test>"}, {"BOOKING_ORGANIZER"}),
    ({"SECURITY_CONTACT": "security@attune.test"}, {"SECURITY_CONTACT"}),
    ({"ALLOWED_HOSTS": "*"}, {"ALLOWED_HOSTS"}),
    ({"ALLOWED_HOSTS": "attune.test,*"}, {"ALLOWED_HOSTS"}),
    ({"ALLOWED_HOSTS": "https://attune.test"}, {"ALLOWED_HOSTS"}),
    ({"ALLOWED_HOSTS": "attune.test:443"}, {"ALLOWED_HOSTS"}),
    ({"ALLOWED_HOSTS": "www.attune.test"}, {"ALLOWED_HOSTS"}),
    *(({name: "maybe"}, {name}) for name in ("BEHIND_PROXY", "PAGE_CACHE", "DEMO_ALLOWED")),
    *(
        ({name: value}, {name})
        for name, values in {
            "TRUSTED_PROXY_COUNT": ["-1", "x", "1.5"],
            "PORT": ["abc", "0", "-1", "65536", "80 80"],
            "WEB_PROCESSES": ["x", "0", "-2"],
            "LOG_INS_AT_ONCE": ["-1", "0", "x"],
            "DATABASE_POOL_SIZE": ["0", "x", "-3"],
            "PAGE_CACHE_MB": ["x", "0", "-1"],
            "OUTBOX_LEASE": ["0", "-1", "30", "x", "9" * 30],
            "TASK_LEASE": ["0", "x", "9" * 30],
            "GUNICORN_LOGLEVEL": ["loud"],
            "HOST": ["not a host", "127.0.0.256", "1.2.3", ":::", "http://localhost", "[::1"],
            "ATTUNE_VAR_DIR": ["var", "~/var"],
            "PAGE_FILES": ["pages"],
            "BACKUP_DIR": ["backups", "~/backups"],
            "FRONTEND_CACHE": [
                "nonsense",
                "10.0.0.5:6081",
                "http://10.0.0.5:port",
                "http://me:hidden@10.0.0.5/x",
            ],
        }.items()
        for value in values
    ),
]
TAKEN: list[dict[str, str]] = [
    {},
    ON_THIS_MACHINE,
    {"SITE_URL": "https://attune.test/", "ALLOWED_HOSTS": "www.attune.test, Attune.Test"},
    {"SITE_URL": "https://attune.test:8443", "ALLOWED_HOSTS": ".attune.test"},
    {"SECRET_KEY_FALLBACKS": FORMER, "CLIENT_KEY_SECRET_FALLBACKS": f" {OLDEST} , "},
    {"DATABASE_URL": "postgres:///attune"},
    {"DATABASE_URL": "postgres://attune@%2Fvar%2Frun%2Fpostgresql/attune"},
    {"DATABASE_URL": "postgresql://attune:hid@den@localhost/attune?sslmode=require&connect_timeout=5"},
    {"EMAIL_URL": "smtp://[::1]:25"},
    {"DEFAULT_FROM_EMAIL": "hello@attune.test", "SECURITY_CONTACT": "https://attune.test/report"},
    {"HOST": "::1"},
    {"HOST": "0.0.0.0"},  # noqa: S104 - only read
    {"HOST": "web.internal", "PORT": " 8001 ", "GUNICORN_LOGLEVEL": "INFO"},
    {"PAGE_CACHE": "off", "PAGE_FILES": "/var/lib/attune/pages", "FRONTEND_CACHE": "http://10.0.0.5:6081/"},
    dict.fromkeys(sorted(variables_read() - GOOD.keys()), ""),
]


def name_of(case: dict[str, str] | set[str]) -> str:
    """Short, and the same in each of the tests' processes."""
    return (
        " ".join(f"{name}={value}" for name, value in case.items())[:60]
        if isinstance(case, dict)
        else "refused"
    )


# A process for each, forked from one that has imported what takes long.
PROGRAM = """
import json, os, sys, traceback
import csp.constants, dj_database_url, django.core.validators, django.http.request, environs, psycopg, structlog
import config.settings
for case in json.load(sys.stdin):
    sys.stdout.flush()
    if os.fork() == 0:
        os.environ.clear()
        os.environ.update(case)
        try:
            from config.settings import production as made
            said = "started"
        except BaseException as error:
            plain = type(error).__name__ == "SettingsError"
            said = str(error) if plain else traceback.format_exc()
        print(json.dumps(said), flush=True)
        os._exit(0)
    os.wait()
"""


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    """What starting with each of the cases says."""
    cases = [changes for changes, _names in REFUSED] + TAKEN
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps([GOOD | changes for changes in cases]),
        env={"PYTHONPATH": ROOTS, "PATH": os.environ["PATH"]},
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    said = map(json.loads, done.stdout.splitlines())
    return dict(zip(map(str, cases), said, strict=True))


@pytest.mark.parametrize(("changes", "names"), REFUSED, ids=name_of)
def test_each_problem_is_a_sentence_that_quotes_nothing(
    answers: dict[str, str], changes: dict[str, str], names: set[str]
) -> None:
    first, *problems = answers[str(changes)].split("\n- ")
    assert first == "Attune does not start until this is mended:"
    begins = [re.match(r"[A-Z_]+(?: and [A-Z_]+)?", problem) for problem in problems]
    assert sorted(found[0] for found in begins if found) == sorted(names)
    assert len(problems) == len(names)
    assert all(problem.endswith(".") for problem in problems)
    assert "hid" not in answers[str(changes)]
    assert "Traceback" not in answers[str(changes)]


@pytest.mark.parametrize("changes", TAKEN, ids=name_of)
def test_what_is_safe_starts(answers: dict[str, str], changes: dict[str, str]) -> None:
    assert answers[str(changes)] == "started"


def test_every_variable_has_been_tried() -> None:
    assert {name for changes, _names in REFUSED for name in changes} == variables_read()


@pytest.mark.parametrize(
    ("url", "is_plain"),
    [
        ("https://attune.example", True),
        ("http://[::1]:8000", True),
        ("https://attune.example:8443", True),
        ("https://attune.example:0", False),
        ("https://attune.example/", False),
        ("https://-attune.example", False),
    ],
)
def test_an_address_is_a_scheme_and_a_host(url: str, is_plain: bool) -> None:
    assert plain_address(url) == is_plain


# --- As it is started -------------------------------------------------------------------------------------------


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_gunicorn_says_all_of_it_once() -> None:
    broken = GOOD | {"PORT": "abc", "SECRET_KEY": "", "EMAIL_URL": "smtp://["}
    done = run("-m", "gunicorn", "--config", "site/config/gunicorn.py", **broken)
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert all(said.count(f"- {name} ") == 1 for name in ("PORT", "SECRET_KEY", "EMAIL_URL")), said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["check", "worker", "migrate"])
def test_a_command_says_it_too(command: str) -> None:
    broken = {"DJANGO_SETTINGS_MODULE": "config.settings.production", **GOOD, "EMAIL_URL": "", "PORT": "x"}
    done = run("manage.py", command, **broken)
    assert done.returncode == 1
    assert re.findall(r"^- ([A-Z_]+)", done.stderr, re.MULTILINE) == ["PORT", "EMAIL_URL"]
    assert "Traceback" not in done.stderr


def test_settings_that_there_are_none_of_are_a_sentence() -> None:
    done = run("manage.py", "check", DJANGO_SETTINGS_MODULE="config.settings.nonsense")
    assert done.returncode == 1
    assert done.stderr.startswith("DJANGO_SETTINGS_MODULE must be config.settings.production")


@pytest.mark.parametrize("module", ["", "config.settings.development", "config.settings.test"])
def test_a_deployed_release_refuses_the_settings_of_development(module: str, tmp_path: Path) -> None:
    """It has no packages for development. Nothing is made: no database, no secrets."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['pytest'] = None\n")
    var = tmp_path / "var"
    done = run(
        "manage.py", "check", DJANGO_SETTINGS_MODULE=module, PYTHONPATH=str(tmp_path), ATTUNE_VAR_DIR=str(var)
    )
    assert done.returncode == 1
    assert "deployed release" in done.stderr
    assert "Traceback" not in done.stderr
    assert not var.exists()


def test_a_deployed_release_has_no_packages_for_development() -> None:
    packages = {
        name: re.search(r"^pytest==", (BASE_DIR / "requirements" / f"{name}.txt").read_text(), re.MULTILINE)
        for name in ("base", "development")
    }
    assert packages["development"]
    assert not packages["base"]
