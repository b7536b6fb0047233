"""What is counted for all processes together: in the cache "limits", a table of the database.

In the same database as everything else, so there is no second server that could fail alone.
"""

from django.conf import settings
from django.core.cache import caches
from django.utils.connection import ConnectionProxy

limits = ConnectionProxy(caches, "limits")


class UsedCodes:
    """Where allauth notes the codes of an app that were used: for as long as they would be accepted again.

    allauth notes them for one period, but takes those of MFA_TOTP_TOLERANCE more before and after it.
    """

    def add(self, key: str, value: str, timeout: int) -> bool:
        return bool(limits.add(key, value, timeout=timeout * (1 + 2 * settings.MFA_TOTP_TOLERANCE)))
