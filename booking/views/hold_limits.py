"""How many times one browser, and one network, may keep for addresses that nobody has proved."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from booking.models import Booking
from booking.services import Wanted
from booking.slots import Hours
from core import limits

# Times kept for addresses that nobody has proved to be theirs: by people first, so that whoever shares a network with
# many isn't refused; and by a network as many as a clinic needs, and never all of a specialist's or of the site's.
HOLDS = "6/15m/browser,20/h/browser,40/15m/network,120/h/network,300/d/network"
HOLDS_HERE = "{most}/15m/network-key,{twice}/h/network-key"
MOST_HERE, FEW = 12, 4
CORRECTIONS = "5/h/browser,60/h/network"


@contextmanager
def counted(request: HttpRequest, wanted: Wanted, hours: Hours) -> Iterator[None]:
    """Count a time that is kept for an address that isn't proved. What is refused doesn't count.

    Nor does the same form sent once more, nor a change of what this browser keeps; another address does, since it
    gets a mail. Raises limits.TooOften.
    """
    is_again = wanted.held is None and Booking.objects.filter(idempotency_key=wanted.key).exists()
    with ExitStack() as uses:
        if wanted.client.is_verified or is_again:
            pass
        elif wanted.held is not None:
            if wanted.is_corrected:
                uses.enter_context(limits.use(request, "correct", CORRECTIONS).unless_refused())
        else:
            uses.enter_context(limits.use(request, "book", HOLDS).unless_refused())
            most = _most_here(hours)
            here = HOLDS_HERE.format(most=most, twice=2 * most)
            pk = str(wanted.specialist.pk)
            uses.enter_context(limits.use(request, "book_here", here, key=pk).unless_refused())
        yield


def _most_here(hours: Hours) -> int:
    """How many of a specialist's times one network may keep at once: half of them, and no fewer than a few."""
    now = timezone.now()
    until = now + timedelta(days=hours.rules.horizon_days + 2)
    all_times = len(hours.starts(now=now, since=now, until=until, limit=2 * MOST_HERE)) + len(hours.lapses)
    return min(MOST_HERE, max(FEW, all_times // 2))
