"""Starting a stopped translation again without losing what was written by hand meanwhile.

wagtail-localize would publish its old strings over it (wagtail-localize issue 876). Here the text becomes the
strings; what the original has no place for stays in the page's history, and is named.
"""

from typing import Any

from django.db import transaction
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from core.users import User
from translation.checks import plain
from translation.state import translation_of


@transaction.atomic
def take_over(instance: Any, translation: Translation, *, user: User) -> tuple[int, list[str]]:
    """Make what `instance` says now the strings of `translation`.

    Returns how many strings that changed, and the texts that the original has no place for.
    """
    if isinstance(instance, Page):
        instance = instance.get_latest_revision_as_object()
    written: dict[str, list[str]] = {}
    for value in extract_segments(instance):
        if isinstance(value, StringSegmentValue) and not value.is_empty():
            written.setdefault(value.path, []).append(value.string.data)
    segments_by_path: dict[str, list[StringSegment]] = {}
    for segment in (
        StringSegment.objects.filter(source_id=translation.source_id)
        .select_related("context")
        .order_by("order")
    ):
        segments_by_path.setdefault(segment.context.path, []).append(segment)
    changed = 0
    left: list[str] = []
    for path, texts in written.items():
        segments = segments_by_path.get(path, [])
        if len(segments) != len(texts):
            left += [text for text in texts if not is_kept(text, segments, translation)]
            continue
        for segment, text in zip(segments, texts, strict=True):
            place = {
                "translation_of_id": segment.string_id,
                "context_id": segment.context_id,
                "locale_id": translation.target_locale_id,
            }
            row = StringTranslation.objects.filter(**place).first()
            if row is not None and row.data == text:
                continue
            StringTranslation.objects.update_or_create(
                **place,
                defaults={
                    "data": text,
                    "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
                    "tool_name": "",
                    "last_translated_by": user,
                    "has_error": False,
                    "field_error": "",
                },
            )
            changed += 1
    return changed, [plain(text) for text in left]


def is_kept(text: str, segments: list[StringSegment], translation: Translation) -> bool:
    """Whether the strings of these segments say `text` already."""
    return StringTranslation.objects.filter(
        locale_id=translation.target_locale_id,
        context_id__in={segment.context_id for segment in segments},
        translation_of_id__in={segment.string_id for segment in segments},
        data=text,
    ).exists()


def stopped(instance: Any) -> Translation | None:
    """The stopped translation of a page or snippet; None if there is none, or it isn't stopped."""
    if translation_of(instance) is not None:
        return None
    translation: Translation | None = (
        Translation.objects.filter(
            source__object_id=instance.translation_key, target_locale_id=instance.locale_id, enabled=False
        )
        .select_related("source", "target_locale")
        .first()
    )
    return translation
