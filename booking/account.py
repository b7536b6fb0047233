"""What the account of somebody with free consultations shows: what waits, and which mails they want."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.notifications import Kind
from accounts.overview import OverviewSection
from accounts.pages import AccountPage
from accounts.waiting import Waiting
from booking.models import Booking
from core.users import User
from directory.models import Specialist

SOON = timedelta(hours=24)
COMING_UP = OverviewSection(template="pages/booking/coming_up.html", order=100)

SPECIALIST_BOOKINGS = Kind(
    name="specialist_bookings",
    label=_("When somebody books or cancels a free consultation with me"),
    concerns=lambda user: Specialist.objects.filter(user=user).exists(),
)


def pages(user: User) -> Iterator[AccountPage]:
    """What a specialist has beside everybody's pages. 1 query."""
    if Specialist.objects.filter(user=user).exists():
        yield AccountPage(title=_("Free consultations with me"), name="specialist_consultations")
        yield AccountPage(title=_("My hours"), name="specialist_hours")
        yield AccountPage(title=_("Subscribe to my calendar"), name="specialist_calendar")


def waiting(user: User) -> Iterator[Waiting]:
    """Consultations that begin within a day, and requests that wait for an answer. 1 query."""
    now = timezone.now()
    soon = Q(status=Booking.Status.CONFIRMED, starts_at__lt=now + SOON)
    mine = Q(schedule__specialist__user=user)
    counts = (
        Booking.objects.visible_to(user)
        .filter(ends_at__gt=now)
        .aggregate(
            soon=Count("pk", filter=soon),
            requested=Count("pk", filter=mine & Q(status=Booking.Status.REQUESTED, awaits_client=False)),
        )
    )
    url = f"{reverse('account_home')}#coming-up"
    if count := counts["requested"]:
        text = ngettext(
            "%(count)s request waits for your answer", "%(count)s requests wait for your answer", count
        )
        yield Waiting(text=text % {"count": count}, url=reverse("specialist_consultations"), count=count)
    if count := counts["soon"]:
        text = ngettext(
            "%(count)s free consultation in the next 24 hours",
            "%(count)s free consultations in the next 24 hours",
            count,
        )
        yield Waiting(text=text % {"count": count}, url=url, count=count)


def consultations_ahead(*, specialist_id: int) -> int:
    """How many consultations, settled or asked for, haven't begun yet. 1 query."""
    return (
        Booking.objects.active()
        .filter(schedule__pk=specialist_id, starts_at__gt=timezone.now())
        .exclude(status=Booking.Status.HELD)
        .count()
    )
