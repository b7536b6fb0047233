"""Why a booking can't be made or changed, as the pages say it."""

from email.utils import parseaddr

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import limits
from core.errors import Refusal


def _why_blocked() -> str:
    return gettext(
        "You can't book free consultations here. If you think that this is a mistake, please write to %(address)s."
    ) % {"address": parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}


class BookingError(Refusal):
    """Why a booking can't be made or changed."""


class SlotUnavailable(BookingError):
    """The specialist doesn't offer this time (any more)."""

    sentence = _("This time isn't free any more. Please choose another one.")


class SlotTaken(BookingError):
    """The slot was booked by somebody else between showing it and choosing it."""

    sentence = _("Somebody has just taken this time. Please choose another one.")


class AlreadyBooked(BookingError):
    """The client has an active consultation with this specialist."""

    sentence = _(
        "You already have a free consultation with this specialist. The link in our e-mail shows it; "
        "cancel it there if you want another time."
    )
    own_sentence = _("You already have a free consultation with this specialist.")  # beside a link to it


class ClientBusy(BookingError):
    """The client has another consultation at an overlapping time."""

    sentence = _("You have another consultation at this time. Please choose a different one.")


class TooManyHolds(BookingError):
    """As many times are kept as may be for one browser or network; `retry_after` seconds until the next."""

    status = 429
    BROWSER = _(
        "You have chosen several times in a short while. Please confirm one of them with the link in our e-mail, or "
        "try again in %(time)s."
    )
    NETWORK = _(
        "Many times are being kept for people in your network. Please try again in %(time)s. If you have an account, "
        "you can log in and book without waiting."
    )
    HERE = _(
        "Many of this specialist’s times are being kept for people in your network. Please try again in %(time)s, or "
        "choose another specialist. If you have an account, you can log in and book without waiting."
    )

    def __init__(self, error: limits.TooOften) -> None:
        super().__init__(error)
        self.retry_after = error.seconds
        sentence = {"browser": self.BROWSER, "network-key": self.HERE}.get(error.per, self.NETWORK)
        self.sentence = sentence % {"time": limits.in_words(error.seconds)}


class HoldElsewhere(BookingError):
    """Another time of this client waits to be confirmed."""

    sentence = _(
        "Another time is being kept for you. Confirm it with the link in our e-mail, or wait until it is free again."
    )


class TooMany(BookingError):
    """The client has booked as many free consultations this week as there are for one person."""

    sentence = _(
        "You have booked several free consultations this week. Please wait some days before the next."
    )


class Blocked(BookingError):
    """Moderators have blocked the address. Only whoever has shown that it is theirs is told."""

    sentence = lazy(_why_blocked, str)()
    status = 403


class TooLateToMove(BookingError):
    """It is too near its start for the client to move it."""

    sentence = _("It is too late to move this consultation. You can still cancel it.")


class KeyReused(BookingError):
    """The same form was sent with different contents."""

    sentence = _("This form was already sent. Please start again from the list of times.")


class HoldExpired(BookingError):
    """The time was kept for 15 minutes and nobody confirmed it."""

    sentence = _(
        "The link was used too late, so the time is free for others again. Please choose a new time."
    )
    status = 410


class Stale(BookingError):
    """The booking isn't in a state that allows this: somebody was quicker, or it is over."""

    sentence = _("This consultation has changed in the meantime. Here is how it stands now.")


class ScheduleChanged(BookingError):
    """The hours were saved elsewhere since the page with the form was opened."""

    sentence = _(
        "These hours were changed somewhere else in the meantime, in another tab perhaps. Nothing was saved. What you "
        "typed is below. Save again to replace the other change."
    )


class Busy(BookingError):
    """Too many people book at once; trying again in a moment helps."""

    sentence = _("Many people are booking right now. Please try again in about ten seconds.")
    status = 503
    retry_after = 10
