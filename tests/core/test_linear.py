"""Whatever reads what people type costs as much as it is long, not the square of that."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import SuspiciousOperation

from accounts.forms.fields import CodeField
from accounts.log_in_queue import PATHS as LOG_IN_PATHS
from accounts.middleware import ACCOUNT
from articles import feeds
from booking.forms import parse_start
from core import html, names
from core.exports import harmless
from core.forms import email_typos, numbers
from core.i18n import cities
from core.mail import addresses
from core.page_cache import files as page_files
from core.requests import is_readable
from core.search import words
from directory.checking import flags
from directory.profile import visits, wording
from directory.profile.forms.fields import TelephoneField
from tests.growth import LONGEST, assert_linear
from tests.our_apps import code_folders
from translation import checks, pofiles

PARTS = [
    *[
        "a",
        "A",
        "1",
        " ",
        "/",
        "<",
        ">",
        "<a ",
        "<a id=",
        '<a id="',
        "<br ",
        "<li",
        "<li ",
        "&",
        "&amp;",
        "&#1;",
        "%(a",
        "{a",
        "{",
    ],
    *[
        "a@",
        "@",
        ".",
        "a.",
        "1.",
        "1,111",
        "1 ",
        ",",
        "-",
        "- ",
        "\n",
        "\n ",
        "(",
        "()",
        "https://",
        "http:",
        "\u0301",
    ],
    *[
        "\u0301\u0327",
        "ﷺ",
        "о'",
        "ال",
        "aa",
        "gmail",
        "é",
        "٣",
        "²",
        "=",
        "'",
        ";",
        "=?",
        "a=",
        "1 p",
        "\u0345\u0301",
        "[",
        "//",
        "::",
        " dot",
    ],
]


def unless_refused(read: Callable[[str], object]) -> Callable[[str], object]:
    """Django doesn't look for tags in what is made to cost time."""

    def reads(text: str) -> object:
        with suppress(SuspiciousOperation):
            return read(text)

    return reads


READERS: dict[str, Callable[[str], object]] = {
    "clean_name": names.clean_name,
    "leads_somewhere": names.leads_somewhere,
    "in_mail": names.in_mail,
    "canonical_address": addresses.canonical_address,
    "mailbox_of": addresses.mailbox_of,
    "suggestion": email_typos.suggestion,
    "suggestion of a domain": lambda text: email_typos.suggestion(f"a@{text}"),
    "cities.find": cities.find,
    "whole": numbers.whole,
    "harmless": harmless,
    "host": lambda text: is_readable({"HTTP_HOST": text}),
    "content type": lambda text: is_readable({"CONTENT_TYPE": f"a/b; {text}"}),
    "code": CodeField().to_python,
    "start": parse_start,
    "plain": checks.plain,
    "links": checks.links,
    "placeholders": checks.placeholders,
    "numbers": checks.numbers,
    "faults": lambda text: checks.faults(text[:50], text),
    "to_html": wording.to_html,
    "to_plain": unless_refused(wording.to_plain),
    "html": unless_refused(html.plain_text),
    "asked_words": lambda text: words.asked_words(text, "uk"),
    "asked_words in Arabic": lambda text: words.asked_words(text, "ar"),
    "sounds": lambda text: words.sounds(text[: words.MOST_LETTERS]),
    "corrected": lambda text: words.corrected(text, ["panic attacks"], "en"),
    "machine": visits.MACHINE.search,
    "flags": flags.flags,
    "telephone": TelephoneField().to_python,
    "charset": lambda text: pofiles.CHARSET.search(text.encode()),
    "a feed's text": feeds.readable,
    "account": lambda text: ACCOUNT.match(f"/{text}"),
    "log-in": lambda text: LOG_IN_PATHS.match(f"/{text}/account/"),
    "address of a file": lambda text: page_files.ADDRESS.fullmatch(f"/{text}/"),
}


# What costs more than a second for the usual length is read at four times the length that a form takes.
SHORTER = {"flags": 20_000}


@pytest.mark.parametrize("name", READERS)
def test_a_text_of_ten_times_the_length_costs_about_ten_times_as_much(name: str) -> None:
    for part in PARTS:
        assert_linear(READERS[name], part, longest=SHORTER.get(name, LONGEST))


# What is read by a pattern is on this list, or is cut, or isn't people's.
FILES_WITH_PATTERNS = {
    "booking": set(),
    "directory": {
        *["profile/visits.py", "profile/wording.py", "profile/forms/fields.py", "models/validators.py"],
        *["checking/comparison.py", "checking/differences.py", "checking/flags.py"],
        "search/synonyms.py",
    },
    "articles": {"feeds.py"},
    "home": set(),
    "site": {
        *["core/logs.py", "core/names.py", "core/i18n/cities.py", "core/html.py", "core/blocks/outline.py"],
        *["translation/checks.py", "translation/pofiles.py", "accounts/middleware.py"],
        *[
            "core/danger/__init__.py",
            "core/danger/asking.py",
            "core/danger/matching.py",
            "core/danger/words.py",
        ],
        "core/search/words.py",
        *["core/rich_text.py", "core/management/commands/rewrite_pictures.py"],
        *["core/locks.py", "core/limits.py", "core/middleware.py"],  # of SQL, rates and names of fields
        *["accounts/log_in_queue.py", "core/page_cache/files.py"],
        # of the developers' own texts
        *["core/page_cache/reading.py", "core/speculation.py", "core/template_loader.py"],
        "core/static_files.py",
        *["core/i18n/catalogues.py", "config/postgres/folders.py"],
        # of operators' settings, folders and programs
        *["config/settings/environment.py", "core/release.py"],
        *["core/backups/__init__.py", "core/backups/programs.py"],
    },
}


@pytest.mark.parametrize("folder", [folder for folder in code_folders() if folder != "dev"])
def test_a_new_pattern_is_noticed(folder: str) -> None:
    """Whoever adds one adds what reads with it to READERS above, and the file here."""
    root = Path(settings.BASE_DIR) / folder
    call = re.compile(r"\bre\.(?:compile|sub|search|match|fullmatch|split|findall|finditer)\(")
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if call.search(path.read_text()) and not {"migrations", "demo"} & set(path.parts)
    }
    assert found == FILES_WITH_PATTERNS.get(folder, set())
