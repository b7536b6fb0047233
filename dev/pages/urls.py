"""For development alone, at `/dev/` when DEBUG is on: components, mails, codes of the demo's staff."""

from django.urls import URLPattern, path

from dev.pages import codes, components, mail, mail_templates

urlpatterns: list[URLPattern] = [
    path("components/", components.components, name="dev_components"),
    path("codes/", codes.dev_codes, name="dev_codes"),
    path("mail/", mail.dev_mail, name="dev_mail"),
    path("mail/<uuid:pk>/", mail.dev_mail_message, name="dev_mail_message"),
    path("mail/<uuid:pk>/<int:index>/", mail.dev_mail_part, name="dev_mail_part"),
    path("mails/", mail_templates.dev_mails, name="dev_mails"),
    path("mails/<path:name>/<slug:language>/html/", mail_templates.dev_mails_html, name="dev_mails_html"),
    path("mails/<path:name>/<slug:language>/", mail_templates.dev_mails_one, name="dev_mails_one"),
]
