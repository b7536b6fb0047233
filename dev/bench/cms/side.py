"""One side of the comparison, in a process of its own: asks its CMS for what it is told, a line of JSON for each.

    {"screen": "draft", "article": 12, "number": 3} → {"cpu": 81.2, "wall": 95.0, "queries": 60}

`queries` is 0 unless `"count": true` asks for them, which costs time. Times are milliseconds.
"""

import gc
import json
import os
import sys
import time
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.frames import with_room
from dev.bench.cms.screens import SCREENS, Asking, Screen


def log_in(email: str) -> Client:
    """A browser of somebody who has shown a second factor, where that is asked for."""
    client = Client(SERVER_NAME="localhost", raise_request_exception=True)
    user = get_user_model().objects.get(email=email)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    if not apps.is_installed("allauth"):
        return client
    from allauth.account.internal.flows import login
    from allauth.account.internal.userkit import user_id_to_str

    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time()}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()
    return client


def measured(screen: Screen, asking: Asking, *, count: bool) -> dict[str, float]:
    """What one request costs. Raises AssertionError if it isn't answered as it should be."""
    request = screen.request(asking)
    client = asking.client
    data = request.data
    ask = client.get if data is None else client.post
    if count:
        with CaptureQueriesContext(connection) as queries:
            response = ask(request.address, data, secure=True)
        cpu = wall = 0.0
    else:
        queries = []  # type: ignore[assignment]
        begun, spent = time.perf_counter_ns(), time.process_time_ns()
        response = ask(request.address, data, secure=True)
        cpu, wall = (time.process_time_ns() - spent) / 1e6, (time.perf_counter_ns() - begun) / 1e6
    if not screen.is_right(response):
        raise AssertionError(f"{screen.name}: {request.address} answers {response.status_code}")
    return {"cpu": cpu, "wall": wall, "queries": len(queries)}


@with_room  # both sides: where the edges of chunks lie is no difference between the two
def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever prints, prints elsewhere
    clients: dict[str, Client] = {}
    screens = {screen.name: screen for screen in SCREENS}
    for line in sys.stdin:
        wanted: dict[str, Any] = json.loads(line)
        if wanted.get("freeze"):
            gc.collect()
            gc.freeze()
            result: dict[str, float] = {}
        else:
            screen = screens[wanted["screen"]]
            if screen.who not in clients:
                clients[screen.who] = log_in(screen.who)
            asking = Asking(clients[screen.who], wanted["article"], wanted["number"])
            result = measured(screen, asking, count=wanted.get("count", False))
        answers.write(json.dumps(result) + "\n")
        answers.flush()
