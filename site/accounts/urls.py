"""Under `/<lang>/account/`."""

from django.urls import include, path

from accounts import data_views, views

urlpatterns = [
    path("", views.home, name="account_home"),
    path("settings/", views.preferences, name="account_preferences"),
    path("data/", data_views.data, name="account_data"),
    path("data/copy/", data_views.export, name="account_data_export"),
    path("data/copy/<uuid:pk>/", data_views.download, name="account_data_download"),
    path("data/erase/", data_views.erase, name="account_erase"),
    path("data/keep/", data_views.keep, name="account_keep"),
    path("sessions/", include("allauth.usersessions.urls")),
    path("second-factor/", include("allauth.mfa.urls")),
    path("", include("allauth.account.urls")),
]
