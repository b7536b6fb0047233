"""Numbers as machines send them: in a hidden field, in an address."""

MOST_DIGITS = 18  # PostgreSQL's bigint holds any of that length


def whole(text: str) -> int | None:
    """The number that `text` writes in ASCII digits; None for anything else, of whichever script, or for too many.

    `str.isdigit()` says yes to ², which `int()` refuses, and `int()` itself refuses more than 4,300 digits.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
