"""Currencies: their names, and amounts of money, as the language being read writes them."""

from collections.abc import Iterable
from functools import lru_cache

from babel.numbers import format_decimal
from django.utils.translation import get_language, get_language_bidi

from core.i18n.languages import locale_of
from core.names import isolated

# Signs that are read everywhere. The CLDR has codes in their place for some languages: EUR in Ukrainian.
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
RIGHT_TO_LEFT_MARK = "\u200f"


def choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Currencies with their codes and names, for a select, in the order given."""
    names = locale_of().currencies
    return [(code, f"{code} – {names[code]}" if code in names else code) for code in codes]


def money(amount: int, currency: str, *, to: int | None = None) -> str:
    """An amount, or a span of them, as the language writes it: €95–120 in English, 95–120 € elsewhere."""
    return _money(amount, currency, to, get_language() or "")


@lru_cache(maxsize=2048)  # a page of the directory writes seventy; prices are round
def _money(amount: int, currency: str, to: int | None, _language: str) -> str:
    locale = locale_of()
    ends = [amount, to] if to and to != amount else [amount]
    written = "–".join(format_decimal(end, locale=locale) for end in ends)
    if sign := _sign(currency):
        pattern = locale.currency_formats["standard"]
        written = f"{pattern.prefix[0]}{written}{pattern.suffix[0]}".replace("¤", sign)
    else:
        written = f"{written}\u00a0{currency}"
    # From right to left, a span of numbers would read from its end.
    return isolated(written.replace(RIGHT_TO_LEFT_MARK, "")) if get_language_bidi() else written


def _sign(currency: str) -> str:
    """The sign of a currency, or nothing. What has letters in it (CA$, د.إ.) says no more than the code."""
    symbol = SIGNS.get(currency) or locale_of().currency_symbols.get(currency, currency)
    return "" if any(letter.isalpha() for letter in symbol) else symbol
