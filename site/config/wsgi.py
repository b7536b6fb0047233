"""The WSGI application: `gunicorn --pythonpath site config.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from core.logs import log_uncaught
from core.requests import only_readable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = only_readable(get_wsgi_application())
log_uncaught()
