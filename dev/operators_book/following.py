"""The book from its first command to its last, with what is looked at in between.

Moments that a block of the book can name (book.py), after who runs it:

    upgrade      before it, the source has a new release, which renames a style sheet
    under load   20 requests a second go on over all blocks in a row that say so; none may be lost
    backup       afterwards, what it made is read by nobody else, and the site's data are damaged
    restore      afterwards, the site has its data again and answers
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.operators_book.book import Block, BookError
from dev.operators_book.machine import MAIL_PORT, REPOSITORY, Machine, say

MOMENTS = {"upgrade", "under load", "backup", "restore"}
REQUESTS_A_SECOND = 20
TAKES_OVER_SECONDS = 120
SITE = "https://attune.example"
STYLE_SHEET, RENAMED = "css/site.css", "css/renamed.css"
MEDIA = "/var/lib/attune/media"
MARKER = f"{MEDIA}/images/marker.txt"
ADDRESS = "somebody.nobody.should.read@attune.example"  # of nobody: it may stand in no log
MAIL_SERVER = ["-m", "aiosmtpd", "--nosetuid", "--listen", f"127.0.0.1:{MAIL_PORT}", "--class"]
MAIL_SERVER += ["aiosmtpd.handlers.Sink"]
CONTENTS = "select (select count(*) from accounts_user), (select count(*) from wagtailcore_page)"


def follow(machine: Machine, blocks: list[Block]) -> None:
    """Follow the book. BookError at the first thing that isn't as it says."""
    unknown = {moment for block in blocks for moment in block.moments} - MOMENTS
    if unknown:
        raise BookError(
            f"docs/operators.md names moments that following.py doesn't know: {', '.join(unknown)}"
        )
    mail_server = subprocess.Popen([*machine.within("-n"), sys.executable, *MAIL_SERVER])
    try:
        _follow_all(machine, [block for block in blocks if block.user])
        _look(machine)
    finally:
        mail_server.terminate()
        mail_server.wait()


def _follow_all(machine: Machine, blocks: list[Block]) -> None:
    waiting = list(blocks)
    while waiting:
        if "under load" not in waiting[0].moments:
            _follow_one(machine, waiting.pop(0))
            continue
        with _load(machine):
            while waiting and "under load" in waiting[0].moments:
                block = waiting.pop(0)
                _follow_one(machine, block)
                if block.user == "root":
                    _wait_for_current_release(machine)


def _follow_one(machine: Machine, block: Block) -> None:
    if "upgrade" in block.moments:
        say("A new release, in which the style sheet has another name")
        _publish_a_release(Path(f"{machine.root}{REPOSITORY}"))
    if "backup" in block.moments:
        machine.answer("attune", f"echo marked > {MARKER} && touch /tmp/before-backup")
    before = _contents(machine) if "backup" in block.moments else ""
    say(f"{block.heading}, line {block.line}, as {block.user}")
    print("".join(f"    {line}\n" for line in block.commands.splitlines()), flush=True)
    commands = block.commands.replace("REPOSITORY", REPOSITORY)
    machine.follow(block.user, commands, is_online="apt-get" in commands)
    if "backup" in block.moments:
        _damage(machine, before)
    if "restore" in block.moments:
        _expect(
            _contents(machine), machine.answer("root", "cat /opt/contents"), "what is in the restored site"
        )
        machine.answer(
            "root", f"curl --fail --silent --show-error --retry 10 --retry-all-errors {SITE}/readyz/"
        )


def _publish_a_release(repository: Path) -> None:
    """A commit on top of the others that renames a style sheet wherever it is named."""
    work = repository.with_name("next-release")

    def git(*words: str) -> str:
        command = [
            "git",
            "-C",
            str(work),
            "-c",
            "user.name=Release",
            "-c",
            "user.email=release@attune.example",
        ]
        return subprocess.run([*command, *words], check=True, capture_output=True, text=True).stdout

    subprocess.run(["git", "clone", "--quiet", str(repository), str(work)], check=True)
    git("mv", f"site/static/{STYLE_SHEET}", f"site/static/{RENAMED}")
    for name in git(
        "grep", "--files-with-matches", "--fixed-strings", STYLE_SHEET, "--", "*.html", "*.py"
    ).split():
        file = work / name
        file.write_text(file.read_text().replace(STYLE_SHEET, RENAMED))
    git("commit", "--quiet", "--all", "--message", "Rename a style sheet")
    git("push", "--quiet", "origin", "HEAD")


@contextmanager
def _load(machine: Machine) -> Iterator[None]:
    """Ask for pages all the time. BookError if one is lost."""
    say(f"{REQUESTS_A_SECOND} requests a second from here on")
    readers, begin = machine.start("python3", "/opt/load.py", str(REQUESTS_A_SECOND)), time.monotonic()
    try:
        yield
    finally:
        told, _ = readers.communicate()  # closes their input, with which they end
        if readers.returncode:
            raise BookError("The requests ended by themselves.")
        result = json.loads(told)
        say(f"{len(result['lost'])} of {result['asked']} requests were lost")
        if result["lost"]:
            raise BookError("Lost:\n" + "\n".join(result["lost"][:20]))
        if result["asked"] < REQUESTS_A_SECOND * (time.monotonic() - begin) / 2:
            raise BookError("So few requests prove nothing: is this machine busy with something else?")


def _wait_for_current_release(machine: Machine) -> None:
    """Wait until the site's pages come from the release that /srv/attune/current is."""
    command = f"grep --only-matching --no-filename '{STYLE_SHEET}\\|{RENAMED}' /srv/attune/current/templates/base.html"
    wanted = machine.answer("root", command).split("\n")[0].removesuffix(".css")
    deadline = time.monotonic() + TAKES_OVER_SECONDS
    while wanted not in machine.answer("root", f"curl --silent {SITE}/en/account/login/ || true"):
        if time.monotonic() > deadline:
            raise BookError(
                f"After {TAKES_OVER_SECONDS} s the site's pages aren't those of /srv/attune/current."
            )
        time.sleep(1)
    say("The pages are those of /srv/attune/current")
    time.sleep(5)  # under load, with the new code alone


def _contents(machine: Machine) -> str:
    return machine.answer("attune", f'psql --no-align --tuples-only --command "{CONTENTS}" && cat {MARKER}')


def _damage(machine: Machine, contents: str) -> None:
    """Look at what the backup made, and then lose what it holds."""
    made = "find / -xdev -newer /tmp/before-backup -type f -user attune"
    made += " -perm /077 \\( -name '*.dump*' -o -name '*.tar*' \\)"
    _expect(machine.answer("root", made), "", "parts of the backup that others can read")
    (machine.root / "opt/contents").write_text(contents)
    quietly = "PGOPTIONS=--client-min-messages=warning psql --quiet"
    machine.answer("root", "systemctl stop attune-worker attune-web")
    machine.answer("attune", f"{quietly} --command 'truncate accounts_user cascade' && rm {MARKER}")
    machine.answer("root", "systemctl start attune-web attune-worker")


def _look(machine: Machine) -> None:
    """What must be true of the machine that the book has made."""
    say("Who can read what")
    machine.answer("attune", f"echo private > {MEDIA}/original_images/x")
    for path, is_read in (
        (MARKER, True),
        (f"{MEDIA}/original_images/x", False),
        ("/etc/attune/env", False),
        ("/srv/attune/current/manage.py", False),
    ):
        look = f"test -r {path} && echo yes || echo no"
        told = machine.answer("root", f"su www-data --shell /bin/sh --command '{look}'")
        _expect(told, "yes" if is_read else "no", f"whether nginx reads {path}")

    say("PostgreSQL's log, after a cancelled query, a refused row, and a value that can't be read")
    for statement in (
        f"set statement_timeout = 50; select '{ADDRESS}', pg_sleep(5)",
        f"create temp table t (e text unique); insert into t values ('{ADDRESS}'), ('{ADDRESS}')",
        f"select '{ADDRESS}'::int",
    ):
        machine.answer("attune", f'! psql --quiet --command "{statement}"')
    lines = machine.answer("root", f"cat /var/log/postgresql/* | grep {ADDRESS} || true")
    _expect(lines, "", "lines with an address in PostgreSQL's log")

    say("A restart: systemctl returns when the site answers")
    ask = "curl --fail --silent --show-error --header 'Host: attune.example' http://127.0.0.1:8000/healthz/"
    machine.answer("root", f"systemctl restart attune-web && {ask}")

    say("The logs, line by line")
    for unit in ("attune-web", "attune-worker"):
        for line in machine.answer(
            "root", f"journalctl --output cat _SYSTEMD_UNIT={unit}.service"
        ).splitlines():
            try:
                json.loads(line)
            except ValueError:
                raise BookError(f"{unit} wrote a line that isn't JSON: {line[:300]}") from None


def _expect(found: str, wanted: str, what: str) -> None:
    if found != wanted:
        raise BookError(f"{what}: {found!r} instead of {wanted!r}")
