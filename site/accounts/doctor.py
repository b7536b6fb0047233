"""Whether second factors can still be read."""

from allauth.mfa.models import Authenticator

from accounts.second_factors import is_readable
from core.doctor.registry import Problem, check


@check("second factors")
def second_factors() -> str:
    """The secrets of all second factors can be read with the keys of today."""
    readable = [is_readable(authenticator) for authenticator in Authenticator.objects.iterator()]
    if unreadable := readable.count(False):
        raise Problem(
            f"{unreadable} of {len(readable)} can't be read with CLIENT_KEY_SECRET, so their owners can't log in: "
            "put the secret that they were made with into CLIENT_KEY_SECRET_FALLBACKS. It stands in the environment "
            "file that was kept with the backups."
        )
    return f"All {len(readable)} can be read."
