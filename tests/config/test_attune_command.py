"""`attune …` (bin/attune): a release's manage.py with the settings that systemd would read, as the user attune."""

import importlib.machinery
import importlib.util
import json
import os
import pwd
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "bin" / "attune"
MANAGE = """
import json, os, sys
mask = os.umask(0)
print(json.dumps({"arguments": sys.argv, "environment": dict(os.environ), "folder": os.getcwd(), "mask": mask}))
sys.exit(7)
"""


@pytest.fixture
def attune() -> ModuleType:
    """The script as a module."""
    loader = importlib.machinery.SourceFileLoader("attune_command", str(SCRIPT))
    spec = importlib.util.spec_from_loader("attune_command", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # beside it would stand bin/attunec
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = written
    return module


# Compared with systemd 252's own reader (load_env_file), which gives the same for these and for 40,000 random files.
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=plain", "plain"),
        ("A=", ""),
        ("A=''", ""),
        ("  A = b c  ", "b c"),
        ("A=postgres://me:p$ss@host/name", "postgres://me:p$ss@host/name"),
        ("A=$HOME `id` $(id) ${B}", "$HOME `id` $(id) ${B}"),
        ("A=a#b # c", "a#b # c"),
        ("A=a;b", "a;b"),
        ('A="Attune <hello@attune.example>"', "Attune <hello@attune.example>"),
        ("A=Attune <hello@attune.example>", "Attune <hello@attune.example>"),
        ("A='$a \"b\" \\'", '$a "b" \\'),
        ('A="a\\"b\\$c\\d"', 'a"b$c\\d'),
        ("A=a\\ ", "a "),
        ("A=a\\$b\\\\c", "a$b\\c"),
        ("A=a\"b\"'c'", "a\"b\"'c'"),
        ("A='a' \"b\" c ", "abc"),
        ("A=' a '", " a "),
        ("A=a\\\nb", "ab"),
        ('A="a\nb"', "a\nb"),
        ("# A=no\n; A=no\nA=yes\r\n", "yes"),
        ("A=first\nA=last", "last"),
        ("A=ü", "ü"),
        ("A='open", "open"),
    ],
)
def test_a_value_is_what_systemd_makes_of_it(attune: ModuleType, text: str, value: str) -> None:
    assert attune.read_settings(text) == {"A": value}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("A=b\nexport C=secret", "line 2"),
        ("A=b\n\nsecret", "line 3"),
        ("=secret", "line 1"),
        ("A-B=secret", "line 1"),
        ("# a comment \\\nA=secret", "comment"),
        ("A=secret\x07", "value of A"),
    ],
)
def test_what_systemd_would_drop_or_read_in_two_ways_is_a_sentence(
    attune: ModuleType, text: str, what: str
) -> None:
    with pytest.raises(attune.Problem, match=what) as refused:
        attune.read_settings(text)
    assert "secret" not in str(refused.value)


# --- As it is run -----------------------------------------------------------------------------------------------


class Machine:
    """A machine with releases, whose user attune is whoever runs the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.user = pwd.getpwuid(os.getuid())
        self.settings = folder / "env"
        self.settings.write_text("SECRET_KEY='a $b # \"c\"'\nDATABASE_URL=postgres:///attune\n")
        for name in ("1", "2"):
            release = folder / "srv" / "releases" / name
            (release / ".venv" / "bin").mkdir(parents=True)
            (release / ".venv" / "bin" / "python").symlink_to(sys.executable)
            (release / "manage.py").write_text(MANAGE)
            (release / "bin").mkdir()
            self.put_script(release / "bin" / "attune")
        (folder / "srv" / "current").symlink_to(folder / "srv" / "releases" / "1")
        self.installed = folder / "attune"
        self.put_script(self.installed)

    def put_script(self, path: Path, *, user: str = "") -> None:
        text = SCRIPT.read_text()
        for was, now in (
            ('USER = "attune"', f'USER = "{user or self.user.pw_name}"'),
            ('Path("/etc/attune/env")', f'Path("{self.settings}")'),
            ('Path("/srv/attune")', f'Path("{self.folder / "srv"}")'),
        ):
            assert was in text
            text = text.replace(was, now)
        path.write_text(text)
        path.chmod(0o755)

    def run(self, *arguments: str, script: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "DATABASE_URL": "postgres:///somebody-elses",
            "PYTHONPATH": "/somewhere",
            "HOME": "/elsewhere",
        }
        # With the Python of the tests: a machine of a developer may have none in /usr/bin that is new enough.
        command = [sys.executable, "-I", str(script or self.installed), *arguments]
        return subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, timeout=60)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_current_release_runs_with_the_settings_and_nothing_else(machine: Machine) -> None:
    arguments = ("check", "--deploy", "two words", "$HOME", "--release", "2", "")
    done = machine.run(*arguments)
    assert done.returncode == 7, done.stderr
    said = json.loads(done.stdout)
    assert said["arguments"] == [str(machine.folder / "srv/current/manage.py"), *arguments]
    assert said["mask"] == 0o027
    assert said["folder"] == "/"
    environment = said["environment"]
    assert environment["SECRET_KEY"] == 'a $b # "c"'
    assert environment["DATABASE_URL"] == "postgres:///attune"
    assert environment["DJANGO_SETTINGS_MODULE"] == "config.settings.production"
    assert environment["HOME"] == machine.user.pw_dir
    assert environment["LANG"] == "C.UTF-8"
    assert "PYTHONPATH" not in environment


@pytest.mark.parametrize("arguments", [["--release", "2", "migrate"], ["--release=2", "migrate"]])
def test_another_release_can_be_named(machine: Machine, arguments: list[str]) -> None:
    said = json.loads(machine.run(*arguments).stdout)
    assert said["arguments"] == [str(machine.folder / "srv/releases/2/manage.py"), "migrate"]


def test_a_releases_own_command_runs_that_release(machine: Machine) -> None:
    own = machine.folder / "srv" / "releases" / "2" / "bin" / "attune"
    said = json.loads(machine.run("migrate", script=own).stdout)
    assert said["arguments"] == [str(machine.folder / "srv/releases/2/manage.py"), "migrate"]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--release"], "name a folder"),
        (["--release", "../..", "check"], "name a folder"),
        (["--release=", "check"], "name a folder"),
        (["--release", "3", "check"], "no release with an environment"),
    ],
)
def test_a_release_that_there_is_none_of_is_a_sentence(
    machine: Machine, arguments: list[str], what: str
) -> None:
    done = machine.run(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert what in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("content", [None, b"A=\xff"], ids=["absent", "not UTF-8"])
def test_settings_that_cannot_be_read_are_a_sentence(machine: Machine, content: bytes | None) -> None:
    machine.settings.unlink()
    if content is not None:
        machine.settings.write_bytes(content)
    done = machine.run("check")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"attune: {machine.settings} can’t be read")


def test_without_its_user_it_is_a_sentence(machine: Machine) -> None:
    machine.put_script(machine.installed, user="nobody-of-this-name")
    done = machine.run("check")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "attune: there is no user nobody-of-this-name on this machine.\n"


class Rights:
    """The kernel's answers to a process of one user, and what that process gave up."""

    def __init__(self, uid: int) -> None:
        self.uid = uid
        self.steps: list[Any] = []

    def initgroups(self, name: str, gid: int) -> None:
        self.steps.append(("groups", name, gid))

    def setgid(self, gid: int) -> None:
        self.steps.append(("group", gid))

    def setuid(self, uid: int) -> None:
        self.steps.append(("user", uid))
        self.uid = uid

    def getuid(self) -> int:
        return self.uid


USER = SimpleNamespace(pw_name="attune", pw_uid=900, pw_gid=901)


def test_root_gives_up_its_groups_and_then_itself(
    attune: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    rights = Rights(0)
    monkeypatch.setattr(attune, "os", rights)
    attune.become(USER)
    assert rights.steps == [("groups", "attune", 901), ("group", 901), ("user", 900)]


def test_the_user_itself_changes_nothing_and_others_are_refused(
    attune: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attune, "os", rights := Rights(900))
    attune.become(USER)
    assert rights.steps == []
    monkeypatch.setattr(attune, "os", Rights(1000))
    with pytest.raises(attune.Problem, match="sudo"):
        attune.become(USER)


def test_it_needs_nothing_but_python_and_can_be_run() -> None:
    first, *lines = SCRIPT.read_text().splitlines()
    assert first == "#!/usr/bin/python3 -I"
    assert os.access(SCRIPT, os.X_OK)
    imported = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= set(sys.stdlib_module_names)
