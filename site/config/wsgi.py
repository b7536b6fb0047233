"""The WSGI application: `gunicorn --pythonpath site config.wsgi`."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application

from core.logs import log_uncaught
from core.requests import is_readable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")


def only_readable(application: "WSGIApplication") -> "WSGIApplication":
    """`application`, which never hears of requests for other hosts, nor of those that can't be read."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if is_readable(environ):
            return application(environ, start_response)
        start_response("400 Bad Request", [("Content-Type", "text/plain"), ("Content-Length", "12")])
        return [b"Bad request\n"]

    return answer


application = only_readable(get_wsgi_application())
log_uncaught()
