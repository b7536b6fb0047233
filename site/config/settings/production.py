"""For serving people. Everything unsafe or missing is refused at start, all at once, each with a sentence."""

from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http.request import validate_host

from config.settings import server as server  # its problems stand in the list below
from config.settings.base import *
from config.settings.base import BOOKING_ORGANIZER, CACHES
from config.settings.database import database
from config.settings.environment import HOST_NAME, LONGEST_LEASE, SITE_URL, SettingsError, env
from config.settings.mail import DEFAULT_FROM_EMAIL
from config.settings.security import SECURITY_CONTACT

DEBUG = False
# Wagtail would remember the sizes of a picture in each process, also when another one has replaced the file.
CACHES = {**CACHES, "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
PAGE_CACHE = env.flag("PAGE_CACHE", default=True)


def required(name: str, sentence: str) -> str:
    value = env.text(name)
    if not value and name not in env.problems:
        env.problem(name, f"{name} is not set: {sentence}")
    return value


# --- Where the site is ------------------------------------------------------------------------------------------

required("SITE_URL", "the address people type, for example https://attune.example.")
parts = urlsplit(SITE_URL)
host = parts.hostname or ""
is_known = "SITE_URL" not in env.problems
local = is_known and host in {"localhost", "127.0.0.1", "::1"}  # somebody tries it out on their own machine
secure = parts.scheme == "https"
if is_known and not secure and not local:
    env.problem("SITE_URL", "SITE_URL must start with https:// (http:// is allowed for localhost alone).")
names = env.texts("ALLOWED_HOSTS", default=[f"[{host}]" if ":" in host else host])
ALLOWED_HOSTS = [name.lower() for name in names]
if not all(HOST_NAME.fullmatch(name.removeprefix(".")) for name in ALLOWED_HOSTS):
    env.problem(
        "ALLOWED_HOSTS",
        "ALLOWED_HOSTS must be names with commas between them, such as attune.example,www.attune.example: without "
        "https://, ports and *.",
    )
elif is_known and not validate_host(f"[{host}]" if ":" in host else host, ALLOWED_HOSTS):
    env.problem("ALLOWED_HOSTS", "ALLOWED_HOSTS lacks the name in SITE_URL: every page would be refused.")

# --- Secrets ----------------------------------------------------------------------------------------------------


def is_strong(secret: str) -> bool:
    return len(secret) >= 50 and len(set(secret)) >= 10


SECRET_KEY = required("SECRET_KEY", "a random string of 50 characters or more that signs sessions and links.")
CLIENT_KEY_SECRET = required(
    "CLIENT_KEY_SECRET",
    "a second random string of 50 characters or more that encrypts second factors and keys clients’ addresses.",
)
SECRET_KEY_FALLBACKS = env.texts("SECRET_KEY_FALLBACKS")
CLIENT_KEY_SECRET_FALLBACKS = env.texts("CLIENT_KEY_SECRET_FALLBACKS")
for name, value in (("SECRET_KEY", SECRET_KEY), ("CLIENT_KEY_SECRET", CLIENT_KEY_SECRET)):
    if value and not is_strong(value):
        env.problem(name, f"{name} is shorter than 50 characters, or too uniform: make a random, longer one.")
    elif "," in value:
        env.problem(name, f"{name} has a comma in it, so it could never be one of {name}_FALLBACKS.")
for name, former in (
    ("SECRET_KEY_FALLBACKS", SECRET_KEY_FALLBACKS),
    ("CLIENT_KEY_SECRET_FALLBACKS", CLIENT_KEY_SECRET_FALLBACKS),
):
    if not all(map(is_strong, former)):
        env.problem(
            name, f"{name} must be former secrets of 50 characters or more, with commas between them."
        )
if SECRET_KEY and SECRET_KEY in SECRET_KEY_FALLBACKS:
    env.problem(
        "SECRET_KEY_FALLBACKS", "SECRET_KEY_FALLBACKS has the present SECRET_KEY among the former ones."
    )
if CLIENT_KEY_SECRET and CLIENT_KEY_SECRET in CLIENT_KEY_SECRET_FALLBACKS:
    env.problem(
        "CLIENT_KEY_SECRET_FALLBACKS",
        "CLIENT_KEY_SECRET_FALLBACKS has the present CLIENT_KEY_SECRET among the former ones.",
    )
if {SECRET_KEY, *SECRET_KEY_FALLBACKS} & {CLIENT_KEY_SECRET, *CLIENT_KEY_SECRET_FALLBACKS} - {""}:
    env.problem(
        "CLIENT_KEY_SECRET",
        "SECRET_KEY and CLIENT_KEY_SECRET, with their fallbacks, must have nothing in common: make another secret.",
    )

# --- Database, mail and work ------------------------------------------------------------------------------------

if url := required("DATABASE_URL", "postgres://user:password@host:5432/name, PostgreSQL 15 or newer."):
    try:
        DATABASES = {"default": database(url)}
    except SettingsError as error:
        env.problem("DATABASE_URL", str(error))

mail_url = required("EMAIL_URL", "where mail goes out, for example smtp+tls://user:password@host:587.")
if mail_url.startswith("console:") and not local:
    env.problem("EMAIL_URL", "EMAIL_URL=console: prints mail instead of sending it: name a mail server.")


def mailbox(name: str, value: str, sentence: str) -> None:
    """Note a problem if `value` is no e-mail address, or nobody has set it where people are served."""
    if not local:
        required(name, sentence)
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError:
        env.problem(name, f"{name} must be an e-mail address: {sentence}")


mailbox(
    "DEFAULT_FROM_EMAIL",
    DEFAULT_FROM_EMAIL,
    'who sends all mail, for example "Attune <hello@attune.example>".',
)
mailbox(
    "BOOKING_ORGANIZER",
    BOOKING_ORGANIZER,
    "the mailbox that calendar files name as organizer, for example consultations@attune.example.",
)
if "<" in BOOKING_ORGANIZER:
    env.problem("BOOKING_ORGANIZER", "BOOKING_ORGANIZER must be an e-mail address alone, without a name.")
if SECURITY_CONTACT and not SECURITY_CONTACT.startswith(("mailto:", "https://")):
    env.problem(
        "SECURITY_CONTACT",
        "SECURITY_CONTACT must start with mailto: or https://, as security.txt asks for an address.",
    )
# What is in a worker's hands must not be taken from it while it is alive: a message takes up to a minute.
OUTBOX_LEASE = timedelta(seconds=env.number("OUTBOX_LEASE", default=300, least=60, most=LONGEST_LEASE))
TASK_LEASE = timedelta(seconds=env.number("TASK_LEASE", default=900, least=60, most=LONGEST_LEASE))

# --- Behind a proxy, with TLS -----------------------------------------------------------------------------------

CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = secure
behind_proxy = env.flag("BEHIND_PROXY", default=secure)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if behind_proxy else None
# How many proxies add to X-Forwarded-For: the client's address is that many from its end, and what stands before
# it is whatever the client wrote.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number(
    "TRUSTED_PROXY_COUNT", default=1 if behind_proxy else 0, least=0, most=10
)
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

env.refuse()
