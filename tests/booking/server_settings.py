"""The tests' settings for a site of its own (tests/booking/test_kills.py): a proxy and a pool, as in production."""

from config.settings.database import database
from config.settings.environment import env
from config.settings.test import *  # noqa: F403 - settings build on settings

ALLAUTH_TRUSTED_PROXY_COUNT = 1
DATABASES = {"default": database(env.text("DATABASE_URL"))}
