"""What the commands about one person's account have in common."""

from django.core.management.base import CommandError

from accounts.models import User


def account_of(email: str) -> User:
    """The account with this address. Raises CommandError with a sentence if nobody has one."""
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist as error:
        raise CommandError("Nobody has an account with this address.") from error
