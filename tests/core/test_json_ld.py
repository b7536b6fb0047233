"""Structured data carries people's words: nothing in them may end the element they stand in."""

import json

from core.templatetags.content import json_ld


def test_words_in_structured_data_cannot_leave_their_element() -> None:
    hostile = "</script><script>alert('&')</script>"
    html = json_ld({"@type": "Person", "name": hostile})
    inside = html.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not {"<", ">", "&"} & set(inside)
    assert json.loads(inside)["@graph"] == [{"@type": "Person", "name": hostile}]


def test_without_data_there_is_no_element() -> None:
    assert json_ld([], None) == ""
