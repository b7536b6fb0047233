"""What people call themselves, made safe to print anywhere: in a page, a mail's header, a calendar file."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Controls, formats (zero-width characters and those that turn the direction of text), private and unassigned ones.
REFUSED = {"Cc", "Cf", "Cs", "Co", "Cn"}
SPACES = {"Zs", "Zl", "Zp"}
LONGEST_CLEANED = 2_000  # characters; what stands after them is in no name
MOST_MARKS = 4  # accents on one letter; more is no language but a way to write over the lines above and below


def clean_name(text: str) -> str:
    """`text` as one line of visible characters: NFKC, without control, zero-width and direction characters.

    Spaces of any kind become single ones. More than four accents on one letter are left out.
    """
    kept: list[str] = []
    marks = 0
    # Marks on one letter are sorted, which costs the square of their number.
    for character in unicodedata.normalize("NFKC", text[:LONGEST_CLEANED]):
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if character in "\t\n\r" or category in SPACES:
            kept.append(" ")
        elif category not in REFUSED and marks <= MOST_MARKS:
            kept.append(character)
    return unicodedata.normalize("NFKC", " ".join("".join(kept).split()))


# --- What leads somewhere -------------------------------------------------------------------------------------

# Other signs that stand for the dot of a domain, after NFKC.
DOTS = str.maketrans(dict.fromkeys("\u3002\uff61\ufe52\u2024\u06d4", "."))
# In these a dot has no space after it and is no domain's: M.Sc., Dr.med.
TITLES = frozenset(
    """
    dr prof dipl mag ing med phil psych psy ped paed rer nat soc pol theol jur iur vet dent oec biol habil univ ph sc
    ed st mr mrs ms jr sr ба др проф канд мед псих філ наук ст мол д أ د
    """.split()  # noqa: SIM905 - a list of words is easier to read so
)
MOST_DIGITS = 8  # nine are a telephone number
ENDINGS = "com|net|org|info|biz|io|me|ru|ua|de|eu|xyz|top|site|online|app|link|click|shop"
LEADS = re.compile(
    rf"@|://|//|::|\b(?:https?|hxxps?|ftps?|mailto|javascript|data|tel|sms)\s?:|\bwww\b|\bxn--"
    rf"|\b(?:https?|hxxps?)\b|[(\[{{]\s?(?:\.|dot)\s?[)\]}}]|\sdot\s(?:{ENDINGS})\b|\s?\.\s(?:{ENDINGS})\b|\s\.\w\w"
    r"|\d\.\d{1,3}\.\d",
    re.IGNORECASE,
)
DOTTED = re.compile(r"[\w-]++(?:\.[\w-]++)++")
LONGEST_READ = 500  # characters; no name is as long


def leads_somewhere(text: str) -> bool:
    """Whether a mail program or a reader could take a part of `text` for a link, an address or a telephone number.

    Links in a name reach strangers: a mail of ours greets whoever's address was typed by the name that was typed.
    """
    plain = clean_name(text[:LONGEST_READ]).translate(DOTS)
    if LEADS.search(plain) or sum(one.isdigit() for one in plain) > MOST_DIGITS:
        return True
    return any(
        _is_domain([one.strip("-") for one in found.casefold().split(".")]) for found in DOTTED.findall(plain)
    )


def _is_domain(parts: list[str]) -> bool:
    """Whether words with dots between them may be a domain: evil.com, and not J.R.R., M.Sc. or 5.2."""
    last = parts[-1]
    return len(last) > 1 and not last.isdigit() and not all(len(one) == 1 or one in TITLES for one in parts)


def in_mail(name: str, longest: int = 80) -> str:
    """A name as mails to others say it: one short line, without the words that lead somewhere.

    Forms refuse such names; this is for those that were there before.
    """
    name = clean_name(name[:LONGEST_READ])
    if leads_somewhere(name):
        name = " ".join(word for word in name.split() if not leads_somewhere(word))
    return "…" if leads_somewhere(name) or (not name) else name[:longest].strip()


def isolated(text: str) -> str:
    """`text` between marks that keep its direction from what stands around it; for plain text, as `<bdi>` in pages."""
    return f"\u2068{text}\u2069"


NO_LINKS = _("Write only a name here, without links, addresses or numbers. Put a space after a full stop.")


class NameField(forms.CharField):
    """A name or nickname, cleaned as above before its length is counted, that leads nowhere."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 80)
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        return clean_name(super().to_python(value) or "")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if leads_somewhere(value):
            raise ValidationError(NO_LINKS, code="leads_somewhere")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "dir": "auto"}


CHOOSE = _("Please choose one of these.")  # for radio buttons without an answer
