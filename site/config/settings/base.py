"""What every environment shares: safe as it stands, weakened only in `development` and `test`."""

import logging
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from config.settings.accounts import *
from config.settings.cms import *
from config.settings.database import *
from config.settings.environment import *
from config.settings.environment import BASE_DIR, LONGEST_LEASE, VAR_DIR, env, plain_address
from config.settings.mail import *
from config.settings.security import *
from core.logs import logging_settings

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
    "core.middleware.RevalidationMiddleware",
    "core.middleware.PolicyMiddleware",
    "core.speculation.SpeculationMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.log_in_queue.LogInQueueMiddleware",
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
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["core.template_loader.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
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

# --- Files ------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_MANIFEST_FOLDER = BASE_DIR / "var"  # in the release, whose names these are (core.static_files)
STATICFILES_DIRS = [BASE_DIR / "site" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "core.media_files.MediaStorage"},
    "staticfiles": {
        "BACKEND": "core.static_files.StaticFilesStorage",
        "OPTIONS": {"manifest_folder": str(STATIC_MANIFEST_FOLDER)},
    },
}

# --- Tasks and cache --------------------------------------------------------------------------------------------

# A worker that dies leaves the task in its hands to the others after so many seconds.
TASK_LEASE = timedelta(seconds=env.number("TASK_LEASE", default=900, least=0, most=LONGEST_LEASE))
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "TIMEOUT": 30,  # seconds: each process has its own, and hears of no change that another one makes
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    # What is counted must be counted by all processes together, and must not fail with a server of its own.
    "limits": {
        "BACKEND": "core.counters.Counters",
        "LOCATION": "accounts_limits",  # what has expired goes by the hour (accounts.periodic)
    },
}

# Whole pages that are the same for everybody, kept by each process and exact (core.page_cache).
PAGE_CACHE = env.flag("PAGE_CACHE", default=False)
PAGE_CACHE_SIZE = env.number("PAGE_CACHE_MB", default=64, least=1) * 1_000_000  # of each process
PAGE_FILES = env.folder("PAGE_FILES")  # a folder for nginx; without one there are no files
# A cache between nginx and the readers that takes PURGE requests: told of each page that is published or taken back.
FRONTEND_CACHE = env.text("FRONTEND_CACHE").rstrip("/")
if FRONTEND_CACHE and not plain_address(FRONTEND_CACHE):
    env.problem(
        "FRONTEND_CACHE",
        "FRONTEND_CACHE must be an address with nothing after it, such as http://10.0.0.5:6081.",
    )
elif FRONTEND_CACHE:
    INSTALLED_APPS.append("wagtail.contrib.frontend_cache")
    WAGTAILFRONTENDCACHE = {
        "default": {
            "BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend",
            "LOCATION": FRONTEND_CACHE,
        }
    }
PAGE_CACHE_HARMLESS_COOKIES = ["known_device"]  # is read where somebody logs in alone (accounts.devices)

# --- Logs -------------------------------------------------------------------------------------------------------

LOGGING = logging_settings(json=True)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = ""  # naming the reader would also cost a query on every request
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
# Both would be whatever the reader's browser sends.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = False
DJANGO_STRUCTLOG_TRUST_UPSTREAM_CORRELATION_ID = False

# --- Looking after it -------------------------------------------------------------------------------------------

BACKUP_DIR = env.folder(
    "BACKUP_DIR", default="/var/backups/attune"
)  # `manage.py backup`; doctor says how old they are
ENVIRONMENT_FILE = "/etc/attune/env"  # of units and commands; doctor says who may read it
POSTGRES_PROGRAMS = ""  # a folder with pg_dump and pg_restore, before those of the machine

# The demo's accounts have a password that everybody knows: outside development they are added on purpose alone.
DEMO_ALLOWED = env.flag("DEMO_ALLOWED", default=False)

# --- Directory --------------------------------------------------------------------------------------------------

DIRECTORY_CURRENCY = "EUR"  # prices in others can't be compared with it, and come last in the order of prices
DIRECTORY_RECHECK = timedelta(days=365)  # after a check; then a moderator looks the specialist up again
PROFILE_REPORTS_KEPT = timedelta(days=365)  # after they were closed; then they are erased
# Superusers do no daily work (accounts.roles): what is submitted is for those who check it.
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False

# --- Booking ----------------------------------------------------------------------------------------------------

BOOKING_HOLD = timedelta(minutes=15)
BOOKINGS_A_WEEK = 5  # of one client, with whomever
BOOKING_KEPT = timedelta(days=365)  # after its end; then a booking is erased with all that belongs to it
# The mailbox that calendar files name as their organizer; answers of calendars arrive there.
BOOKING_ORGANIZER = env.text("BOOKING_ORGANIZER", default="consultations@attune.example")
CLIENT_KEY_SECRET = ""  # set by each environment; what it is for stands in core.secret_keys
CLIENT_KEY_SECRET_FALLBACKS: list[str] = []
