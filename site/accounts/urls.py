"""Under `/<lang>/account/`."""

from django.urls import include, path

from accounts import data_views, views

urlpatterns = [
    path("", views.home, name="account_home"),
    path("settings/", views.preferences, name="account_preferences"),
    path("time-zone/", views.take_zone, name="account_take_zone"),
    path("sessions/<int:pk>/end/", views.end_session, name="account_end_session"),
    path("data/", data_views.data, name="account_data"),
    path("data/copy/", data_views.export, name="account_data_export"),
    path("data/copy/<uuid:pk>/", data_views.download, name="account_data_download"),
    path("data/erase/", data_views.erase, name="account_erase"),
    path("data/keep/", data_views.keep, name="account_keep"),
    path("sessions/", include("allauth.usersessions.urls")),
    # Three of allauth's addresses with more to do; its own views of the same names come after and are never reached.
    path("email/", views.AddressView.as_view(), name="account_email"),
    path("second-factor/webauthn/add/", views.PasskeyView.as_view(), name="mfa_add_webauthn"),
    path(
        "second-factor/webauthn/keys/<int:pk>/remove/",
        views.RemovePasskeyView.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("second-factor/", include("allauth.mfa.urls")),
    path("", include("allauth.account.urls")),
]
