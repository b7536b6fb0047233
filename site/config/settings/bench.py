"""For `manage.py bench --cms`: the site as in production, in six languages, on the database that DATABASE_URL names."""

from typing import Any

from config.settings.base import *
from config.settings.base import LANGUAGES as FOUR_LANGUAGES
from config.settings.database import database
from config.settings.environment import env, for_developers_alone
from core.logs import logging_settings

for_developers_alone()
env.refuse()

SECRET_KEY = CLIENT_KEY_SECRET = "not-a-secret: the benchmark's own key"  # noqa: S105 - used by it alone
ALLOWED_HOSTS = ["localhost"]
DATABASES = {"default": database(env.text("DATABASE_URL"))}
MORE_LANGUAGES: list[Any] = [("fr", "French"), ("pl", "Polish")]
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [*FOUR_LANGUAGES, *MORE_LANGUAGES]
# Nothing has been collected; the names of files cost both sides the same.
STORAGES = {
    "default": {"BACKEND": "core.media_files.MediaStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Every line is made as in production, and goes nowhere.
LOGGING = logging_settings(json=True)
LOGGING["handlers"]["console"] |= {"class": "logging.FileHandler", "filename": "/dev/null"}
