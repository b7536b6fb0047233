"""The tests' settings behind one proxy, for servers of their own (tests/accounts/test_limits.py)."""

import os

from config.settings.test import *  # noqa: F403 - settings build on settings
from config.settings.test import CACHES

ALLAUTH_TRUSTED_PROXY_COUNT = 1
if os.environ.get("LIMITS_IN_EACH_PROCESS"):  # what must not be: the control of the test
    CACHES = {**CACHES, "limits": {"BACKEND": "tests.accounts.local_counters.LocalCounters"}}
