"""What one run of the benchmark measures in this process, from what the database has."""

from collections.abc import Callable
from contextlib import ExitStack

from django.conf import settings
from django.core.management.base import CommandError
from django.test import Client

from dev.bench.contents import measured
from dev.bench.figures import HELLO, Case

ONE_ROW = "one row"


def pages(say: Callable[[str], object]) -> list[Case]:
    """The pages that the database has, hello first. Each answers 200, or CommandError says which one doesn't.

    `say` is told which are left out.
    """
    client = Client(SERVER_NAME=settings.SITE_HOST, raise_request_exception=True)

    def ask(address: str) -> Callable[[], object]:
        return lambda: client.get(address, secure=True)

    addresses = {HELLO: "/bench/hello/"}
    for name, find in measured.pages.items():
        if address := find():
            addresses[name] = address
        else:
            say(f"{name}: left out, since the database has none. manage.py seed_demo adds some.")
    for name, address in addresses.items():
        status = client.get(address, secure=True).status_code
        if status != 200:
            raise CommandError(f"{name}: {address} answers {status}")
    return [Case(name=name, address=address, run=ask(address)) for name, address in addresses.items()]


def writes(stack: ExitStack) -> list[Case]:
    """What commits; `stack` cleans up after it."""
    found = []
    for name, prepare in measured.writes.items():
        write = stack.enter_context(prepare())
        found.append(Case(name=name, run=write.run, undo=write.undo, beside=ONE_ROW))
    return found
