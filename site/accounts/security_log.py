"""What accounts tell the security log (`core.security`)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import signals as account
from allauth.core.internal import ratelimit
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth
from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.http import HttpRequest
from wagtail.admin import auth as cms
from wagtail.log_actions import get_active_log_context
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from accounts.models import User
from core import security
from core.mail.addresses import canonical_address

RIGHTS = ("is_active", "is_superuser")
CHANGES = {"post_add": "added", "post_remove": "removed", "post_clear": "cleared"}


def _says(event: str) -> Callable[..., None]:
    """A receiver of a signal of allauth's that notes `event` about its user."""

    def receive(user: User | None = None, authenticator: Any = None, **_kwargs: Any) -> None:
        kind = {"kind": authenticator.type} if authenticator is not None else {}
        security.note(event, about=user, **kind)

    return receive


def _acting() -> Any:
    """Who is at work in the CMS, if anybody."""
    return getattr(get_active_log_context(), "user", None)


def log_in_failed(credentials: dict[str, Any], **_kwargs: Any) -> None:
    typed = credentials.get("email") or credentials.get("username") or ""
    security.note("log-in failed", about=canonical_address(str(typed)) or None)


def groups_changed(instance: Any, action: str, reverse: bool, pk_set: Any, **_kwargs: Any) -> None:
    """Somebody's groups, from either end."""
    if action not in CHANGES:
        return
    if reverse:  # group.user_set
        for user in User.objects.filter(pk__in=pk_set or []):
            security.note(
                "role changed", about=user, by=_acting(), change=CHANGES[action], groups=[instance.pk]
            )
        return
    groups = sorted(Group.objects.filter(pk__in=pk_set or []).values_list("name", flat=True))
    security.note("role changed", about=instance, by=_acting(), change=CHANGES[action], groups=groups)


def rights_changed(instance: Any, action: str, reverse: bool, pk_set: Any, **_kwargs: Any) -> None:
    """Rights of a group or of somebody alone."""
    if action in CHANGES and not reverse:
        whose = (
            {"group": instance.name}
            if isinstance(instance, Group)
            else {"whose": security.pseudonym(instance)}
        )
        security.note(
            "rights changed", by=_acting(), change=CHANGES[action], rights=sorted(pk_set or []), **whose
        )


def trees_changed(instance: Any, **kwargs: Any) -> None:
    """What a group may do with pages or pictures."""
    change = "removed" if "created" not in kwargs else "added" if kwargs["created"] else "changed"
    security.note(
        "rights changed", by=_acting(), change=change, group=instance.group_id, on=type(instance).__name__
    )


def remember_rights(instance: User, update_fields: Any = None, **_kwargs: Any) -> None:
    """Keep what is stored, to compare with. 1 query where rights may change."""
    if instance.pk and (update_fields is None or set(update_fields) & set(RIGHTS)):
        instance._rights_before = User.objects.filter(pk=instance.pk).values(*RIGHTS).first()  # type: ignore[attr-defined]


def note_rights(instance: User, created: bool, **_kwargs: Any) -> None:
    before = instance.__dict__.pop("_rights_before", None)
    if created and instance.is_superuser:
        security.note("role changed", about=instance, by=_acting(), is_superuser=True)
    for name in RIGHTS if before else ():
        if before[name] != getattr(instance, name):
            security.note("role changed", about=instance, by=_acting(), **{name: getattr(instance, name)})


def _noting_limits(consume: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(consume)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        usage = consume(request, *args, **kwargs)
        if usage is None and not kwargs.get("dry_run"):
            security.note("limit reached", app=kwargs.get("app"), action=kwargs.get("action"))
        return usage

    return run


def _noting_refusals(deny: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(deny)
    def run(request: HttpRequest) -> Any:
        match = request.resolver_match
        security.note("refused", by=request.user, view=match.view_name if match else "")
        return deny(request)

    return run


def connect() -> None:
    """Listen to all of it. Called once, when apps are ready."""
    for signal, event in (
        (account.user_logged_in, "logged in"),
        (account.user_signed_up, "signed up"),
        (auth.user_logged_out, "logged out"),
        (account.password_set, "password set"),
        (account.password_changed, "password changed"),
        (account.password_reset, "password reset"),
        (account.email_changed, "address changed"),
        (account.login_code_rejected, "wrong code"),
        (account.email_verification_code_rejected, "wrong code"),
        (mfa.authenticator_added, "second factor added"),
        (mfa.authenticator_removed, "second factor removed"),
        (mfa.authenticator_reset, "second factor reset"),
        (mfa.authenticator_used, "second factor shown"),
    ):
        signal.connect(_says(event), weak=False, dispatch_uid=f"security: {event} {id(signal)}")
    auth.user_login_failed.connect(log_in_failed, dispatch_uid="security: log-in failed")
    m2m_changed.connect(groups_changed, sender=User.groups.through, dispatch_uid="security: groups")
    for through in (User.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(rights_changed, sender=through, dispatch_uid=f"security: {through.__name__}")
    for model in (GroupPagePermission, GroupCollectionPermission):
        post_save.connect(trees_changed, sender=model, dispatch_uid=f"security: {model.__name__}")
        post_delete.connect(trees_changed, sender=model, dispatch_uid=f"security: {model.__name__} gone")
    pre_save.connect(remember_rights, sender=User, dispatch_uid="security: rights before")
    post_save.connect(note_rights, sender=User, dispatch_uid="security: rights after")
    # Both are asked by their modules' names, so that every limit and every refused screen of the CMS comes by here.
    ratelimit.consume = _noting_limits(ratelimit.consume)
    cms.permission_denied = _noting_refusals(cms.permission_denied)
