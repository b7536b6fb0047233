"""Samples of what frames every page."""

from collections.abc import Iterator
from typing import Any

from dev.pages.component_samples.sample import Sample


def frame_samples(words: dict[str, Any]) -> Iterator[Sample]:
    """Headers, ways on and what the site says of itself."""
    yield Sample(
        "page_header", "all", {"eyebrow": words["topic"], "title": words["title"], "lede": words["summary"]}
    )
    yield Sample("page_header", "title alone", {"title": words["articles"]})
    yield Sample(
        "section_header",
        "all",
        {"title": words["articles"], "text": words["free_text"], "url": "#", "label": words["action"]},
    )
    crumbs = [
        {"title": words["home"], "url": "#"},
        {"title": words["articles"], "url": "#"},
        {"title": words["title"]},
    ]
    yield Sample("breadcrumbs", "three", {"items": crumbs})
    for kind in ("primary", "secondary", "quiet", "free"):
        yield Sample("button", kind, {"label": words["action"], "url": "#", "kind": kind})
    yield Sample("button", "submit, with an icon", {"label": words["action"], "icon": "calendar-check"})
    for kind in ("success", "info", "warning", "error"):
        yield Sample("alert", kind, {"kind": kind, "text": words["alert"]})
    yield Sample("help_box", "its own words", {"url": "#"})
    yield Sample("help_box", "quiet", {"url": "#", "quiet": True})
    a_line = {
        "kind": "crisis",
        "kind_name": "crisis line",
        "name": "Samaritans",
        "display": "116 123",
        "dial": "116123",
        "hours": "Day and night",
        "languages": "English",
        "website": "https://www.samaritans.org",
        "is_inside_only": True,
    }
    places = [{"country": "Ireland", "lines": [a_line]}]
    yield Sample("help_box", "with numbers to call", {"url": "#", "title": "In danger?", "places": places})
    yield Sample("help_lines", "of one country", {"places": places})
    yield Sample(
        "help_lines", "of several countries", {"places": [*places, {"country": "Egypt", "lines": [a_line]}]}
    )
    yield Sample("helplines_country", "", {"country": {"code": "IE", "name": "Ireland", "lines": [a_line]}})
    yield Sample(
        "call_button",
        "",
        {"name": "Samaritans", "display": "116 123", "dial": "116123", "note": "Day and night"},
    )
    yield Sample("locale_notice", "", {"language": words["language"], "url": "#", "label": words["home"]})
    actions = [{"label": words["action"], "url": "#"}, {"label": words["home"], "url": "#", "kind": "quiet"}]
    yield Sample(
        "empty_state", "", {"title": words["empty_title"], "text": words["empty_text"], "actions": actions}
    )
    promises = [
        {"title": words["heading"], "text": words["point"], "icon": icon}
        for icon in ("badge-check", "shield", "heart")
    ]
    yield Sample("promises", "", {"promises": promises})
    steps = [
        {"title": words["heading"], "text": words["point"], "done": True},
        {"title": words["action"], "text": words["point"], "current": True},
        {"title": words["topic"]},
    ]
    yield Sample("steps", "one done, one current", {"steps": steps})
