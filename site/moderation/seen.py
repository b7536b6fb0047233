"""Decide only about what was looked at: a page carries what stands for all it showed, and its button brings it back."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def digest(looked_at: Any) -> str:
    """What stands for `looked_at`, which JSON can hold: as long as it is the same, nothing of it has changed."""
    text = json.dumps(looked_at, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def as_seen(
    keyword: str, read: Callable[[Any], str], refusal: type[Exception]
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator of services: the keyword `seen` is what `read` said of `keyword` then; raises `refusal` if no more.

    The service runs with `keyword` locked, so that nothing changes between the comparison and the decision.
    """

    def decorate(service: Callable[P, R]) -> Callable[P, R]:
        @wraps(service)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if kwargs["seen"] != read(kwargs[keyword]):
                raise refusal
            return service(*args, **kwargs)

        return run

    return decorate
