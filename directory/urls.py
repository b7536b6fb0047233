"""Under `/<lang>/`."""

from django.urls import path

from directory.views import availability, reporting

urlpatterns = [
    path("availability/<str:token>/", availability.confirm, name="specialist_available"),
    path("specialists/<slug:slug>/report/", reporting.report, name="specialist_report"),
    path("specialists/<slug:slug>/report/sent/", reporting.sent, name="specialist_report_sent"),
]
