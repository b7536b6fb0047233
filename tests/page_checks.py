"""Shared by tests: what test_every_page.py and others lean on."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import polib
from bs4 import BeautifulSoup
from django.conf import settings

CATALOGUE = "{language}/LC_MESSAGES/django.po"


PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*[\d.]*[a-zA-Z]|%[sd%]")


SHORTEST = 12  # characters: shorter English texts also stand in names and in other languages


STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


def levels_in_order(page: BeautifulSoup) -> list[str]:
    """What is wrong with the headings: not exactly one h1, or a level left out on the way down."""
    levels = [int(tag.name[1]) for tag in page(re.compile(r"^h[1-6]$"))]
    faults = [] if levels.count(1) == 1 else [f"{levels.count(1)} h1"]
    if levels and levels[0] != 1:
        faults.append(f"starts with h{levels[0]}")
    return faults + [f"h{lower} after h{upper}" for upper, lower in pairwise(levels) if lower > upper + 1]


def inline_code(page: BeautifulSoup) -> list[str]:
    """Scripts and styles in the page itself, which the Content-Security-Policy stops; data blocks are none."""
    data = {"application/ld+json", "application/json"}
    scripts = [tag for tag in page("script") if not tag.get("src") and tag.get("type") not in data]
    handlers = [tag for tag in page(True) for name in tag.attrs if name == "style" or name.startswith("on")]
    javascript = page("a", href=re.compile(r"^\s*javascript:", re.IGNORECASE))
    return [str(tag)[:120] for tag in [*scripts, *page("style"), *handlers, *javascript]]


def doubled_ids(page: BeautifulSoup) -> list[str]:
    ids = [tag["id"] for tag in page(id=True)]
    return sorted({one for one in ids if ids.count(one) > 1})


def dangling_references(page: BeautifulSoup) -> list[str]:
    """Ids that labels, descriptions and links on this page name, and that aren't there."""
    ids = {tag["id"] for tag in page(id=True)}
    named = [
        name
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls")
        for tag in page(attrs={attribute: True})
        for name in str(tag[attribute]).split()
    ]
    named += [tag["href"][1:] for tag in page("a", href=re.compile("^#."))]
    return [name for name in named if name not in ids]


def policy_of(response: Any) -> Any:
    """The Content-Security-Policy as directives and their values."""
    header = response.headers["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in header.split(";") if part.strip()).items()


def text_read_in(page: BeautifulSoup, language: str) -> str:
    """All words of a page that are meant to be in `language`: text, and attributes that are read out or shown."""
    for tag in page(["script", "style"]):
        tag.decompose()
    for tag in page(lang=True):
        if tag.name != "html" and not tag.decomposed and tag["lang"] != language:
            tag.decompose()
    attributes = ("alt", "aria-label", "title", "placeholder", "data-copied")
    said = [tag[name] for name in attributes for tag in page(attrs={name: True})]
    described = [tag["content"] for tag in page("meta", attrs={"name": "description"})]
    return " ".join(" ".join([page.get_text(" "), *said, *described]).split())


@cache
def english_furniture(language: str) -> list[tuple[str, re.Pattern[str]]]:
    """The English texts of code and templates, each with what finds it; those that this language keeps are left out."""
    catalogue = polib.pofile(str(Path(settings.LOCALE_PATHS[0]) / CATALOGUE.format(language=language)))
    texts = []
    for entry in catalogue:
        kept = {entry.msgstr, *entry.msgstr_plural.values()}
        for msgid in filter(None, (entry.msgid, entry.msgid_plural)):
            parts = [" ".join(part.split()) for part in PLACEHOLDER.split(msgid)]
            if msgid not in kept and max(map(len, parts)) > SHORTEST:
                words = r"\b.{0,200}?".join(re.escape(strip_markup(part)) for part in parts)
                texts.append((msgid, re.compile(r"(?<!\w)" + words + r"(?!\w)")))
    return texts


def strip_markup(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())
