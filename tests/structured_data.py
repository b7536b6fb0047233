"""What schema.org allows in structured data, for the types and properties that the site emits.

Written from schema.org's own definitions, release 30.0: https://schema.org/version/30.0, where each type and property
has a page such as https://schema.org/reviewedBy ("Used on these types", "Values expected to be one of these types").
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.conf import settings

# A type and the one that it is a kind of, up to Thing.
PARENTS = {
    "Article": "CreativeWork",
    "BreadcrumbList": "ItemList",
    "CreativeWork": "Thing",
    "Credential": "CreativeWork",
    "EducationalOccupationalCredential": "Credential",
    "Intangible": "Thing",
    "ItemList": "Intangible",
    "ListItem": "Intangible",
    "Organization": "Thing",
    "Person": "Thing",
    "ProfilePage": "WebPage",
    "WebPage": "CreativeWork",
}
# A property: which types have it, and what its values are.
PROPERTIES = {
    "about": ({"CreativeWork"}, {"Thing"}),
    "author": ({"CreativeWork"}, {"Organization", "Person"}),
    "credentialCategory": ({"Credential"}, {"DefinedTerm", "Text", "URL"}),
    "dateModified": ({"CreativeWork"}, {"Date", "DateTime"}),
    "datePublished": ({"CreativeWork"}, {"Date", "DateTime"}),
    "description": ({"Thing"}, {"Text"}),
    "hasCredential": ({"Organization", "Person"}, {"Credential"}),
    "headline": ({"CreativeWork"}, {"Text"}),
    "image": ({"Thing"}, {"ImageObject", "URL"}),
    "inLanguage": ({"CreativeWork"}, {"Language"}),  # Text too: a code of BCP 47
    "item": ({"ListItem"}, {"Thing"}),
    "itemListElement": ({"ItemList"}, {"ListItem"}),  # Text and Thing too, but not in breadcrumbs
    "jobTitle": ({"Person"}, {"DefinedTerm", "Text"}),
    "knowsLanguage": ({"Organization", "Person"}, {"Language"}),
    "lastReviewed": ({"WebPage"}, {"Date"}),
    "mainEntity": ({"CreativeWork"}, {"Thing"}),
    "mainEntityOfPage": ({"Thing"}, {"CreativeWork", "URL"}),
    "name": ({"Thing"}, {"Text"}),
    "position": ({"CreativeWork", "ListItem"}, {"Integer"}),
    "publisher": ({"CreativeWork"}, {"Organization", "Person"}),
    "recognizedBy": ({"Credential"}, {"Organization"}),
    "reviewedBy": ({"WebPage"}, {"Organization", "Person"}),
    "sameAs": ({"Thing"}, {"URL"}),
    "telephone": ({"Organization", "Person"}, {"Text"}),
    "url": ({"Thing"}, {"URL"}),
}
# What this site says of each; schema.org itself asks for nothing.
REQUIRED = {
    "Article": {
        "headline",
        "description",
        "inLanguage",
        "mainEntityOfPage",
        "datePublished",
        "dateModified",
        "author",
        "publisher",
    },
    "BreadcrumbList": {"itemListElement"},
    "EducationalOccupationalCredential": {"credentialCategory", "recognizedBy"},
    "ListItem": {"position", "name", "item"},
    "Organization": {"name"},
    "Person": {"name"},
    "ProfilePage": {"mainEntity"},
    "Thing": {"name"},
    "WebPage": {"url"},
}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def graph_of(html: str | bytes) -> list[dict[str, Any]]:
    """The objects that a page describes itself with."""
    blocks = BeautifulSoup(html, "html.parser")("script", type="application/ld+json")
    found = []
    for block in blocks:
        data = json.loads(block.string)
        assert set(data) == {"@context", "@graph"}
        assert data["@context"] == "https://schema.org"
        found += data["@graph"]
    return found


def only(graph: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """The one object of a type."""
    (found,) = [thing for thing in graph if thing["@type"] == kind]
    return found


def faults(thing: Any, where: str = "") -> Iterator[str]:
    """What is wrong with an object, and with those inside it."""
    kind = thing.get("@type")
    here = f"{where}/{kind}"
    if kind != "Thing" and kind not in PARENTS:
        yield f"{here}: no such type in the table"
        return
    for name in REQUIRED.get(kind, set()) - set(thing):
        yield f"{here}: {name} is missing"
    for name, value in thing.items():
        if name == "@type":
            continue
        if name == "@id":
            if not is_address(value):
                yield f"{here}/@id: {value!r} is no address"
            continue
        if name not in PROPERTIES:
            yield f"{here}: no property {name} in the table"
            continue
        types, expected = PROPERTIES[name]
        if not any(is_a(kind, one) for one in types):
            yield f"{here}: has no property {name}"
        values = value if isinstance(value, list) else [value]
        for one in values:
            if not any(fits(one, wanted) for wanted in expected):
                yield f"{here}/{name}: {one!r} is none of {', '.join(sorted(expected))}"
            if isinstance(one, dict):
                yield from faults(one, f"{here}/{name}")


def is_a(kind: str | None, wanted: str) -> bool:
    """Whether a type is another one, or a kind of it."""
    while kind is not None and kind != wanted:
        kind = PARENTS.get(kind)
    return kind == wanted


def fits(value: Any, wanted: str) -> bool:
    """Whether a value is what a property expects. Things may be named by their address, as JSON-LD does."""
    match wanted:
        case "Text":
            return isinstance(value, str) and bool(value.strip())
        case "URL":
            return is_address(value)
        case "Integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "Date":
            return isinstance(value, str) and is_date(value)
        case "DateTime":
            return isinstance(value, str) and is_moment(value)
        case "Language" if isinstance(value, str):
            return bool(LANGUAGE.fullmatch(value))
        case "Thing" if isinstance(value, str):
            return is_address(value)
    return isinstance(value, dict) and is_a(value.get("@type"), wanted)


def is_address(value: Any) -> bool:
    """Whether this is an absolute address, of this site or another."""
    if not isinstance(value, str) or value != value.strip():
        return False
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def is_date(value: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return False
    return date.fromisoformat(value).isoformat() == value


def is_moment(value: str) -> bool:
    """Whether this is ISO 8601 with its T and its zone: without a zone it would be another moment for everybody."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*", value):
        return False
    return datetime.fromisoformat(value).tzinfo is not None


def own_paths(thing: Any) -> Iterator[str]:
    """The paths of all addresses of this site in an object."""
    if isinstance(thing, dict):
        for value in thing.values():
            yield from own_paths(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from own_paths(value)
    elif isinstance(thing, str) and thing.startswith(settings.SITE_URL):
        yield thing.removeprefix(settings.SITE_URL) or "/"
