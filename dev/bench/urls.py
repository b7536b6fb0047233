"""The site's own addresses and one that does nothing, as a measure for the others (`manage.py bench`)."""

from importlib import import_module

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello", content_type="text/plain")


urlpatterns = [path("bench/hello/", hello), *import_module(settings.SITE_URLCONF).urlpatterns]  # type: ignore[misc]  # set by the benchmark alone
