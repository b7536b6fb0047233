"""Under `/<lang>/account/`."""

from allauth.account import urls as allauth_urls
from django.urls import include, path

urlpatterns = [path("", include(allauth_urls))]
