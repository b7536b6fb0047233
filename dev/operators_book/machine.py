"""A Debian of its own below one temporary folder: made, booted, and taken away again.

It runs systemd in namespaces of its own, as a container does: its mounts, its processes and its network end with it,
and it ends with us, however we end. Only commands that fetch packages of Debian are let onto this machine's network.
"""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dev.operators_book.book import BookError

RELEASE = "bookworm"
HERE = Path(__file__).parent
REPOSITORY = "/opt/attune.git"
WHEELS = "/opt/wheels"
MAIL_PORT = 2525
TOOLS = {"debootstrap": "debootstrap", "unshare": "util-linux", "ip": "iproute2", "git": "git"}
NAMESPACES = ["--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup"]
BOOT_SECONDS = 60
PASSWORD = "quiet-harbour-lantern-73"  # noqa: S105 - of a machine that lives for minutes
# What somebody types when a command asks.
ANSWERS = (
    (re.compile(r"\[Y/n\] $"), "y"),
    (re.compile(r"(?i)e-?mail[^\n]*: $"), "first@attune.example"),
    (re.compile(r"(?i)password[^\n]*: $"), PASSWORD),
)
# Whoever edits the settings names the mail server.
EDITOR = f"""#!/bin/sh
sed --in-place 's|^EMAIL_URL=.*|EMAIL_URL=smtp://127.0.0.1:{MAIL_PORT}|' "$1"
"""
CERTIFICATE = "/etc/ssl/attune/fullchain.pem"
LOG_IN_SHELL = f"""set -euo pipefail
export DEBIAN_FRONTEND=noninteractive CURL_CA_BUNDLE={CERTIFICATE}
"""


def missing_tools() -> list[str]:
    """The packages of what this machine lacks to make another."""
    return [package for program, package in TOOLS.items() if shutil.which(program) is None]


def make(root: Path, checkout: Path) -> None:
    """An empty Debian at `root`, and beside its files what the book's commands fetch: the packages and the source."""
    sources = _apt_sources()
    mirror = next((source.split()[1] for source in sources if f" {RELEASE} " in source), None)
    say(f"An empty Debian {RELEASE} (debootstrap)")
    command = ["debootstrap", "--variant=minbase", "--include=systemd-sysv", RELEASE, str(root)]
    _call([*command, mirror] if mirror else command)
    if sources:
        (root / "etc/apt/sources.list").write_text("\n".join(sources) + "\n")
    (root / "etc/apt/apt.conf.d/00machine").write_text(_apt_settings())
    for file in ("etc/resolv.conf", "etc/hosts"):
        shutil.copyfile(Path("/") / file, root / file)
    with (root / "etc/hosts").open("a") as hosts:
        hosts.write("127.0.0.1 attune.example mail.attune.example\n")
    (root / "etc/gitconfig").write_text("[safe]\n\tdirectory = *\n")  # the source belongs to root
    (root / "etc/pip.conf").write_text(f"[global]\nno-index = true\nfind-links = {WHEELS}\n")
    _program(root / "usr/local/bin/editor", EDITOR)
    shutil.copyfile(HERE / "load.py", root / "opt/load.py")
    say("The packages of requirements/base.txt (pip download)")
    _download((checkout / "requirements/base.txt").read_text(), root)
    say("The source: what is committed here")
    _call(["git", "clone", "--quiet", "--bare", "--no-hardlinks", str(checkout), f"{root}{REPOSITORY}"])


def _download(requirements: str, root: Path) -> None:
    """Fetch all packages that a file of requirements names, also those for other versions of Python than ours.

    The book's pip takes from them what its own Python needs. Two versions of a package can't be asked for at once.
    """
    first: dict[str, str] = {}
    others = []
    for requirement in re.split(r"\n(?=\S)", requirements.strip()):
        name = requirement.partition("==")[0]
        wanted = re.sub(r" ; [^\\\n]*", " ", requirement)
        if name in first:
            others.append(wanted)
        first.setdefault(name, wanted)
    for wanted_now in (list(first.values()), others):
        (root / "opt/requirements.txt").write_text("\n".join(wanted_now) + "\n")
        command = [sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--python-version", "3.11", "--ignore-requires-python"]
        command += ["--only-binary", ":all:"]
        _call([*command, "--dest", f"{root}{WHEELS}", "--requirement", str(root / "opt/requirements.txt")])


def _apt_sources() -> list[str]:
    """Lines of sources.list with what this machine's apt knows of the release."""
    found = subprocess.run(
        [
            "apt-get",
            "indextargets",
            "Created-By: Packages",
            "--format",
            "$(REPO_URI) $(RELEASE) $(COMPONENT)",
        ],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return [f"deb {line}" for line in found.splitlines() if re.search(rf" {RELEASE}(-\w+)? ", line)]


def _apt_settings() -> str:
    """How this machine's apt fetches: proxies, certificates, whether an old list is good enough."""
    lines = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    wanted = r"Acquire::(?:https?::|Check-Valid-Until|Retries)"
    return "".join(f"{line}\n" for line in lines.splitlines() if re.match(wanted, line))


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def _call(command: Sequence[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise BookError(f"This failed with {done.returncode}: {' '.join(command[:3])} …")


def say(text: str) -> None:
    """Print a line about what is done."""
    print(f"→ {text}", flush=True)


def _control_groups() -> Path:
    """Where this machine's control groups of version 2 are. BookError if there are none that we may add to."""
    for line in Path("/proc/mounts").read_text().splitlines():
        _device, folder, kind, options, *_rest = line.split()
        if kind == "cgroup2" and "rw" in options.split(","):
            return Path(folder)
    raise BookError(
        "systemd needs control groups of version 2 (cgroup2), and this machine has none to write to."
    )


@contextmanager
def booted(root: Path) -> Iterator["Machine"]:
    """The Debian at `root`, running."""
    group = _control_groups() / root.parent.name
    group.mkdir()
    enter_group = f"echo $$ > {group}/cgroup.procs"
    first = ["setpriv", "--pdeathsig", "KILL", "unshare", *NAMESPACES, "--fork", "--kill-child"]
    first += ["sh", str(HERE / "boot.sh"), str(root)]
    starter = subprocess.Popen(["sh", "-ec", f'{enter_group}; exec "$@"', "sh", *first])
    try:
        yield Machine(root, _first_process(starter))
    finally:
        starter.kill()
        starter.wait()
        _remove(group)


def _first_process(starter: "subprocess.Popen[bytes]") -> int:
    """The number, as this machine counts, of the Debian's first process, when systemd has started what it should."""
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline and starter.poll() is None:
        children = Path(f"/proc/{starter.pid}/task/{starter.pid}/children").read_text().split()
        if children:
            ask = ["nsenter", "-t", children[0], "-m", "-p", "systemctl", "is-system-running"]
            if subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip() in {
                "running",
                "degraded",  # no console to log in at
            }:
                return int(children[0])
        time.sleep(0.2)
    raise BookError("The Debian doesn't boot: systemd has not come up.")


def _remove(group: Path) -> None:
    """Remove a control group and those below it, once the last process has ended."""
    folders = [group, *(path for path in group.rglob("*") if path.is_dir())]
    for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
        for _attempt in range(100):
            try:
                folder.rmdir()
                break
            except OSError:
                time.sleep(0.1)


class Machine:
    """A Debian that runs."""

    def __init__(self, root: Path, first: int) -> None:
        self.root, self.first = root, first  # its folder, and the number of its first process

    def within(self, *namespaces: str) -> list[str]:
        """The beginning of a command that runs in its namespaces, or in some of them (`-n`: the network alone)."""
        return ["nsenter", "-t", str(self.first), *(namespaces or ("-m", "-p", "-n", "-u", "-i", "-C"))]

    def command(self, user: str, script: str, *, is_online: bool = False) -> list[str]:
        """The command that runs a script of the shell in there, in a new log-in shell of `user`."""
        path = f"/opt/commands-{user}.sh"
        file = Path(f"{self.root}{path}")
        file.write_text(LOG_IN_SHELL + script)
        file.chmod(0o644)
        within = self.within("-m", "-p", "-u", "-i", "-C") if is_online else self.within()
        return [*within, "su", "--login", user, "--session-command", f"bash {path}"]

    def follow(self, user: str, script: str, *, is_online: bool = False) -> None:
        """Run commands at a terminal, answering what they ask. BookError if one fails."""
        pid, terminal = pty.fork()
        command = self.command(user, script, is_online=is_online)
        if pid == 0:
            os.execvp(command[0], command)  # noqa: S606
        said = ""
        while True:
            try:
                part = os.read(terminal, 4096).decode(errors="replace")
            except OSError:  # its last process has ended
                part = ""
            if not part:
                break
            sys.stdout.write(part)
            sys.stdout.flush()
            said = (said + part)[-200:]
            if not select.select([terminal], [], [], 0.2)[0]:
                for question, answer in ANSWERS:
                    if question.search(said):
                        os.write(terminal, f"{answer}\n".encode())
                        said = ""
        os.close(terminal)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code:
            raise BookError(f"These commands of {user} failed with {code}.")

    def answer(self, user: str, script: str) -> str:
        """What commands print. BookError if one fails."""
        done = subprocess.run(self.command(user, script), stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise BookError(f"This failed with {done.returncode}:\n{script}")
        return done.stdout.strip()

    def start(self, *command: str) -> "subprocess.Popen[str]":
        """Start a program in there beside the others, as root; it trusts the certificate of the site alone."""
        environment = {"PATH": os.environ["PATH"], "SSL_CERT_FILE": CERTIFICATE}
        return subprocess.Popen(
            [*self.within(), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
