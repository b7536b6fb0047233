"""Shared by tests: what test_checking.py and others lean on."""

import re
from typing import Any

from django import forms
from django.test import Client
from django.urls import reverse

from directory.models import Specialist


def opened(client: Client, specialist: Specialist) -> dict[str, Any]:
    """What a browser would send if nothing were changed in the form: every input of the page that is filled in."""
    response = client.get(reverse("specialists:edit", args=[specialist.pk]))
    form, content = response.context["form"], response.content.decode()
    data: dict[str, Any] = {}
    for bound in form:
        if isinstance(bound.field, forms.FileField):
            continue
        hidden = bound.as_hidden(only_initial=True)
        assert hidden in content
        shown = re.findall(r'value="([^"]*)"', hidden)
        data[bound.html_initial_name] = shown
        value = bound.value()
        if value not in (None, "", False):
            data[bound.html_name] = value
    return data


def save(client: Client, specialist: Specialist, data: dict[str, Any]) -> Any:
    return client.post(reverse("specialists:edit", args=[specialist.pk]), data)
