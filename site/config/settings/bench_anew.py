"""Production's settings for the benchmark's reference: a site that renders everything anew and remembers nothing."""

from config.settings.production import *
from config.settings.production import CACHES

CACHES = {**CACHES, "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
