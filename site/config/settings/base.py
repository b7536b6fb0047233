"""What every environment shares: safe as it stands, weakened only in `development` and `test`."""

import logging
import zoneinfo
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env

from core.logs import logging_settings

# The operating system's time-zone data differ from the pinned `tzdata` package in a dozen zones: read only the latter.
zoneinfo.reset_tzpath(to=[])

BASE_DIR = Path(__file__).resolve().parents[3]
env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

# Where everything that is made while running lives: database, media, compiled static files. Never in the repository.
VAR_DIR = Path(env.str("ATTUNE_VAR_DIR", default=str(BASE_DIR / "var")))

# --- Applications -----------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "core",
    "translation",
    "moderation",
    "accounts",
    "home",
    "articles",
    "directory",
    "booking",
    "dev",
    # wagtail-localize takes over the copy-for-translation screens, so it stands before wagtail
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.contrib.forms",
    "wagtail.contrib.routable_page",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.cms.PeopleConfig",  # wagtail.users with our screens
    "wagtail.snippets",
    "wagtail.documents",  # closed (accounts.cms_urls): wagtail-localize can't be without
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "pgtrigger",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_structlog",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "core.requests.ReadableRequestMiddleware",
    "core.middleware.UnavailableMiddleware",
    "core.middleware.PolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "core.middleware.CmsInputMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SessionLimitMiddleware",
    "accounts.middleware.KnownDeviceMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "core.danger.asking.DangerMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "core.templatetags.components",
            ],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------------------------


def database(url: str) -> dict[str, Any]:
    """Django's settings for the database at a `postgres://` URL, with psycopg's connection pool."""
    parsed: dict[str, Any] = dict(dj_database_url.parse(url))
    if parsed["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(
            "DATABASE_URL must be a postgres:// URL: the project needs PostgreSQL 15 or newer."
        )
    parsed["CONN_MAX_AGE"] = 0
    parsed["CONN_HEALTH_CHECKS"] = (
        True  # after a restart of PostgreSQL the pool hands out no dead connections
    )
    options = parsed.get("OPTIONS", {})
    parsed["HOST"] = options.pop("host", parsed["HOST"])  # a socket's folder; `dbshell` looks for it here
    parsed["PORT"] = options.pop("port", parsed["PORT"])
    parsed["OPTIONS"] = {
        **options,
        # Each thread has a connection. Where there are fewer, or no database, a few wait for one and the others hear
        # at once that they must try again.
        "pool": {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL_SIZE", default=10),
            "timeout": 2,  # seconds
            "max_waiting": 4,
        },
        # jit costs 70 ms on the short queries of this site and never pays, and starting parallel workers takes
        # longer than they save (docs/performance.md). Names with two letters swapped are alike by a half.
        "options": "-c jit=off -c max_parallel_workers_per_gather=0 -c statement_timeout=30000 -c lock_timeout=2000 "
        "-c pg_trgm.word_similarity_threshold=0.5",
    }
    return parsed


DATABASES: dict[str, dict[str, Any]] = {}  # set by each environment

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People -----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["accounts.hashers.OwaspArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.MaximumLengthValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "display_name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.BreachedPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_home"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.entrance.LogInForm",
    "signup": "accounts.forms.entrance.SignUpForm",
    "request_login_code": "accounts.forms.entrance.RequestCodeForm",
    "confirm_login_code": "accounts.forms.entrance.ConfirmCodeForm",
    "confirm_email_verification_code": "accounts.forms.entrance.ConfirmAddressForm",
    "reset_password": "accounts.forms.entrance.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.entrance.NewPasswordForm",
    "reauthenticate": "accounts.forms.entrance.ShowPasswordAgainForm",
    "add_email": "accounts.forms.settings.AddressForm",
    "change_password": "accounts.forms.settings.OtherPasswordForm",
    "set_password": "accounts.forms.settings.NewPasswordForm",
}
# Codes instead of links: nothing to click in a mail, and people stay where they were, with what they had typed.
ALLAUTH_USER_CODE_FORMAT = {
    "numeric": True,
    "length": 8,
    "dashed": False,
}  # six can be guessed at by the thousand
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60  # seconds
ACCOUNT_CHANGE_EMAIL = True  # one address; the old one goes when the new one is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds
# Counted in the cache "limits", so for all processes together. Per `key` is per account, whichever the door.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key",
    "reauthenticate": "5/5m/user",
    "change_password": "5/5m/user",
    "reset_password": "20/m/ip,5/h/key",
    "request_login_code": "20/m/ip,6/15m/key",
    "unsolicited_mail": "10/h/key",  # ours: mails that anybody can cause, by kind and address (accounts.emails)
}
ALLAUTH_TRUSTED_PROXY_COUNT = 0  # production sets it
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.entrance.SecondFactorForm",
    "reauthenticate": "accounts.forms.entrance.ShowSecondFactorAgainForm",
    "activate_totp": "accounts.forms.settings.AppForm",
    "login_webauthn": "accounts.forms.passkeys.LoginForm",
    "authenticate_webauthn": "accounts.forms.passkeys.AuthenticateForm",
    "reauthenticate_webauthn": "accounts.forms.passkeys.ReauthenticateForm",
    "add_webauthn": "accounts.forms.settings.PasskeyForm",
    "edit_webauthn": "accounts.forms.settings.PasskeyNameForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Attune"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: telephones' clocks differ
# How long people stay logged in (accounts.sessions). Clients stay for the browser's session, and 12 h at most without
# use; when they ask to be kept logged in, for CLIENT_SESSION.
UNCONFIRMED_KEPT = timedelta(days=30)  # accounts whose address nobody confirmed
STAFF_IDLE = timedelta(minutes=30)
STAFF_SESSION = timedelta(hours=12)
CLIENT_SESSION = timedelta(days=30)
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # by whichever way they came in: the computer may be somebody else's
ACCOUNT_SESSION_COOKIE_AGE = int(CLIENT_SESSION.total_seconds())
ERASURE_GRACE = timedelta(days=14)  # how long somebody who asked to be erased can still change their mind
EXPORT_KEPT = timedelta(hours=24)  # how long the link to somebody's data works

# --- Languages and time -----------------------------------------------------------------------------------------

USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("uk", _("Ukrainian")), ("de", _("German")), ("ar", _("Arabic"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "site" / "locale"]
FORMAT_MODULE_PATH = ["core.i18n.formats"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- Wagtail ----------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Attune"
WAGTAILIMAGES_IMAGE_MODEL = "core.Picture"
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_BASE_URL = env.str("SITE_URL", default=f"http://localhost:{env.int('PORT', 8000)}").rstrip("/")
SITE_URL = WAGTAILADMIN_BASE_URL
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
WAGTAILADMIN_LOGIN_URL = "cms_login"
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False  # an address is changed in the account, where it is confirmed first
# No passwords for single pages and collections: whoever may read more than others has an account.
WAGTAIL_PRIVATE_PAGE_OPTIONS = WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "core.approval.publish_approved"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "core.rich_text.RichTextArea"}}
WAGTAILIMAGES_IMAGE_FORM_BASE = "core.picture_forms.PictureForm"
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 25_000_000
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_FORMAT_CONVERSIONS = {"png": "webp", "jpeg": "webp", "webp": "webp"}
WAGTAILEMBEDS_FINDERS = [{"class": "wagtail.embeds.finders.oembed"}]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
# A translation never publishes itself: translators hand over, the publish guard decides (docs/decisions).
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAILLOCALIZE_DISABLE_ON_DELETE = True

# --- Security ---------------------------------------------------------------------------------------------------

SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")  # mailto: or https:, for /.well-known/security.txt
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = (
    "SAMEORIGIN"  # the CMS frames its own previews; the public policy says frame-ancestors 'none'
)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
# The only foreign pages that may ever be framed, and only after a press (core.blocks.EmbedBlock).
EMBED_ORIGINS = ["https://www.youtube-nocookie.com", "https://player.vimeo.com"]
PUBLIC_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "frame-src": EMBED_ORIGINS,
    "form-action": [SELF],
    "manifest-src": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
}
# Of a page that the CMS shows while it is edited.
PREVIEW_POLICY = {**PUBLIC_POLICY, "frame-ancestors": [SELF]}
# The CMS's own templates carry inline scripts and styles (wagtail issue 1288), so /cms/ has a policy of its own.
CMS_POLICY = {
    **PUBLIC_POLICY,
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": PUBLIC_POLICY}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "camera",
        "geolocation",
        "microphone",
        "payment",
        "usb",
        "display-capture",
        "browsing-topics",
    )
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a StreamField page of an editor has thousands

# --- Files ------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "site" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.static_files.StaticFilesStorage"},
}

# --- Mail, tasks, cache -----------------------------------------------------------------------------------------

EMAIL_BACKEND = "core.mail.outbox.OutboxBackend"  # every mail is a row first; the worker sends it
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Attune <hello@attune.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL


def outgoing_mail(url: str) -> tuple[str, dict[str, Any]]:
    """The backend that takes mail out of the outbox, and its options, for an EMAIL_URL."""
    parts = urlsplit(url)
    if parts.scheme == "console":
        return "core.mail.outbox.ConsoleBackend", {}
    ports = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
    if parts.scheme not in ports or not parts.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL must be smtp://, smtp+tls:// or smtp+ssl://user:password@host:port, or console:"
        )
    return "django.core.mail.backends.smtp.EmailBackend", {
        "host": parts.hostname,
        "port": parts.port or ports[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtp+ssl",
        "timeout": 15,  # seconds for each step of the conversation; far less than the lease below
    }


OUTBOX_BACKEND, OUTBOX_OPTIONS = outgoing_mail(env.str("EMAIL_URL", default="console:"))
# A worker that dies leaves the message or task in its hands to the others after so many seconds.
OUTBOX_LEASE = timedelta(seconds=env.int("OUTBOX_LEASE", default=300))
TASK_LEASE = timedelta(seconds=env.int("TASK_LEASE", default=900))
OUTBOX_LAG = timedelta(minutes=5)  # due for longer: /readyz/ says so
OUTBOX_KEEP = timedelta(days=30)  # after it was sent or given up: to whom, when, and the subject
OUTBOX_FAILED_KEPT = timedelta(days=1)  # the body of what was given up; that of what was sent goes at once
OUTBOX_KEEPS_BODIES = False
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},  # picture renditions are remembered here too
    },
    # What is counted must be counted by all processes together, and must not fail with a server of its own.
    "limits": {
        "BACKEND": "core.counters.Counters",
        "LOCATION": "accounts_limits",  # what has expired goes by the hour (accounts.periodic)
    },
}

# --- Logs -------------------------------------------------------------------------------------------------------

LOGGING = logging_settings(json=True)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = ""  # naming the reader would also cost a query on every request
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
# Both would be whatever the reader's browser sends.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = False
DJANGO_STRUCTLOG_TRUST_UPSTREAM_CORRELATION_ID = False

# The demo's accounts have a password that everybody knows: outside development they are added on purpose alone.
DEMO_ALLOWED = env.bool("DEMO_ALLOWED", default=False)

# --- Directory --------------------------------------------------------------------------------------------------

DIRECTORY_RECHECK = timedelta(days=365)  # after a check; then a moderator looks the specialist up again
PROFILE_REPORTS_KEPT = timedelta(days=365)  # after they were closed; then they are erased
# Superusers do no daily work (accounts.roles): what is submitted is for those who check it.
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False

# --- Booking ----------------------------------------------------------------------------------------------------

DIRECTORY_CURRENCY = "EUR"  # prices in others can't be compared with it, and come last in the order of prices

BOOKING_HOLD = timedelta(minutes=15)
BOOKINGS_A_WEEK = 5  # of one client, with whomever
BOOKING_KEPT = timedelta(days=365)  # after its end; then a booking is erased with all that belongs to it
# The mailbox that calendar files name as their organizer; answers of calendars arrive there.
BOOKING_ORGANIZER = env.str("BOOKING_ORGANIZER", default="consultations@attune.example")
CLIENT_KEY_SECRET = ""  # set by each environment; keys the HMAC of client addresses
