"""The register itself: who holds what, how it is told and how it is erased."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from importlib import import_module
from typing import Any

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import Q
from django.utils.module_loading import autodiscover_modules

from accounts.models import User
from core.mail.addresses import canonical_address

OWN = ("account", "cms", "queues")  # modules of this package that register what no app of ours holds


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Somebody whose data are asked for.

    `addresses` are those that they have shown to be theirs, normalised: what was done under them without logging
    in is theirs too. `mailboxes` are all that their account has written to.
    """

    user: User
    addresses: frozenset[str]
    mailboxes: frozenset[str]

    @classmethod
    def of(cls, user: User) -> "Subject":
        rows = EmailAddress.objects.filter(user=user).values_list("email", "verified")
        known = {canonical_address(address): verified for address, verified in rows}
        return cls(
            user=user,
            addresses=frozenset(address for address, verified in known.items() if verified),
            mailboxes=frozenset({user.email, *known}),
        )


@dataclass(frozen=True, kw_only=True)
class Column:
    """Something that an export tells and no field of the model says as it stands."""

    name: str
    label: Any
    value: Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class File:
    """A file of theirs, as the export has it."""

    name: str
    content: bytes


class Order(IntEnum):
    """Erasing goes from what leans on others to what is leant on. An export tells it the other way round."""

    RECORDS = 1  # what belongs to a profile: consultations, hours, authorship
    PROFILE = 2
    WORK = 3  # what they did in the CMS
    QUEUES = 4  # mail, tasks
    ACCOUNT = 5
    USER = 6


Rows = Callable[[Subject], models.QuerySet[Any]]
Erase = Callable[[Subject, Any], object]  # given the rows


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What one model holds about somebody.

    `via` names the fields that point to the user. `fields` are exported, in this order: names of fields, or columns;
    never what somebody else wrote. `goes` and `stays` are what the page *Your data* says about erasing, if there is
    anything to be erased or kept.
    """

    model: type[models.Model]
    title: Any
    rows: Rows
    erase: Erase
    order: Order
    via: Sequence[str] = ()
    fields: Sequence[str | Column] = ()
    files: Callable[[Any], Iterable[File]] | None = None
    goes: Any = ""
    stays: Any = ""


@dataclass(frozen=True, kw_only=True)
class Pause:
    """What rests while somebody may still change their mind.

    `pause` says whether there was anything to pause; only then is `resume` called, if they keep the account.
    `sentence` tells everybody what would rest, whether or not they have it.
    """

    name: str
    pause: Callable[[User], bool]
    resume: Callable[[User], None]
    sentence: Any  # lazily translated


_holdings: list[Holding] = []
_left_out: dict[type[models.Model], str] = {}
_pauses: dict[str, Pause] = {}


def delete(subject: Subject, rows: models.QuerySet[Any]) -> None:
    """The rows go, with all that belongs to them."""
    rows.delete()


def detach(*fields: str) -> Erase:
    """The rows stay, and no longer say who it was."""

    def erase(subject: Subject, rows: models.QuerySet[Any]) -> None:
        for field in fields:
            rows.model._base_manager.filter(**{field: subject.user.pk}).update(**{field: None})

    return erase


def register(
    model: type[models.Model],
    *,
    title: Any,
    erase: Erase,
    via: Sequence[str] = (),
    rows: Rows | None = None,
    order: Order = Order.RECORDS,
    **more: Any,
) -> Holding:
    """Say what `model` holds about somebody. `rows` finds theirs; without it, those that point to the user do."""

    def pointing_to(subject: Subject) -> models.QuerySet[Any]:
        points_to_user = Q()
        for field in via:
            points_to_user |= Q(**{field: subject.user.pk})
        return model._base_manager.filter(points_to_user)

    holding = Holding(
        model=model, title=title, erase=erase, via=via, rows=rows or pointing_to, order=order, **more
    )
    _holdings.append(holding)
    return holding


def leave_out(model: type[models.Model], reason: str) -> None:
    """Say why `model` needs no entry of its own."""
    _left_out[model] = reason


def register_pause(pause: Pause) -> None:
    """Say what rests from the request to be erased until it is carried out, or taken back."""
    _pauses[pause.name] = pause


def holdings() -> list[Holding]:
    """All of them, in the order of erasing."""
    _discover()
    return sorted(_holdings, key=lambda holding: holding.order)


def as_told() -> list[Holding]:
    """All of them as people read it: the account first, what leans on it last."""
    return sorted(holdings(), key=lambda holding: -holding.order)


def reasons() -> dict[type[models.Model], str]:
    """The models that were left out, and why."""
    _discover()
    return dict(_left_out)


def pauses() -> dict[str, Pause]:
    _discover()
    return dict(_pauses)


def _discover() -> None:
    """Import what registers; modules are imported once."""
    for name in OWN:
        import_module(f"accounts.personal_data.{name}")
    autodiscover_modules("personal_data")
