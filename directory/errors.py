"""Why something can't be done with a profile, as the pages say it."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

import moderation.errors
from core.errors import Refusal


class DirectoryError(Refusal):
    """Why something can't be done with a profile."""


class Stale(DirectoryError, moderation.errors.Stale):
    """It is not as it was when it was looked at. The sentence is that of all moderators' pages."""


class WrongState(DirectoryError):
    """A profile in this state has no such step."""

    sentence = _("This can’t be done as the profile stands now.")


class Incomplete(DirectoryError):
    """Something is missing that every profile needs; `missing` names the fields."""

    sentence = _("Something is still missing.")

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = list(missing)


class Unchecked(DirectoryError):
    """Not all points of the checklist are ticked."""

    sentence = _("Approve only what you have checked: tick all three points first.")


class NothingSaid(DirectoryError):
    """Somebody would be asked for changes without being told which."""

    sentence = _("Say what should change, in general or beside a field.")


class NoReason(DirectoryError):
    """Somebody would be suspended without being told why."""

    sentence = _("Write the reason: the specialist reads it.")


class LanguageNotOffered(DirectoryError):
    """The site has no directory in this language, or the specialist doesn't work in it."""

    sentence = _("Choose a language of this site that you also work in.")


class LastText(DirectoryError):
    """A public profile would have no text left in any language."""

    sentence = _("This is your only text. Write one in another language first, or pause your profile.")


class BadPicture(DirectoryError):
    """The file isn't a picture that can be shown, or is too large."""

    sentence = _(
        "Choose a picture as JPEG, PNG or WebP with at least 300 × 300 and at most 25 million pixels."
    )
