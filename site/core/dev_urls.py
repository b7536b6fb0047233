"""Pages for development only: components alone, sent mail, codes of the demo's staff. At `/dev/` when DEBUG is on."""

from django.urls import URLPattern, path

from core import dev_views, dev_views_codes, dev_views_components

urlpatterns: list[URLPattern] = [
    path("components/", dev_views_components.components, name="dev_components"),
    path("codes/", dev_views_codes.dev_codes, name="dev_codes"),
    path("mail/", dev_views.dev_mail, name="dev_mail"),
    path("mail/<uuid:pk>/", dev_views.dev_mail_message, name="dev_mail_message"),
    path("mail/<uuid:pk>/<int:index>/", dev_views.dev_mail_part, name="dev_mail_part"),
]
