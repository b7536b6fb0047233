"""Under `/<lang>/account/`."""

from allauth.account import urls as allauth_urls
from django.urls import include, path

from accounts import views

urlpatterns = [
    path("", views.home, name="account_home"),
    path("", include(allauth_urls)),
]
