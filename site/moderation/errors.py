"""Why a moderator can't decide something, as the pages say it."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refusal


class Stale(Refusal):
    """It is not as it was when it was looked at."""

    sentence = _("Something has changed in the meantime. Please look at it again and then decide.")


class Busy(Refusal):
    """What shall be blocked or ended is being changed by others; what could be done is done, and the rest next time."""

    sentence = _(
        "Something under this address is changing right now, so not all of it is ended. Please press the button once "
        "more in a few seconds."
    )
    status = 503
    retry_after = 10
