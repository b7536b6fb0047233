"""A copy of everything the site holds about somebody: JSON for machines, one page for people, and their pictures."""

import io
import json
import zipfile
from datetime import date, datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from accounts.models import DataExport, User
from accounts.personal_data import Column, Holding, Subject, as_told
from core.i18n.zones import load_zone
from core.mail.messages import compose
from core.mail.outbox import enqueue, rewrites
from core.models import Outbox

FILE_NAME = "attune-data.zip"


def request_export(*, user: User, now: datetime | None = None) -> DataExport:
    """Have the worker make a copy of `user`'s data. Whoever asks again gets the one there is, for as long as it lasts.

    One that no worker has made for a quarter of an hour (TASK_LEASE) is put into the queue again.
    """
    now = now or timezone.now()
    with transaction.atomic():
        DataExport.objects.filter(user=user, expires_at__lte=now).delete()
        export, made = DataExport.objects.get_or_create(user=user, defaults={"requested_at": now})
        forgotten = not export.is_ready and export.requested_at < now - settings.TASK_LEASE
        if forgotten:
            DataExport.objects.filter(pk=export.pk).update(requested_at=now)
        if made or forgotten:
            transaction.on_commit(partial(make_export.enqueue, str(export.pk)))
    return export


@task()
def make_export(export_id: str) -> None:
    """The worker makes the copy that was asked for."""
    fulfil(export_id=export_id)


def fulfil(*, export_id: str, now: datetime | None = None) -> None:
    """Make the copy and mail its owner the link. One that is made already, or isn't wanted any more, stays as it is."""
    now = now or timezone.now()
    with transaction.atomic():
        waiting = DataExport.objects.select_for_update().filter(pk=export_id, expires_at=None)
        export = waiting.select_related("user").first()
        if export is None:
            return
        export.content = build(export.user, now=now)
        export.expires_at = now + settings.EXPORT_KEPT
        export.save(update_fields=["content", "expires_at"])
        _tell(export)


def current(*, user: User, now: datetime | None = None) -> DataExport | None:
    """The copy that `user` has asked for, ready or not, without its content."""
    over = models.Q(expires_at__lte=now or timezone.now())
    return DataExport.objects.filter(~over, user=user).defer("content").first()


def downloadable(*, user: User, pk: Any, now: datetime | None = None) -> DataExport | None:
    """The copy with this number, if it is `user`'s own, ready, and not a day old."""
    return DataExport.objects.filter(pk=pk, user=user, expires_at__gt=now or timezone.now()).first()


def forget_expired(*, now: datetime | None = None) -> int:
    """Erase copies that are a day old, and requests that nobody could fulfil in that time."""
    now = now or timezone.now()
    over = models.Q(expires_at__lte=now)
    given_up = models.Q(expires_at=None, requested_at__lte=now - settings.EXPORT_KEPT)
    deleted, _rows = DataExport.objects.filter(over | given_up).delete()
    return deleted


def build(user: User, *, now: datetime | None = None) -> bytes:
    """The zip, in `user`'s language and on their clock."""
    now = now or timezone.now()
    subject = Subject.of(user)
    zone = load_zone(user.time_zone) or timezone.get_default_timezone()
    with translation.override(user.language), timezone.override(zone):
        parts = [(holding, _read(holding, subject)) for holding in as_told()]
        parts = [(holding, rows) for holding, rows in parts if rows]
        data = [
            {"what": str(holding.title), "rows": [_as_data(holding, row) for row in rows]}
            for holding, rows in parts
            if holding.fields
        ]
        page = render_to_string(
            "downloads/account_data.html",
            {
                "language": user.language,
                "direction": "rtl" if translation.get_language_bidi() else "ltr",
                "made_at": now,
                "site_url": settings.SITE_URL,
                "parts": [
                    (holding.title, [_as_words(holding, row) for row in rows])
                    for holding, rows in parts
                    if holding.fields
                ],
            },
        )
        files = {
            file.name: file.content
            for holding, rows in parts
            if holding.files
            for row in rows
            for file in holding.files(row)
        }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.html", page)
        archive.writestr(
            "data.json",
            json.dumps(
                {"made_at": now, "site": settings.SITE_URL, "data": data},
                cls=DjangoJSONEncoder,
                ensure_ascii=False,
                indent=2,
            ),
        )
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


def _read(holding: Holding, subject: Subject) -> list[Any]:
    """The rows, with no more columns than are told: an editor's versions of pages are megabytes."""
    rows = holding.rows(subject)
    names = [field for field in holding.fields if isinstance(field, str)]
    if holding.files is None and len(names) == len(holding.fields):
        rows = rows.only("pk", *names)
    return list(rows)


def _tell(export: DataExport) -> None:
    """Write the mail with the link. It names nothing of what is inside."""
    enqueue(
        export_ready(export),
        key=f"export:{export.pk}",
        expires_at=export.expires_at,
        rewriter="accounts.export",
        about={"export": str(export.pk)},
    )


@rewrites("accounts.export")
def rewrite_ready(row: Outbox, *, export: str) -> EmailMessage | None:
    """That mail as it should read now; None if the copy is gone."""
    found = DataExport.objects.select_related("user").defer("content").filter(pk=export).first()
    return export_ready(found) if found else None


def export_ready(export: DataExport) -> EmailMessage:
    """That mail. Nothing is written."""
    user = export.user
    with translation.override(user.language):
        url = settings.SITE_URL + reverse("account_data_download", args=[export.pk])
    return compose(
        "emails/account/export_ready",
        to=user.email,
        language=user.language,
        context={"name": user.display_name, "url": url},
    )


def _as_data(holding: Holding, row: Any) -> dict[str, Any]:
    return {name: value for name, _label, value in _cells(holding, row)}


def _as_words(holding: Holding, row: Any) -> list[tuple[Any, str]]:
    """Label and text of each thing that is there."""
    return [
        (label, words(value)) for _name, label, value in _cells(holding, row) if value not in (None, "", [])
    ]


def _cells(holding: Holding, row: Any) -> list[tuple[str, Any, Any]]:
    """Name, label and plain value of everything that is told of a row."""
    cells = []
    for field in holding.fields:
        if isinstance(field, Column):
            cells.append((field.name, field.label, field.value(row)))
        else:
            label = row._meta.get_field(field).verbose_name
            cells.append((field, label, _plain(row, field)))
    return cells


def _plain(row: Any, name: str) -> Any:
    """A field's value as JSON can have it; of choices, what people read."""
    value = getattr(row, name)
    if row._meta.get_field(name).choices:
        return str(getattr(row, f"get_{name}_display")())
    if value is None or isinstance(value, bool | int | float | str | list | date | datetime):
        return value
    return str(value)


def words(value: Any) -> str:
    """A plain value as a person reads it, in the active language and time zone."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
        case date():
            return formats.date_format(value, "DATE_FORMAT")
        case list():
            return "\n".join(words(one) for one in value)
        case _:
            return str(value)
