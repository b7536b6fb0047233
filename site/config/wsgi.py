"""The WSGI application: `gunicorn --pythonpath site config.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from core.frames import with_room
from core.logs import log_uncaught
from core.requests import only_readable

os.environ["DJANGO_SETTINGS_MODULE"] = (
    os.environ.get("DJANGO_SETTINGS_MODULE") or "config.settings.production"
)

django = get_wsgi_application()

from core.page_cache.process import start_if_wanted  # noqa: E402 - needs Django's apps
from core.page_cache.wsgi import PageCache  # noqa: E402

application = only_readable(PageCache(with_room(django)))
log_uncaught()
start_if_wanted()
