"""Saving one string or one override from the editor: nobody's text is overwritten unseen.

The address of every field carries the moment at which the editor was opened, and every answer the moment after it,
`seen`, which static/js/translation.js puts in the address of the next: so each window knows what it has shown, also
when one person has two. What was saved after that is shown instead of overwritten; whoever has seen it may then save
their own. Answers that aren't a success carry `error`, which the script shows in the field, with the text that was
typed.
"""

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from time import time
from typing import Any

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse as django_reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringSegment,
    StringTranslation,
    Translation,
)
from wagtail_localize.views.edit_translation import (
    SegmentOverrideSerializer,
    StringTranslationSerializer,
    user_can_edit_instance,
)

from core.users import User
from translation.checks import UNPRINTABLE, plain

FIELDS = {"wagtail_localize:edit_string_translation", "wagtail_localize:edit_override"}


def reverse(name: str, *args: Any, **kwargs: Any) -> str:
    """`django.urls.reverse`, with the present moment in the address of a field. Stands in for it in the editor."""
    address = django_reverse(name, *args, **kwargs)
    return f"{address}?opened={time()}" if name in FIELDS else address


def opened_at(request: Request) -> datetime | None:
    """When this window last showed what the field holds; None if it doesn't say."""
    try:
        return datetime.fromtimestamp(float(request.GET["opened"]), tz=timezone.get_default_timezone())
    except (KeyError, ValueError, OverflowError, OSError):
        return None


def changed_since(row: Any, user: User, seen: datetime | None) -> bool:
    """Whether a person saved `row` after `seen`: anybody, also `user` in another window."""
    if row is None or row.last_translated_by_id is None:
        return False
    return bool(row.last_translated_by_id != user.pk if seen is None else row.updated_at > seen)


def name_of(user: User) -> str:
    return user.get_full_name() or user.get_username()


def answers(view: Callable[..., Response]) -> Any:
    """A field of the editor: one person at a time, in their own right, and only text that can be kept."""

    @api_view(["PUT", "DELETE"])
    @permission_classes([IsAuthenticated])
    @authentication_classes([SessionAuthentication])
    @wraps(view)
    def answered(request: Request, translation_id: int, **segment: int) -> Response:
        (segment_id,) = segment.values()  # each kind has a name of its own in wagtail-localize's addresses
        value = request.data.get("value") if request.method == "PUT" else ""
        if not isinstance(value, str):
            return refusal(_("The text is missing. Nothing was saved."), "")
        if UNPRINTABLE.search(value):
            return refusal(
                _("This text holds control characters, which can't be kept. Nothing was saved: delete them."),
                UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", value),
            )
        with transaction.atomic():
            # One save at a time: both look at what is there before they write.
            translation = get_object_or_404(
                Translation.objects.select_for_update(of=("self",)).select_related("source", "target_locale"),
                pk=translation_id,
            )
            if not user_can_edit_instance(request.user, translation.get_target_instance()):
                return refusal(
                    _("You may not change this translation. Nothing was saved."), value, status=403
                )
            try:
                return view(request, translation, segment_id, value)
            except Http404:
                return refusal(
                    _("The original has changed and this text is no longer in it. Copy yours, then reload."),
                    value,
                    status=410,
                )

    return answered


def refusal(sentence: str, typed: str, status: int = 400) -> Response:
    return Response({"data": typed, "error": sentence, "comment": ""}, status=status)


def answer(shown: dict[str, Any], status: int = 200, **more: Any) -> Response:
    """What the field holds now, and the moment at which that was so."""
    return Response({**shown, **more, "seen": time()}, status=status)


def settled(
    row: Any, request: Request, value: str, readable: Callable[[Any], str], serialize: Callable[[Any], Any]
) -> Response | None:
    """The answer where nothing is to be saved: somebody else has changed `row` since, or it is to be deleted.

    `readable` says what was written there, in a sentence for the translator.
    """
    if row and row.data != value and changed_since(row, request.user, opened_at(request)):
        sentence = conflict(row, request, readable(row.data), value)
        return answer(serialize(row).data, status=409, error=sentence)
    if request.method == "DELETE":
        if row is None:
            return Response(status=404)
        deleted = serialize(row).data
        row.delete()
        return answer(deleted)
    return None


@answers
def edit_string(request: Request, translation: Translation, segment_id: int, value: str) -> Response:
    segment = get_object_or_404(
        StringSegment.objects.select_related("context"), pk=segment_id, source_id=translation.source_id
    )
    place = {
        "translation_of_id": segment.string_id,
        "locale_id": translation.target_locale_id,
        "context_id": segment.context_id,
    }
    row = StringTranslation.objects.filter(**place).select_related("last_translated_by").first()
    serialize = partial(StringTranslationSerializer, context={"translation_source": translation.source})
    if (refused_or_deleted := settled(row, request, value, plain, serialize)) is not None:
        return refused_or_deleted
    row, made = StringTranslation.objects.update_or_create(
        **place,
        defaults={
            "data": value,
            "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
            "tool_name": "",
            "last_translated_by": request.user,
            "has_error": False,
            "field_error": "",
        },
    )
    return answer(serialize(row).data, status=201 if made else 200)


@answers
def edit_override(request: Request, translation: Translation, segment_id: int, value: str) -> Response:
    segment = get_object_or_404(
        OverridableSegment.objects.select_related("context"), pk=segment_id, source_id=translation.source_id
    )
    place = {"locale_id": translation.target_locale_id, "context_id": segment.context_id}
    row = SegmentOverride.objects.filter(**place).select_related("last_translated_by").first()
    serialize = partial(SegmentOverrideSerializer, context={"translation_source": translation.source})
    if (refused_or_deleted := settled(row, request, value, str, serialize)) is not None:
        return refused_or_deleted
    row, made = SegmentOverride.objects.update_or_create(
        **place, defaults={"data_json": json.dumps(value), "last_translated_by": request.user}
    )
    return answer(serialize(row).data, status=201 if made else 200)


def conflict(row: Any, request: Request, theirs: str, yours: str) -> str:
    """What was changed meanwhile, by whom, and how to go on."""
    values = {"name": name_of(row.last_translated_by), "theirs": theirs, "yours": plain(yours)}
    is_own = row.last_translated_by_id == request.user.pk
    if request.method == "DELETE":
        if is_own:
            sentence = _(
                "You changed this in another window meanwhile, so it was not deleted. It says: “%(theirs)s”. "
                "Delete it again if you still want to."
            )
        else:
            sentence = _(
                "%(name)s changed this meanwhile, so it was not deleted. It says: “%(theirs)s”. "
                "Delete it again if you still want to."
            )
    elif is_own:
        sentence = _(
            "You changed this in another window meanwhile, so this was not saved. There: “%(theirs)s”. "
            "Here: “%(yours)s”. Save again to replace the other."
        )
    else:
        sentence = _(
            "%(name)s changed this meanwhile, so yours was not saved. Theirs: “%(theirs)s”. Yours: “%(yours)s”. "
            "Save again to replace theirs."
        )
    return sentence % values
