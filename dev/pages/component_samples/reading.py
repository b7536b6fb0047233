"""Samples of what articles are made of."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from dev.pages.component_samples.sample import Sample, paragraphs


def reading_samples(words: dict[str, Any]) -> Iterator[Sample]:
    """What an article is made of."""
    people = [{"name": words["author"], "url": "#"}, {"name": "Nadia Mithal", "lang": "en"}]
    yield Sample(
        "byline",
        "all",
        {
            "authors": people,
            "reviewer": "Oleh Zrazok",
            "reviewer_title": words["profession"],
            "published_on": date(2026, 9, 14),
            "last_reviewed_on": date(2026, 10, 12),
            "next_review_on": date(2027, 10, 12),
            "minutes": 7,
        },
    )
    yield Sample(
        "byline", "not reviewed", {"authors": people[:1], "published_on": date(2026, 9, 14), "minutes": 1}
    )
    contents = [
        {"id": f"part-{number}", "title": words["heading"], "level": level}
        for number, level in enumerate((2, 3, 3, 2))
    ]
    yield Sample("toc", "two levels", {"items": contents})
    for kind in ("information", "care", "warning"):
        yield Sample(
            "callout",
            kind,
            {"kind": kind, "title": words["callout_title"], "html": paragraphs(words["paragraph"])},
        )
    yield Sample("key_points", "", {"points": [words["point"], words["paragraph"], words["point"]]})
    yield Sample("quote", "", {"text": words["point"], "attribution": words["author"]})
    picture = {"url": "/static/img/social.png", "width": 1200, "height": 630, "alt": ""}
    yield Sample("figure", "", {"image": picture, "caption": words["summary"], "credit": words["author"]})
    questions = [{"question": words["question"], "html": paragraphs(words["paragraph"])}] * 3
    yield Sample("questions", "", {"title": words["heading"], "items": questions})
    sources = [
        {
            "authors": "Sample, M., & Zrazok, O.",
            "year": "2024",
            "title": "An invented paper with quite a long title, to see how references wrap",
            "publisher": "Journal of Examples, 12(3), 45–67",
            "url": "https://example.org/10.0000/example",
        },
        {
            "authors": "Example, E.",
            "year": "2019",
            "title": "A book without an address",
            "publisher": "Sample Press",
        },
    ]
    yield Sample("reference_list", "", {"items": sources})
    yield Sample(
        "embed",
        "with a player",
        {
            "url": "https://example.org/watch",
            "player_url": "https://example.org/embed",
            "title": words["title"],
            "description": words["summary"],
            "provider": "example.org",
        },
    )
    yield Sample("share", "", {"title": words["title"], "url": "https://attune.example/articles/trust/"})
    card = {
        "title": words["title"],
        "url": "#",
        "summary": words["summary"],
        "topic": words["topic"],
        "topic_url": "#",
        "minutes": 7,
        "author": words["author"],
    }
    yield Sample("article_card", "with a picture", {**card, "image": picture})
    yield Sample("article_card", "without", card)
    yield Sample("article_card", "title alone", {"title": words["title"], "url": "#"})
    yield Sample(
        "call_to_action",
        "",
        {
            "title": words["heading"],
            "text": words["point"],
            "url": "#",
            "label": words["action"],
            "icon": "search",
        },
    )
    yield Sample(
        "consultation_card",
        "",
        {"title": words["free_title"], "text": words["free_text"], "url": "#", "label": words["action"]},
    )
