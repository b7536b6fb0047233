"""What somebody had typed when a page sent them to log in: kept in their session for an hour, by path."""

import time
from typing import Any

from django.http import HttpRequest

KEY = "drafts"
SECONDS = 3600
MOST_PAGES = 5
MOST_CHARACTERS = 20_000
NEVER = ("csrf", "password", "code")  # parts of names of fields that are nobody's to keep


def keep(request: HttpRequest) -> None:
    """Keep the posted text of the page at this path. Too much to keep is not kept at all, rather than cut."""
    typed = {
        name: values
        for name, values in request.POST.lists()
        if not any(part in name.lower() for part in NEVER)
    }
    if sum(len(text) for values in typed.values() for text in values) > MOST_CHARACTERS:
        return
    others = {path: draft for path, draft in _fresh(request).items() if path != request.path}
    newest = dict(list(others.items())[-(MOST_PAGES - 1) :])
    request.session[KEY] = {**newest, request.path: {"at": int(time.time()), "typed": typed}}


def has(request: HttpRequest) -> bool:
    """Whether something is kept for the page at this path."""
    return request.path in _fresh(request)


def take(request: HttpRequest) -> dict[str, Any]:
    """What was typed on the page at this path, as a form's `initial`; empty if nothing is kept. It is gone then."""
    drafts = _fresh(request)
    draft = drafts.pop(request.path, None)
    if draft is None:
        return {}
    request.session[KEY] = drafts
    return {
        name: values if len(values) > 1 else values[0] for name, values in draft["typed"].items() if values
    }


def put(request: HttpRequest, name: str, typed: dict[str, list[str]]) -> None:
    """Keep what was typed under a name of its own, for pages that give it back more than once (`look`)."""
    if sum(len(text) for values in typed.values() for text in values) <= MOST_CHARACTERS:
        others = {path: draft for path, draft in _fresh(request).items() if path != name}
        newest = dict(list(others.items())[-(MOST_PAGES - 1) :])
        request.session[KEY] = {**newest, name: {"at": int(time.time()), "typed": typed}}


def look(request: HttpRequest, name: str) -> dict[str, list[str]]:
    """What is kept under `name`; empty if nothing is. It stays."""
    draft = _fresh(request).get(name)
    return dict(draft["typed"]) if draft else {}


def drop(request: HttpRequest, name: str) -> None:
    """Forget what is kept under `name`."""
    if name in (drafts := _fresh(request)):
        del drafts[name]
        request.session[KEY] = drafts


def _fresh(request: HttpRequest) -> dict[str, Any]:
    oldest = time.time() - SECONDS
    return {path: draft for path, draft in request.session.get(KEY, {}).items() if draft["at"] > oldest}
