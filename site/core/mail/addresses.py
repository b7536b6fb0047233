"""E-mail addresses: one way to write each of them, whatever somebody typed or pasted, and what stands for a mailbox."""

import unicodedata
from typing import Any

import idna
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

INVALID_ADDRESS = _("Enter an e-mail address like name@example.org.")
LONGEST = 320  # characters: 64 before the sign, 255 behind it (RFC 5321); what is longer is no address
# Neither controls nor formats by their category, and yet nothing that can be seen (Unicode's Default_Ignorable).
INVISIBLE = {
    *map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, 0xFFA0)),
    *map(chr, range(0x180B, 0x1810)),
    *map(chr, range(0xFE00, 0xFE10)),
    *map(chr, range(0xFFF0, 0xFFF9)),
    *map(chr, range(0xE0000, 0xE1000)),
}
# Providers that deliver all spellings with dots between the letters into one mailbox, and their other names.
DOTS_MEAN_NOTHING = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def canonical_address(address: str) -> str:
    """The one way to write an address: what we store, compare, count and block by.

    NFKC, without characters that nobody sees, in lower case; the domain as mail servers ask for it (UTS 46, so
    `MÜLLER。de` is `xn--mller-kva.de`). What is no address comes back as some text that equals no address.
    """
    if len(address) > LONGEST:
        return address[:LONGEST].lower() + "…"
    plain = unicodedata.normalize("NFKC", "".join(one for one in address if not _is_invisible(one)))
    plain = "".join(one for one in plain if not _is_invisible(one)).strip().lower()
    name, sign, domain = plain.rpartition("@")
    if not sign:
        return plain
    try:
        host = idna.encode(domain, uts46=True, std3_rules=True).decode().rstrip(".")
    except idna.IDNAError:
        host = domain
    return f"{name}@{host}"


def _is_invisible(one: str) -> bool:
    return one in INVISIBLE or (unicodedata.category(one) in {"Cc", "Cf"} and one not in "\t\n\r")


def mailbox_of(address: str) -> str:
    """The box that mail to `address` arrives in, as far as its spelling tells: without `+anything` behind the name.

    For counting what reaches somebody, and for blocking. Two people may share a box by such additions, so nobody's
    records are found by this.
    """
    name, _sign, domain = canonical_address(address).rpartition("@")
    name = name.partition("+")[0] or name
    if domain in DOTS_MEAN_NOTHING:
        name, domain = name.replace(".", "") or name, DOTS_MEAN_NOTHING[domain]
    return f"{name}@{domain}"


def readable_address(address: str) -> str:
    """`address` for people's eyes: its domain in its own letters."""
    name, sign, domain = address.rpartition("@")
    try:
        return f"{name}{sign}{idna.decode(domain)}" if "xn--" in domain else address
    except idna.IDNAError:
        return address


def masked_address(address: str) -> str:
    """Enough of an address to recognise one's own: m…@example.org."""
    name, _sign, host = readable_address(address).rpartition("@")
    return f"{name[:1]}…@{host}"


class AddressValidator(EmailValidator):
    """Refuses what mail can't be sent to from here: quoted names, numbers of machines, this machine itself."""

    def __init__(self) -> None:
        super().__init__(message=INVALID_ADDRESS, allowlist=[])

    def __call__(self, value: str | None) -> None:
        super().__call__(value)
        name, _sign, domain = str(value).rpartition("@")
        if name.startswith('"') or domain.startswith("[") or len(name) > 64 or not str(value).isascii():
            raise ValidationError(self.message, code=self.code, params={"value": value})


validate_address = AddressValidator()


class AddressField(forms.EmailField):
    """An e-mail address however it was typed, as `canonical_address` writes it."""

    default_validators = [validate_address]
    default_error_messages = {"invalid": INVALID_ADDRESS}

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        return canonical_address(typed) if typed else typed
