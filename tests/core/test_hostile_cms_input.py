"""Whatever somebody who works in the CMS types or sends: a sentence, and never a server's error."""

from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts import matrix
from tests.core.page_forms import form_of
from tests.core.rubbish import some
from tests.factories.pages import make_tree
from tests.factories.people import log_in_to_cms, make_superuser

# As a browser sends them: not every one is text.
SEARCHES = {
    "500 words": quote(" ".join(f"word{number}" for number in range(500))),
    "500 letters in quotes": quote('"' + "a " * 500 + '"'),
    "10,000 letters": "a" * 10_000,
    "10,000 Arabic letters": quote("س" * 2_000),
    "NUL": "a%00b",
    "only NUL": "%00",
    "a lone surrogate": "%ed%a0%80",
    "no UTF-8": "%ff%fe",
    "a backslash": "%5C",
    "operators": quote("!(a & b) | c:* <-> 'd' \\\\ -e \"f"),
    "an open quote": "%22a",
    "a format": quote("%s %(a)s {0}"),
    "control characters": quote("".join(chr(number) for number in range(1, 32))),
    "emoji": quote("👨‍👩‍👧‍👦" * 50),
    "right to left": quote("\u202ea\u202c"),
    "spaces": "+++",
}
NAMES = ["q", "term", "search"]
# What lists and choosers are narrowed down by.
FILTERS = [
    *[
        "p",
        "page",
        "ordering",
        "collection_id",
        "collection",
        "tag",
        "locale",
        "content_type",
        "page_type",
        "label",
    ],
    *[
        "object_type",
        "user",
        "action",
        "timestamp_after",
        "owner",
        "state",
        "site",
        "status",
        "uploaded_by_user",
    ],
    *[
        "target_locale",
        "usage_count_min",
        "created_at_from",
        "latest_revision_created_at_from",
        "id",
        "fields",
    ],
    *[
        "hide_commenting_actions",
        "slug",
        "parent",
        "for_explorer",
        "child_of",
        "limit",
        "offset",
        "order",
        "needs",
    ],
]
VALUES = ["%00", "abc", "-1", "9" * 30, "%ff", "0", quote("9999-99-99"), "x" * 5_000, "1.e9", "%5C"]


@pytest.fixture
def cms(content: None) -> tuple[Client, list[str]]:
    """A browser of somebody who may do everything, and every list and chooser of the CMS."""
    cast = matrix.Cast()
    addresses = [matrix.address(route, cast) for route in matrix.routes() if route.startswith("cms/")]
    asked = [
        address
        for address in addresses
        if address.split("/")[-2] in {"results", "choose", "chooser", "tag-autocomplete", "search"}
        and matrix.logged_in(cast.people["R"]).get(address).status_code == 200
    ]
    assert len(asked) > 15, asked
    return matrix.logged_in(cast.people["R"]), asked


def ask(client: Client, address: str, query: str) -> str:
    """What went wrong, if anything."""
    try:
        answer = client.get(f"{address}?{query}")
    except Exception as error:  # the test's client raises what a browser would see as a 500
        return f"{address}?{query[:60]}: {type(error).__name__}: {str(error)[:150]}"
    return f"{address}?{query[:60]}: {answer.status_code}" if answer.status_code >= 500 else ""


def test_no_search_is_a_servers_error(cms: tuple[Client, list[str]]) -> None:
    client, addresses = cms
    assert {part for address in addresses for part in address.split("/")} >= {"pages", "images", "users"}
    wrong = [
        ask(client, address, "&".join(f"{name}={text}" for name in NAMES))
        for number, address in enumerate(addresses)
        for text in [SEARCHES["500 words"], SEARCHES["NUL"], *some(list(SEARCHES.values()), number, 20)]
    ]
    assert not list(filter(None, wrong)), "\n".join(filter(None, wrong))


def test_no_filter_is_a_servers_error(cms: tuple[Client, list[str]]) -> None:
    client, addresses = cms
    wrong = [
        ask(client, address, "&".join(f"{name}={value}" for name in FILTERS))
        for number, address in enumerate(addresses)
        for value in some(VALUES, number)
    ]
    assert not list(filter(None, wrong)), "\n".join(filter(None, wrong))


PARTS: dict[str, dict[str, str | None]] = {
    "nothing of the body": {"body-count": None},
    "no number of blocks": {"body-count": "many"},
    "a negative number": {"body-count": "-1"},
    "more blocks than there are": {"body-count": "3"},
    "a number that is too long": {"body-count": "9" * 5000},
    "a block without its kind": {"body-count": "1", "body-0-deleted": ""},
    "a place that is no number": {
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-type": "text",
        "body-0-value": "",
        "body-0-order": "first",
    },
    "a list without a count": {
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-type": "key_points",
        "body-0-order": "0",
        "body-0-value-title": "Key points",
    },
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", ["edit", "preview_on_edit"])
def test_a_form_that_did_not_arrive_whole_saves_nothing_and_says_so(
    client: Client, db: None, part: str, name: str
) -> None:
    page = make_tree()["en"].article
    log_in_to_cms(client, make_superuser())
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    sent: dict[str, str] = {**form_of(client.get(edit).content), "title": "Half of it"}
    for field, value in PARTS[part].items():
        sent.pop(field, None)
        if value is not None:
            sent[field] = value
    versions = page.revisions.count()
    answer = client.post(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]), sent)
    assert answer.status_code == 400
    assert "saved nothing" in answer.content.decode()
    assert page.revisions.count() == versions
