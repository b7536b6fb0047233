"""Pages for development only: components alone, mail that was sent. Mounted at `/dev/` when DEBUG is on."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
