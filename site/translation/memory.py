"""What has been translated before: offered again, never trusted blindly."""

from difflib import SequenceMatcher

from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from core.users import User

MEMORY = "Translation memory"
PREVIOUS = "Previous translation"
ALIKE = 0.4  # two source strings are versions of one another above this ratio


def untranslated(translation: Translation) -> list[StringSegment]:
    """The segments without any translation, wrong ones included. 2 queries."""
    done = set(
        StringTranslation.objects.filter(
            locale_id=translation.target_locale_id, context__object_id=translation.source.object_id
        ).values_list("translation_of_id", "context_id")
    )
    segments = StringSegment.objects.filter(source_id=translation.source_id).select_related(
        "string", "context"
    )
    return [segment for segment in segments if (segment.string_id, segment.context_id) not in done]


def fill_from_memory(translation: Translation, *, user: User | None = None) -> int:
    """Fill strings that were translated elsewhere, where all translators agreed on one translation.

    Returns how many. They are marked as made by a machine, and say so in the editor.
    """
    segments = untranslated(translation)
    seen: dict[int, set[str]] = {}
    good = StringTranslation.objects.filter(
        locale_id=translation.target_locale_id,
        translation_of_id__in={segment.string_id for segment in segments},
        has_error=False,
    ).exclude(data="")
    for string_id, data in good.values_list("translation_of_id", "data"):
        seen.setdefault(string_id, set()).add(data)
    filled = 0
    for segment in segments:
        if len(seen.get(segment.string_id, ())) != 1:
            continue
        _row, made = StringTranslation.objects.get_or_create(
            translation_of_id=segment.string_id,
            locale_id=translation.target_locale_id,
            context_id=segment.context_id,
            defaults={
                "data": next(iter(seen[segment.string_id])),
                "translation_type": StringTranslation.TRANSLATION_TYPE_MACHINE,
                "tool_name": MEMORY,
                "last_translated_by": user,
            },
        )
        filled += made
    return filled


def offer_previous(translation: Translation, *, user: User | None = None) -> int:
    """Show the translation of a string's last version where the source has changed since; returns how many.

    It is stored as wrong until somebody saves it again, so it is neither counted nor published.
    """
    segments = untranslated(translation)
    current = StringSegment.objects.filter(source_id=translation.source_id)
    contexts = {segment.context_id for segment in segments}
    here = set(current.filter(context__in=contexts).values_list("context_id", "string_id"))
    several = {context for context in contexts if sum(pair[0] == context for pair in here) > 1}
    retired: dict[int, list[StringTranslation]] = {}
    rows = StringTranslation.objects.filter(
        Q(has_error=False) | Q(tool_name=PREVIOUS),
        locale_id=translation.target_locale_id,
        context__in=contexts,
    ).select_related("translation_of")
    for row in rows.order_by("-updated_at"):
        if (row.context_id, row.translation_of_id) not in here and row.data:
            retired.setdefault(row.context_id, []).append(row)
    offers = {}
    for segment in segments:
        candidates = retired.get(segment.context_id, [])
        if not candidates or (segment.string_id, segment.context_id) in offers:
            continue
        # A plain field has one string, so its last translation is the one; a rich text has one for each paragraph.
        best = max(candidates, key=lambda row: likeness(row.translation_of.data, segment.string.data))
        if segment.context_id in several and (
            likeness(best.translation_of.data, segment.string.data) < ALIKE
        ):
            continue
        candidates.remove(best)
        offers[segment.string_id, segment.context_id] = StringTranslation(
            translation_of_id=segment.string_id,
            locale_id=translation.target_locale_id,
            context_id=segment.context_id,
            data=best.data,
            translation_type=best.translation_type,
            tool_name=PREVIOUS,
            last_translated_by=best.last_translated_by or user,
            has_error=True,
            field_error=_(
                "The original has changed. This is the translation of its last version: correct and save it."
            ),
        )
    StringTranslation.objects.bulk_create(offers.values(), ignore_conflicts=True)
    return len(offers)


def likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
