"""Samples of what the directory and a profile are made of."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator

from dev.pages.component_samples.sample import Sample


def finding_samples(words: dict[str, Any]) -> Iterator[Sample]:
    """The directory and the profile."""
    topics = [
        {"title": title, "url": "#", "current": number == 1}
        for number, title in enumerate([*words["topics"], words["topic"], *words["topics"]])
    ]
    yield Sample("topic_chips", "one chosen", {"topics": topics})
    yield Sample("tags", "", {"tags": words["topics"]})
    yield Sample("free_label", "", {})
    yield Sample("portrait", "initials", {"initials": "IV"})
    yield Sample("portrait", "large", {"initials": "لن", "size": "large"})
    yield Sample(
        "person", "", {"name": words["author"], "role": words["profession"], "initials": "MS", "url": "#"}
    )
    slots = [
        {"label": f"{words['slot_day']} {hour}", "url": "#", "datetime": f"2026-11-24T{hour}Z"}
        for hour in ("09:30", "10:00", "17:30")
    ]
    card = {
        "name": words["name"],
        "url": "#",
        "initials": words["name"][0],
        "profession": words["profession"],
        "checked_on": "3 Nov 2026",
        "is_free": True,
        "topics": words["topics"],
        "session_languages": words["languages"],
        "where": words["where"],
        "price": "€60–75",
        "slots": slots,
        "more_url": "#",
        "availability": words["availability"],
    }
    yield Sample("specialist_card", "free, with times", card)
    yield Sample("specialist_card", "a long name", {**card, "name": words["long_name"], "slots": slots[:1]})
    quiet = {**card, "is_free": False, "slots": [], "availability": "", "price": "", "checked_on": ""}
    yield Sample("specialist_card", "no times, not free", quiet)
    yield Sample(
        "profile_header",
        "",
        {
            **{key: card[key] for key in ("name", "initials", "profession", "checked_on", "is_free")},
            "headline": words["summary"],
            "checked_url": "#",
        },
    )
    facts = [
        {"term": words["topic"], "detail": words["languages"], "icon": "languages"},
        {"term": words["topic"], "detail": words["where"], "icon": "map-pin"},
        {"term": words["topic"], "detail": "€60–75", "icon": "wallet"},
    ]
    yield Sample("facts", "", {"facts": facts})
    rows = [{"aspect": words["aspect"], "first": words["first"], "second": words["second"]}] * 3
    yield Sample(
        "comparison",
        "",
        {
            "rows": rows,
            "aspect_title": "",
            "first_title": words["free_title"],
            "second_title": words["heading"],
            "caption": words["heading"],
        },
    )
    pages = Paginator(range(200), 10)
    yield Sample(
        "pagination", "in the middle", {"page_obj": pages.page(9), "base_query": "topic=sleep&free=on"}
    )
    yield Sample("pagination", "first", {"page_obj": pages.page(1)})
