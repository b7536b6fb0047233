"""Pages for development only: components alone, mail that was sent. Mounted at `/dev/` when DEBUG is on."""

from django.urls import URLPattern, path

from core import dev_views_components

urlpatterns: list[URLPattern] = [
    path("components/", dev_views_components.components, name="dev_components"),
]
