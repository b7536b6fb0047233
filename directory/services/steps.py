"""What every service is made of: one transaction, locks in one order, and the search rows at its end."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from wagtail.log_actions import log

from core.users import User
from directory import ports
from directory.checking.review import ReviewStatus
from directory.errors import WrongState
from directory.models import Specialist
from directory.states import Action, can, state_after

P = ParamSpec("P")
R = TypeVar("R")


def on_specialist(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service whose keyword `specialist` names whom it changes, and give it the row as it is now, locked.

    The port locks the specialist's hours first, as bookings do: no booking slips in beside a change, and nobody
    waits for each other in a circle. It ends with the rows that the directory searches.
    """

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        pk = cast(Specialist, kwargs["specialist"]).pk

        def save() -> R:
            kwargs["specialist"] = locked(pk)
            return service(*args, **kwargs)

        return cast(R, ports.booking().edit_specialist(specialist_id=pk, save=save))

    return run


def locked(pk: int) -> Specialist:
    """The row as it is now; nobody else changes it before the transaction ends."""
    found: Specialist = (
        Specialist.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user", "profession", "place", "portrait")
        .get(pk=pk)
    )
    return found


def require(specialist: Specialist, action: Action, review_status: ReviewStatus | None = None) -> None:
    """Raise WrongState unless it can be done as the profile stands now (directory.states)."""
    if not can(specialist, action, review_status):
        raise WrongState


def move(specialist: Specialist, action: Action) -> None:
    """Give the profile the state to which the action leads; where it stays as it is, nothing is written."""
    after = state_after(specialist, action)
    if after != specialist.state:
        specialist.state = after
        specialist.save(update_fields=["state", "updated_at"])


def note(specialist: Specialist, action: str, by: User, **data: Any) -> None:
    """A line in Wagtail's log."""
    log(specialist, action, user=by, data=data)
