"""The language and the time zone of an account: apps that keep them beside something else hear of a change."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction

from accounts.models import User

KEPT_ELSEWHERE = ("language", "time_zone")

Listener = Callable[..., object]
_listeners: list[Listener] = []


def register(listener: Listener) -> Listener:
    """Add what an app does about a change; apps do so when they are ready.

    It is called with the user, and with those of `language` and `time_zone` that have changed, by name.
    """
    _listeners.append(listener)
    return listener


@transaction.atomic
def save(form: forms.ModelForm) -> Any:
    """Save a valid form of an account, and tell the apps what has changed of what they keep. Returns the user."""
    before = User.objects.values(*KEPT_ELSEWHERE).get(pk=form.instance.pk)
    user = form.save()
    changed = {name: getattr(user, name) for name in KEPT_ELSEWHERE if getattr(user, name) != before[name]}
    if changed:
        for listener in _listeners:
            listener(user, **changed)
    return user
