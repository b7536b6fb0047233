"""The account's pages as its navigation lists them; apps add theirs when they are ready."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.users import AnyUser


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    """`title` is lazily translated. `name` is the URL's; it is where the reader is, as is every name in `also`."""

    title: Any
    name: str
    also: tuple[str, ...] = ()  # beginnings of names of URLs


FIRST = [AccountPage(title=_("Overview"), name="account_home")]
LAST = [
    AccountPage(title=_("Settings"), name="account_preferences"),
    AccountPage(title=_("E-mail address"), name="account_email"),
    AccountPage(title=_("Password"), name="account_change_password", also=("account_set_password",)),
    AccountPage(title=_("Second factor and passkeys"), name="mfa_index", also=("mfa_",)),
    AccountPage(title=_("Devices logged in"), name="usersessions_list"),
    AccountPage(title=_("Your data"), name="account_data"),
]

Provider = Callable[[Any], Iterable[AccountPage]]
_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Add an app's pages for a user, between the overview and the settings."""
    _providers.append(provider)
    return provider


def pages_of(user: AnyUser) -> list[AccountPage]:
    """All pages of `user`'s account."""
    return [*FIRST, *(page for provider in _providers for page in provider(user)), *LAST]
