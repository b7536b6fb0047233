"""What booking ends when moderators block an address."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from booking.services import cancel_blocked, count_told
from moderation.blocking import Consequence

CONSULTATIONS = Consequence(
    count=count_told,
    end=cancel_blocked,
    warning=ngettext_lazy(
        "Nobody will be able to book under %(address)s, and %(number)s consultation to come under it is cancelled by "
        "the site; both sides are told.",
        "Nobody will be able to book under %(address)s, and %(number)s consultations to come under it are cancelled by "
        "the site; both sides are told.",
        "number",
    ),
    open_warning=_(
        "Nobody will be able to book under this address, and its consultations to come are cancelled by the site; "
        "both sides are told."
    ),
    report=ngettext_lazy(
        "The address is blocked, and %(count)s consultation under it is cancelled.",
        "The address is blocked, and %(count)s consultations under it are cancelled.",
        "count",
    ),
)
