"""Mails in our look: a subject, a text and an HTML body from three templates, in one language."""

from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from core.names import in_mail

# Styles stand in one sheet (`emails/mail.css`) and go out as style attributes. Nothing is fetched from anywhere.
INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


def frame(language: str) -> dict[str, Any]:
    """What `emails/base.html` and `emails/foot.txt` say in every mail. `language` is the active one."""
    return {
        "site_url": settings.SITE_URL,
        "help_url": f"{settings.SITE_URL}/{language}/help-now/",
        "language": language,
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
    }


def compose(template: str, *, to: str, language: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """The mail whose parts are `<template>.subject.txt`, `.txt` and `.html`, in `language`. Nothing is sent.

    Subjects are one line, and the HTML's title too. Addresses in `context` are made by the caller, in the same
    language.
    """
    with translation.override(language):
        context = {**frame(language), **context}
        if context.get("name"):
            context["name"] = in_mail(context["name"])
        context["subject"] = " ".join(render_to_string(f"{template}.subject.txt", context).split())
        message = EmailMultiAlternatives(
            subject=context["subject"],
            body=render_to_string(f"{template}.txt", context).strip() + "\n",
            to=[to],
        )
        html = INLINER.inline(render_to_string(f"{template}.html", context).strip())
        message.attach_alternative(html, "text/html")
    return message
