"""For serving people. Everything unsafe or missing is refused at start, all at once, each with a sentence."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *
from config.settings.base import CACHES
from config.settings.database import database
from config.settings.environment import SITE_URL, env
from config.settings.security import SECURITY_CONTACT

DEBUG = False
# Wagtail would remember the sizes of a picture in each process, also when another one has replaced the file.
CACHES = {**CACHES, "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
PAGE_CACHE = env.bool("PAGE_CACHE", default=True)
problems: list[str] = []


def required(name: str, sentence: str) -> str:
    value = env.str(name, default="")
    if not value:
        problems.append(f"{name} is not set: {sentence}")
    return value


SECRET_KEY = required("SECRET_KEY", "a random string of 50 characters or more that signs sessions and links.")
if SECRET_KEY and len(SECRET_KEY) < 50:
    problems.append("SECRET_KEY is shorter than 50 characters: make a longer one.")
CLIENT_KEY_SECRET = required(
    "CLIENT_KEY_SECRET", "a second random string; it keys clients' addresses and must never change."
)
if CLIENT_KEY_SECRET and len(CLIENT_KEY_SECRET) < 50:
    problems.append("CLIENT_KEY_SECRET is shorter than 50 characters: make a longer one.")
database_url = required("DATABASE_URL", "postgres://user:password@host:5432/name, PostgreSQL 15 or newer.")
required("SITE_URL", "the address people type, for example https://attune.example.")
required("EMAIL_URL", "where mail goes out, for example smtp+tls://user:password@host:587.")

parts = urlsplit(SITE_URL)
local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
if parts.scheme != "https" and not local:
    problems.append("SITE_URL must start with https:// (http:// is allowed for localhost alone).")
secure = parts.scheme == "https"
if SECURITY_CONTACT and not SECURITY_CONTACT.startswith(("mailto:", "https://")):
    problems.append(
        "SECURITY_CONTACT must start with mailto: or https://, as security.txt asks for an address."
    )

if problems:
    raise ImproperlyConfigured("Attune does not start until this is mended:\n- " + "\n- ".join(problems))

DATABASES = {"default": database(database_url)}
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[parts.hostname or ""])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = secure
behind_proxy = env.bool("BEHIND_PROXY", default=secure)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if behind_proxy else None
# How many proxies add to X-Forwarded-For: the client's address is that many from its end, and what stands before
# it is whatever the client wrote.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if behind_proxy else 0)
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)/$"]  # a balancer asks them without TLS
SECURE_HSTS_SECONDS = 63_072_000 if secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = secure
SECURE_HSTS_PRELOAD = secure
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = secure
if secure:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
# X_FRAME_OPTIONS is SAMEORIGIN for the CMS's previews; frame-ancestors in the public policy forbids all framing.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
