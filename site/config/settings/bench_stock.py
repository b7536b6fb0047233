"""Wagtail as its own template for new projects sets it up, on the same database, with the same models.

Of ours there are the models alone (dev.bench.cms.stock): no hooks, signals, middleware, addresses or settings, and no
method that does more than Wagtail's. STOCK_LOCALIZE=1 adds wagtail-localize as it is. What both sides have, so that it
doesn't count: the database's settings, languages, search in the database, and tasks left to the worker.
"""

import os

from config.settings import bench

KEPT = [
    "ALLOWED_HOSTS",
    "AUTH_USER_MODEL",
    "BASE_DIR",
    "CACHES",
    "DATABASES",
    "DEFAULT_AUTO_FIELD",
    "LANGUAGE_CODE",
    "LANGUAGES",
    "MEDIA_ROOT",
    "MEDIA_URL",
    "SECRET_KEY",
    "STATIC_URL",
    "STORAGES",
    "TASKS",
    "TIME_ZONE",
    "USE_I18N",
    "USE_TZ",
    "WAGTAIL_CONTENT_LANGUAGES",
    "WAGTAIL_I18N_ENABLED",
    "WAGTAIL_SITE_NAME",
    "WAGTAILADMIN_BASE_URL",
    "WAGTAILIMAGES_IMAGE_MODEL",
    "WAGTAILSEARCH_BACKENDS",
]
globals().update({name: getattr(bench, name) for name in KEPT})

APPS = "dev.bench.cms.stock.apps"
OF_OURS = [
    f"{APPS}.{name}Models"
    for name in ("Core", "Moderation", "Accounts", "Home", "Articles", "Directory", "Booking")
]
WITH_LOCALIZE = os.environ.get("STOCK_LOCALIZE") == "1"
INSTALLED_APPS = [
    f"{APPS}.Undone",  # before anything looks for hooks
    *OF_OURS,
    *(["wagtail_localize", "wagtail_localize.locales"] if WITH_LOCALIZE else []),
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "pgtrigger",
    "django.contrib.postgres",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # What the models of ours import, with nothing but tables.
    *([] if WITH_LOCALIZE else [f"{APPS}.LocalizeModels"]),
    *(f"{APPS}.{name}Models" for name in ("Allauth", "Factor", "Session")),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
ROOT_URLCONF = "dev.bench.cms.stock.urls"
