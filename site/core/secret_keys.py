"""The secrets that the site signs and encrypts with, the former ones too, and writing anew what is under a former one.

What is written is under the first secret; what is read may be under any (docs/operators.md, Keys). An app that stores
something under CLIENT_KEY_SECRET registers a Rotation when it is ready; `manage.py rotate_keys` runs them all.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings


def site_secrets() -> list[str]:
    """SECRET_KEY and its fallbacks. `django.core.signing` knows them by itself."""
    return [str(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def client_secrets() -> list[str]:
    """CLIENT_KEY_SECRET and its fallbacks."""
    return [settings.CLIENT_KEY_SECRET, *settings.CLIENT_KEY_SECRET_FALLBACKS]


@dataclass(frozen=True, kw_only=True)
class Rotated:
    """How many are under the first secret now and weren't, and how many couldn't be brought there."""

    anew: int
    left: int


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """`what` is written anew, in words; `why_left` says what to do about what is left, in a sentence.

    `run(dry_run)` writes them one by one, each in its own transaction, and again does nothing: `dry_run` counts alone.
    """

    what: str
    why_left: str
    run: Callable[[bool], Rotated]


_rotations: list[Rotation] = []


def register(rotation: Rotation) -> Rotation:
    _rotations.append(rotation)
    return rotation


def rotations() -> list[Rotation]:
    """All that were registered, in the order of the apps."""
    return list(_rotations)
