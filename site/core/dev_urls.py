"""For development alone, at `/dev/` when DEBUG is on: components, mails, codes of the demo's staff."""

from django.urls import URLPattern, path

from core import dev_views, dev_views_codes, dev_views_components, dev_views_mails

urlpatterns: list[URLPattern] = [
    path("components/", dev_views_components.components, name="dev_components"),
    path("codes/", dev_views_codes.dev_codes, name="dev_codes"),
    path("mail/", dev_views.dev_mail, name="dev_mail"),
    path("mail/<uuid:pk>/", dev_views.dev_mail_message, name="dev_mail_message"),
    path("mail/<uuid:pk>/<int:index>/", dev_views.dev_mail_part, name="dev_mail_part"),
    path("mails/", dev_views_mails.dev_mails, name="dev_mails"),
    path("mails/<path:name>/<slug:language>/html/", dev_views_mails.dev_mails_html, name="dev_mails_html"),
    path("mails/<path:name>/<slug:language>/", dev_views_mails.dev_mails_one, name="dev_mails_one"),
]
