"""Somebody to log in as for each role."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group

from accounts.models import User
from accounts.roles import EDITORS, MODERATORS, ensure_roles, translators
from dev.demo import Account, Demo, people_to_try, step

SPECIALIST = "iryna-vzirets"  # whose profile the specialist's account opens
NAMES = {
    "client": "Noor Beispiel",
    "editor": "Emma Sample",
    "moderator": "Mira Muster",
    "translator": "Taras Zrazok",
    "admin": "Ada Example",
}
GROUPS = {"editor": EDITORS, "moderator": MODERATORS, "translator": translators("uk")}
LANGUAGES = {"translator": "uk"}
TIME_ZONES = {"client": "Europe/Berlin", "translator": "Europe/Kyiv"}


@step(95, "Accounts")
def add_accounts(demo: Demo) -> None:
    """The accounts of `dev.demo.accounts`, verified, with the rights and the second factor of their role.

    Existing ones keep theirs.
    """
    ensure_roles()
    for account in people_to_try():
        user = ensure_account(account)
        if user is None:
            continue
        EmailAddress.objects.get_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
        if account.role in GROUPS:
            user.groups.add(Group.objects.get(name=GROUPS[account.role]))
        if account.secret and not Authenticator.objects.filter(user=user).exists():
            TOTP.activate(user, account.secret)
            RecoveryCodes.activate(user)


def ensure_account(account: Account) -> User | None:
    """The user of a demo account; None if the demo's specialist isn't there."""
    user = User.objects.filter(email=account.email).first()
    if user is not None:
        return user
    if account.role == "specialist":
        user = User.objects.filter(specialist__slug=SPECIALIST).first()
        if user is None:
            return None
        user.email = account.email
        user.set_password(account.password)
        user.save(update_fields=["email", "password"])
        EmailAddress.objects.filter(user=user).delete()
        return user
    return User.objects.create_user(
        account.email,
        account.password,
        display_name=NAMES[account.role],
        language=LANGUAGES.get(account.role, "en"),
        time_zone=TIME_ZONES.get(account.role, "UTC"),
        is_superuser=account.role == "admin",
    )
