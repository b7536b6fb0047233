"""Under `/<lang>/account/`."""

from django.urls import include, path

from accounts import views

urlpatterns = [
    path("", views.home, name="account_home"),
    path("settings/", views.preferences, name="account_preferences"),
    path("time-zone/", views.take_zone, name="account_take_zone"),
    path("sessions/<int:pk>/end/", views.end_session, name="account_end_session"),
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
