"""Which answers are kept, and that nothing is read for them that nobody follows."""

import pytest

from tests.core.page_cache.readers import Reader
from tests.factories.content import ARTICLES, EVERY_BLOCK, LANGUAGES, SPECIALISTS

KEPT = [
    "",
    "privacy/",
    "help-now/",
    "help-now/?country=DE",
    "articles/",
    "articles/?topic=sleep",
    "articles/?topic=sleep&page=2",
    "articles/feed/",
    *(f"articles/{slug}/" for slug in ARTICLES),
    "specialists/",
    "specialists/?topic=sleep&language=de&sort=price",
    "specialists/?place=berlin&soon=evening&price_max=90EUR&page=2",
    *(f"specialists/{slug}/" for slug in SPECIALISTS),
    "free-consultation/",
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_kept(reader: Reader, language: str) -> None:
    paths = [f"/{language}/{path}" for path in KEPT]
    if language == "en":
        paths += [f"/en/{EVERY_BLOCK}/", "/sitemap.xml", "/robots.txt"]
    for path in paths:
        reader.get(path)  # makes sizes of pictures, which is a change
    found = {path: (reader.get(path).how, reader.get(path).how) for path in paths}
    assert {path: how for path, how in found.items() if how[1] != "hit"} == {}
