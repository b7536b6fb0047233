"""Under `/<lang>/`."""

from django.urls import URLPattern, URLResolver, include, path

from directory.views import availability, joining, lifecycle, reporting, steps

PROFILE: list[URLPattern | URLResolver] = [
    path("", lifecycle.profile, name="specialist_profile"),
    path("about/", steps.about, name="specialist_profile_about"),
    path("credentials/", steps.credentials, name="specialist_profile_credentials"),
    path("work/", steps.work, name="specialist_profile_work"),
    path("prices/", steps.prices, name="specialist_profile_prices"),
    path("texts/", steps.texts, name="specialist_profile_texts"),
    path("texts/<str:language>/", steps.text, name="specialist_profile_text"),
    path("texts/<str:language>/remove/", steps.remove_text, name="specialist_profile_remove_text"),
    path("contact/", steps.contact, name="specialist_profile_contact"),
    path("consultation/", steps.consultation, name="specialist_profile_consultation"),
    path("preview/", steps.preview, name="specialist_profile_preview"),
    path("submit/", lifecycle.submit, name="specialist_profile_submit"),
    path("withdraw/", lifecycle.withdraw, name="specialist_profile_withdraw"),
]

OWN: list[URLPattern | URLResolver] = [
    path("", lifecycle.dashboard, name="specialist_dashboard"),
    path("profile/", include(PROFILE)),
    path("accepting/", lifecycle.accepting, name="specialist_accepting"),
    path("pause/", lifecycle.pause, name="specialist_pause_profile"),
    path("resume/", lifecycle.resume, name="specialist_resume_profile"),
    path("leave/", lifecycle.leave, name="specialist_leave"),
]

urlpatterns = [
    path("availability/<str:token>/", availability.confirm, name="specialist_available"),
    path("specialists/<slug:slug>/report/", reporting.report, name="specialist_report"),
    path("specialists/<slug:slug>/report/sent/", reporting.sent, name="specialist_report_sent"),
    path("specialists/join/", joining.join, name="specialist_join"),
    path("account/specialist/", include(OWN)),
]
