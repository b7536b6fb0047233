"""Whether the message catalogues say everything that code and templates ask for."""

import gettext
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib
from django.core.management import call_command

Key = tuple[str | None, str, str]  # context, text, plural

PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*[\d.]*[a-zA-Z]|%[sd]|\{\w*\}")


def extract() -> polib.POFile:
    """The texts that the project's code and templates ask for. Needs GNU gettext."""
    with tempfile.TemporaryDirectory() as folder:
        call_command("makemessages", locale=["en"], into=folder, keep_pot=True, verbosity=0)
        template = Path(folder) / "django.pot"
        return polib.pofile(str(template)) if template.exists() else polib.POFile()


def faults(language: str, catalogue: polib.POFile, wanted: polib.POFile) -> Iterator[str]:
    """Sentences about what is wrong with the catalogue of a language; none if it says all that is `wanted`."""
    entries = {key_of(entry): entry for entry in catalogue if not entry.obsolete}
    wanted_keys = [key_of(entry) for entry in wanted if not entry.obsolete]
    forms = plural_forms(catalogue)
    if forms is None:
        yield f"{language}: the header has no valid Plural-Forms."
    for key in wanted_keys:
        if key not in entries:
            yield f"{language}: {named(key)} is missing."
    for key in sorted(entries.keys() - set(wanted_keys), key=str):
        yield f"{language}: {named(key)} is asked for nowhere."
    for entry in catalogue.obsolete_entries():
        yield f"{language}: {named(key_of(entry))} is obsolete."
    for key, entry in entries.items():
        yield from (f"{language}: {named(key)} {fault}." for fault in entry_faults(entry, forms))


def entry_faults(entry: polib.POEntry, forms: int | None) -> Iterator[str]:
    """What is wrong with one entry, as the end of a sentence. `forms` is the language's number of plural forms."""
    if entry.fuzzy:
        yield "is fuzzy"
        return
    if not entry.msgid_plural:
        if not entry.msgstr.strip():
            yield "is not translated"
        elif placeholders(entry.msgid) != placeholders(entry.msgstr):
            yield f"has other placeholders in its translation: {differing([entry.msgid], entry.msgstr)}"
        return
    texts = [entry.msgstr_plural[number] for number in sorted(entry.msgstr_plural)]
    if forms is not None and len(texts) != forms:
        yield f"has {len(texts)} plural forms, not {forms}"
    if not all(text.strip() for text in texts):
        yield "is not translated in all plural forms"
        return
    allowed = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
    for text in texts:
        # A form for one or two may say the number in words, so nothing has to stand in it; nothing else may.
        if placeholders(text) - allowed:
            yield f"has other placeholders in a plural form: {differing([entry.msgid_plural], text)}"
    if not any(placeholders(text) == placeholders(entry.msgid_plural) for text in texts):
        yield "has no plural form with all its placeholders"


def key_of(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def named(key: Key) -> str:
    context, text, _plural = key
    short = " ".join(text.split())
    short = f"“{short[:70]}…”" if len(short) > 70 else f"“{short}”"
    return f"{short} ({context})" if context else short


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text.replace("%%", "")))


def differing(sources: Iterable[str], text: str) -> str:
    wanted = sum((placeholders(source) for source in sources), Counter[str]())
    found = placeholders(text)
    return ", ".join(sorted((wanted - found) + (found - wanted)))


def plural_forms(catalogue: polib.POFile) -> int | None:
    """How many plural forms the header promises; None if it doesn't say or its rule cannot be read."""
    header = catalogue.metadata.get("Plural-Forms", "")
    match = re.fullmatch(r"\s*nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*([^;]+);?\s*", header)
    if not match:
        return None
    try:
        rule = gettext.c2py(match[2])
        numbers = {rule(number) for number in range(200)}
    except ValueError:
        return None
    return int(match[1]) if numbers <= set(range(int(match[1]))) else None
