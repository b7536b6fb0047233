"""For the tests: a real PostgreSQL, mail kept in memory by the outbox's tests alone, nothing weakened but speed."""

from config.postgres import TESTS, embedded_programs, embedded_url
from config.settings.base import *
from config.settings.base import STORAGES
from config.settings.database import database
from config.settings.environment import VAR_DIR, env, for_developers_alone

for_developers_alone()
env.refuse()

SECRET_KEY = "not-a-secret: the tests' own key"  # noqa: S105 - used by tests alone
CLIENT_KEY_SECRET = "not-a-secret: the tests' own client key"  # noqa: S105 - used by tests alone
SECURITY_CONTACT = "mailto:security@attune.example"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
# A server of their own, beside that of the demo, which needn't be safe from power cuts.
URL = env.text("DATABASE_URL") or embedded_url(VAR_DIR / TESTS, durable=False)
DATABASES = {"default": database(URL)}
DATABASES["default"]["OPTIONS"].pop(
    "pool"
)  # the test database is dropped at the end: no connection may linger
POSTGRES_PROGRAMS = embedded_programs()
MEDIA_ROOT = (
    VAR_DIR / "test-media"
)  # each of parallel processes has a folder of its own there (tests/conftest.py)
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True  # look for files when asked; nothing has been collected
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # http://localhost
