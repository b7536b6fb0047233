"""The commands of docs/operators.md, and who runs them.

A comment stands above each block of commands:

    <!-- run as root -->                    or attune; each block begins in a new log-in shell
    <!-- run as root, under load -->        with moments, which following.py knows, after commas
    <!-- not run: an example -->            and why
"""

import re
from dataclasses import dataclass, field

USERS = ("root", "attune")
MARK = re.compile(r"<!-- (?:run as (?P<user>\w+)(?P<moments>(?:, [a-z ]+)*)|not run: (?P<why>.+)) -->")


class BookError(Exception):
    """The book can't be followed. The message says where and why."""


@dataclass(frozen=True)
class Block:
    """One block of commands."""

    line: int  # of the book, where its first command stands
    heading: str
    user: str  # empty: not to be run
    commands: str
    moments: frozenset[str] = field(default_factory=frozenset)


def blocks(text: str) -> list[Block]:
    """The blocks of commands (```sh) of a book, in its order. BookError if one doesn't say who runs it."""
    found: list[Block] = []
    heading = above = ""
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if line == "```sh":
            commands = []
            for _number, command in lines:
                if command == "```":
                    break
                commands.append(command)
            found.append(_block(number + 1, heading, above, "\n".join(commands) + "\n"))
        if line:
            above = line
    return found


def _block(line: int, heading: str, above: str, commands: str) -> Block:
    mark = MARK.fullmatch(above)
    user = mark["user"] if mark else None
    if mark is None or (user is not None and user not in USERS):
        raise BookError(
            f"docs/operators.md, line {line}: say above the commands who runs them, "
            "`<!-- run as root -->` or `<!-- run as attune -->`, or `<!-- not run: why -->`."
        )
    moments = frozenset(moment for moment in (mark["moments"] or "").split(", ") if moment)
    return Block(line, heading, user or "", commands, moments)
