"""Whether somebody who types this may be in danger: ending one's life, self-harm, overdose, violence, rape.

`site/core/danger/lists/*.txt` ships with the code; the team adds to it in the CMS (`core.models.DangerPhrase`), also
phrases that keep silent. `hits(text)` is the one function that everything asks, on the whole text. It never blocks
anything: whoever asks shows help first.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib import resources

from core.danger.matching import Hit, Phrase, PhraseList

LIFE, OVERDOSE, VIOLENCE = "life", "overdose", "violence"
KINDS = (OVERDOSE, LIFE, VIOLENCE)  # in this order: with the first that fires, the box speaks of it
HARMLESS = PhraseList.HARMLESS

Rows = tuple[tuple[str, str, str], ...]  # language, kind, phrase


@cache
def built_in() -> tuple[list[Phrase], dict[str, dict[str, str]]]:
    """The phrases that ship with the code, and the words that their lists define."""
    phrases: list[Phrase] = []
    macros: dict[str, dict[str, str]] = {}
    for path in sorted(
        resources.files("core.danger").joinpath("lists").iterdir(), key=lambda path: path.name
    ):
        language = path.name.removesuffix(".txt")
        macros[language] = {}
        kind = ""
        for line in filter(None, map(str.strip, path.read_text("utf-8").splitlines())):
            if line.startswith("#"):
                continue
            if section := re.fullmatch(r"\[(\w+)\]", line):
                kind = section[1]
            elif not kind:
                name, _sign, words = line.partition(" = ")
                macros[language][name] = words
            else:
                phrases.append(Phrase(line, kind, language))
    return phrases, macros


@lru_cache(maxsize=4)
def phrase_list(team: Rows = ()) -> PhraseList:
    """The list with what the team has added, made ready once for each state of it."""
    phrases, macros = built_in()
    ours = [Phrase(text, kind, language, is_ours=True) for language, kind, text in team]
    return PhraseList([*phrases, *ours], macros)


def find(text: str, team: Rows = ()) -> list[Hit]:
    """What fires in the whole text: the list in the code and `team`. No database."""
    return phrase_list(team).find(text)


def team_rows() -> Rows:
    """What the team has added and not switched off. 1 query, so that a change holds in all processes at once."""
    from core.models import DangerPhrase

    return tuple(
        DangerPhrase.objects.filter(is_on=True).order_by("pk").values_list("language", "kind", "phrase")
    )


def hits(text: str) -> list[Hit]:
    """What fires in the whole text. No query for an empty text, else 1."""
    return find(text, team_rows()) if text.strip() else []


def kind_of(found: Iterable[Hit]) -> str:
    """The kind of danger that comes first; empty if nothing fired."""
    kinds = {hit.phrase.kind for hit in found}
    return next((kind for kind in KINDS if kind in kinds), "")


def danger_in(texts: Iterable[str]) -> str:
    """The kind of danger that the first of these texts speaks of, all of them asked; empty if none does. 1 query."""
    wanted = [text for text in texts if text.strip()]
    rows = team_rows() if wanted else ()
    return kind_of(_all(wanted, rows))


def _all(texts: Iterable[str], rows: Rows) -> Iterator[Hit]:
    for text in texts:
        yield from find(text, rows)
