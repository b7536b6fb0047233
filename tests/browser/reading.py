"""Shared by tests of what readers' devices do: the pages that people read."""

from tests.factories.content import ARTICLES, SPECIALISTS

READING = {
    "home": "",
    "article": f"articles/{ARTICLES[0]}/",
    "articles": "articles/",
    "topic": "articles/?topic=trust",
    "directory": "specialists/",
    "profile": f"specialists/{SPECIALISTS[0]}/",
    "help now": "help-now/",
    "free consultation": "free-consultation/",
}
