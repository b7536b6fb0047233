"""Being there or not: pausing, leaving, and the promise that clients are accepted."""

from datetime import date, timedelta

from django.db.models import F, Q
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction

from core.users import User
from directory import emails, ports
from directory.models import Specialist, SpecialistPage
from directory.services.steps import move, note, on_specialist, require
from directory.states import Action, is_done


@on_specialist
def pause(*, specialist: Specialist, by: User) -> Specialist:
    """Take a public profile out of the directory for a while. Settled consultations stay. Twice is once."""
    if is_done(specialist, Action.PAUSE):
        return specialist
    require(specialist, Action.PAUSE)
    move(specialist, Action.PAUSE)
    note(specialist, "directory.pause", by)
    return specialist


@on_specialist
def resume(*, specialist: Specialist, by: User) -> Specialist:
    """Show a paused profile again. Twice is once."""
    if is_done(specialist, Action.RESUME):
        return specialist
    require(specialist, Action.RESUME)
    move(specialist, Action.RESUME)
    note(specialist, "directory.resume", by)
    return specialist


@on_specialist
def leave(*, specialist: Specialist, by: User) -> Specialist:
    """Leave the directory: the profile is a draft again, and its pages are unpublished.

    Consultations to come are cancelled, and the clients told. Whoever comes back submits the draft and is checked
    anew. Raises WrongState while suspended. Twice is once.
    """
    if is_done(specialist, Action.LEAVE):
        return specialist
    require(specialist, Action.LEAVE)
    if (current := specialist.open_review) is not None:
        current.cancel(user=by)
    specialist.offers_free_consultation = False
    specialist.save(update_fields=["offers_free_consultation", "updated_at"])
    move(specialist, Action.LEAVE)
    for page in SpecialistPage.objects.filter(specialist=specialist, live=True, alias_of__isnull=True):
        UnpublishPageAction(page, user=by).execute(skip_permission_checks=True)
    ports.booking().cancel_consultations(specialist_id=specialist.pk, by="specialist")
    note(specialist, "directory.leave", by)
    return specialist


@on_specialist
def confirm_availability(*, specialist: Specialist, by: User | None = None) -> Specialist:
    """Say that clients are accepted as of today. Raises WrongState unless the profile is public or paused."""
    require(specialist, Action.CONFIRM_AVAILABILITY)
    specialist.is_accepting = True
    specialist.accepting_confirmed_on = timezone.localdate()
    specialist.save(update_fields=["is_accepting", "accepting_confirmed_on", "updated_at"])
    return specialist


def ask_lapsed(*, limit: int = 100) -> int:
    """Ask those whose promise lapses tomorrow, or has, whether it still holds, once each time. Returns how many.

    It lapses by itself (Specialist.is_accepting_on); nothing is written for that. Whoever answers on the day that they
    are asked, when they last confirmed it 14 days ago, isn't missed by anybody. Somebody whom free slots speak for
    isn't asked. Each in a transaction of their own, `limit` of them at most.
    """
    unasked = Q(accepting_asked_on=None) | Q(accepting_asked_on__lte=F("accepting_confirmed_on"))
    lapsed = Specialist.objects.lapsed(today=_tomorrow()).filter(
        unasked, user__isnull=False, user__is_active=True
    )
    return sum(_ask(specialist=specialist) for specialist in lapsed.order_by("pk")[:limit])


def _tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


@on_specialist
def _ask(*, specialist: Specialist) -> bool:
    asked, confirmed = specialist.accepting_asked_on, specialist.accepting_confirmed_on
    if asked is not None and (confirmed is None or asked > confirmed):
        return False
    if specialist.is_accepting_on(_tomorrow()) or not specialist.is_public or not specialist.is_accepting:
        return False
    specialist.accepting_asked_on = timezone.localdate()
    specialist.save(update_fields=["accepting_asked_on"])
    emails.ask_available(specialist)
    return True
