"""Every address of the site, from the resolver, each with an example."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

EXAMPLES = {"uuid": "6f4bd7b5-5d0c-4e5e-9f0e-3b6a3f6d8a11", "slug": "x", "str": "x", "path": "x", "int": "1"}


@dataclass(frozen=True)
class Address:
    """`path` is an example of what the pattern matches; `view` is what was named in the URLs, class or function."""

    path: str
    name: str
    view: Callable[..., Any]

    @property
    def door(self) -> str:
        """The view's module and name."""
        return f"{self.view.__module__}.{getattr(self.view, '__name__', type(self.view).__name__)}"


def example(pattern: Any) -> str:
    """A path that `pattern` matches."""
    if isinstance(pattern, RegexPattern):
        return re.sub(r"<[^>]*>", "1", simplify_regex(pattern.regex.pattern)).lstrip("/")
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: EXAMPLES[found[1] or "str"], str(pattern))


def every_address(patterns: Any = None, before: str = "/") -> Iterator[Address]:
    """All addresses, also those that an earlier pattern takes over: asking for the path shows who answers."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = before + example(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from every_address(entry.url_patterns, path)
        elif isinstance(entry, URLPattern):
            if entry.name == "wagtail_serve":
                path = f"{before}nowhere/"
            view = getattr(entry.callback, "view_class", entry.callback)
            yield Address(path, entry.name or "", view)
