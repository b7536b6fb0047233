"""For a person's own machine and `make demo`: the embedded database unless DATABASE_URL is set, DEBUG on."""

import secrets

from config.postgres import embedded_programs, embedded_url
from config.settings.base import *
from config.settings.base import STORAGES
from config.settings.database import database
from config.settings.environment import VAR_DIR, env, for_developers_alone
from core.logs import logging_settings

for_developers_alone()
env.refuse()


def local_secret(name: str) -> str:
    """A random secret of this checkout's own, made on first use and kept in `var/`."""
    path = VAR_DIR / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


DEBUG = True
SECRET_KEY = local_secret("secret-key")
CLIENT_KEY_SECRET = local_secret("client-key-secret")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
INTERNAL_IPS = ["127.0.0.1"]
DATABASES = {"default": database(env.text("DATABASE_URL") or embedded_url(VAR_DIR))}

POSTGRES_PROGRAMS = embedded_programs()

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

OUTBOX_KEEPS_BODIES = True  # /dev/mail/ shows them
LOGGING = logging_settings(json=False)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # http://localhost
