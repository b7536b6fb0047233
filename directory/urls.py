"""Under `/<lang>/`."""

from django.urls import path

from directory.views import availability

urlpatterns = [
    path("specialists/available/<str:token>/", availability.confirm, name="specialist_available"),
]
