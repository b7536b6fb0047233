"""Why a moderator can't decide something, as the pages say it."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refusal


class Stale(Refusal):
    """It is not as it was when it was looked at."""

    sentence = _("Something has changed in the meantime. Please look at it again and then decide.")
