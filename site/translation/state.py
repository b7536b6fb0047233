"""How far a translation is: what is missing or wrong in it, and whether the original has changed since."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Exists, F, Max, OuterRef, QuerySet, Subquery, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from modelcluster.models import ClusterableModel, get_serializable_data_for_fields
from wagtail.blocks import Block, ChooserBlock, ListBlock, RichTextBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Locale, Page
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)

from core.fields import OneALineField
from translation.checks import faults, plain


class IncompleteError(ValidationError):
    """A translation with missing or wrong strings would have been published. wagtail-localize shows it, never a 500."""


@dataclass(frozen=True)
class Shortcoming:
    """One string that keeps a translation from being published."""

    path: str
    source: str
    sentence: str


def translation_of(instance: Any) -> Translation | None:
    """The translation that makes this page or snippet, or None if it is an original or no longer follows one."""
    translation: Translation | None = (
        Translation.objects.filter(
            source__object_id=instance.translation_key, target_locale_id=instance.locale_id, enabled=True
        )
        .select_related("source", "target_locale")
        .first()
    )
    return translation


def shortcomings(translation: Translation) -> list[Shortcoming]:
    """What keeps `translation` from being published, in the order of the page. 3 queries.

    Every string is checked anew: strings written in bulk never met the checks that run when one is saved.
    """
    model = translation.source.specific_content_type.model_class()
    segments = (
        StringSegment.objects.filter(source_id=translation.source_id)
        .select_related("string", "context")
        .order_by("order")
    )
    rows = {
        (row.translation_of_id, row.context_id): row
        for row in StringTranslation.objects.filter(
            locale_id=translation.target_locale_id, context__object_id=translation.source.object_id
        )
    }
    missing = []
    for segment in segments:
        row = rows.get((segment.string_id, segment.context_id))
        if row is None:
            sentence = _("There is no translation yet.")
        elif row.has_error:
            sentence = row.field_error or _("The translation has an error.")
        else:
            limits = limits_of(model, segment.context.field_path)
            sentence = " ".join(faults(segment.string.data, row.data, **limits))
        if sentence:
            missing.append(Shortcoming(segment.context.path, segment.string.data, sentence))
    overrides = OverridableSegment.objects.filter(source_id=translation.source_id)
    for override in overrides.get_overrides(translation.target_locale).select_related("context"):
        if override.has_error:
            missing.append(Shortcoming(override.context.path, "", override.field_error))
        elif is_gone(model, override):
            missing.append(
                Shortcoming(
                    override.context.path,
                    "",
                    _("What was chosen here for your language has been deleted: choose again, or revert."),
                )
            )
    return missing


def sentence_about(found: list[Shortcoming]) -> str:
    """Why it isn't published, for a message: how many strings, and the first of them."""
    first = found[0]
    return ngettext(
        "%(count)s string is missing or wrong, so nothing was published. It is “%(text)s”: %(reason)s",
        "%(count)s strings are missing or wrong, so nothing was published. The first is “%(text)s”: %(reason)s",
        len(found),
    ) % {"count": len(found), "text": plain(first.source)[:60] or first.path, "reason": first.sentence}


def limits_of(model: Any, field_path: str) -> dict[str, Any]:
    """What a field of `model` allows a translation, as `faults` takes it. `field_path` as below."""
    return {
        "max_length": longest(model, field_path),
        "same_lines": isinstance(field_at(model, field_path), OneALineField),
    }


def field_at(model: Any, field_path: str) -> Any:
    """The field of `model` or of its inline children that a path leads to or into; None if there is none."""
    name, *rest = field_path.split(".")
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:  # the string is of an older version of the model
        return None
    return field_at(field.related_model, ".".join(rest)) if field.one_to_many and rest else field


def longest(model: Any, field_path: str) -> int | None:
    """How many characters fit in a field of `model`, of its inline children or of a block; None for any number.

    `field_path` is wagtail-localize's: `title`, `items.label`, `body.heading.text`.
    """
    name, *rest = field_path.split(".")
    try:
        field = model._meta.get_field(name)
        if isinstance(field, StreamField):
            return longest_in_block(field.stream_block, rest)
        if field.one_to_many and rest:
            return longest(field.related_model, ".".join(rest))
    except (FieldDoesNotExist, KeyError):  # the string is of an older version of the model
        return None
    return None if isinstance(field, RichTextField) else getattr(field, "max_length", None)


def longest_in_block(block: Block, path: list[str]) -> int | None:
    for part in path:
        block = block.child_block if isinstance(block, ListBlock) else block.child_blocks[part]
    if isinstance(block, RichTextBlock):  # its strings are paragraphs, its limit would be the sum of them
        return None
    return getattr(getattr(block, "field", None), "max_length", None)


def block_at(model: Any, field_path: str) -> Block | None:
    """The block of a StreamField that a path leads to; None if it leads elsewhere."""
    name, *rest = field_path.split(".")
    try:
        field = model._meta.get_field(name)
        if not isinstance(field, StreamField):
            return None
        block: Block = field.stream_block
        for part in rest:
            block = block.child_block if isinstance(block, ListBlock) else block.child_blocks[part]
    except (FieldDoesNotExist, KeyError, AttributeError):  # an older version of the model
        return None
    return block


def chosen_model(model: Any, field_path: str) -> Any:
    """What a foreign key or a chooser block at this path chooses from; None if it is neither."""
    block = block_at(model, field_path)
    if block is not None:
        block = getattr(block, "child_blocks", {}).get("image", block)  # ImageBlock: a chooser with a text
        return getattr(block, "model_class", None) if isinstance(block, ChooserBlock) else None
    return getattr(field_at(model, field_path), "related_model", None)


def is_gone(model: Any, override: SegmentOverride) -> bool:
    """Whether an override chooses a picture, page or snippet that has been deleted."""
    chosen = chosen_model(model, override.context.field_path) if override.context else None
    if chosen is None or override.data in (None, ""):
        return False
    try:
        return not chosen._default_manager.filter(pk=override.data).exists()
    except (TypeError, ValueError):  # never was a key
        return True


def unfinished(locale: Locale) -> QuerySet[Translation]:
    """Translations into `locale` with missing or wrong strings; 1 query."""
    good = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
        locale_id=OuterRef("locale_wanted"),
        has_error=False,
    )
    gaps = (
        StringSegment.objects.filter(source_id=OuterRef("source_id"))
        .annotate(locale_wanted=Value(locale.pk))
        .filter(~Exists(good))
    )
    return Translation.objects.filter(Exists(gaps), target_locale=locale, enabled=True)


def unpublished_changes(locale: Locale) -> QuerySet[Page]:
    """Published pages whose translation has changed, or took its original's changes, since; 1 query."""
    mine = Translation.objects.filter(
        source__object_id=OuterRef("translation_key"), target_locale=locale, enabled=True
    )
    later_string = StringTranslation.objects.filter(
        context__object_id=OuterRef("translation_key"),
        locale=locale,
        updated_at__gt=OuterRef("last_published_at"),
    )
    later_source = mine.filter(source__last_updated_at__gt=OuterRef("last_published_at"))
    return Page.objects.filter(Exists(mine), locale=locale, live=True, alias_of__isnull=True).filter(
        Exists(later_string) | Exists(later_source)
    )


def outdated(locale: Locale | None = None) -> QuerySet[Translation]:
    """Translations of pages whose original was published after they last took its text; 1 query.

    wagtail-localize says *up to date* until somebody presses *Sync* (wagtail-localize issue 832).
    """
    original = Page.objects.filter(
        translation_key=OuterRef("source__object_id"), locale_id=OuterRef("source__locale_id")
    )
    translations = (
        Translation.objects.filter(enabled=True)
        .annotate(original_published_at=Subquery(original.values("last_published_at")[:1]))
        .filter(original_published_at__gt=F("source__last_updated_at"))
        .select_related("source", "target_locale")
    )
    return translations if locale is None else translations.filter(target_locale=locale)


def is_outdated(translation: Translation) -> bool:
    """Whether the original has changed since: a page was published again, a snippet reads differently."""
    source = translation.source
    model = source.specific_content_type.model_class()
    if issubclass(model, Page):
        return outdated().filter(pk=translation.pk).exists()
    original = model.objects.filter(translation_key=source.object_id, locale_id=source.locale_id).first()
    return original is not None and reads_differently(original, source)


def reads_differently(original: Any, source: TranslationSource) -> bool:
    """Whether a snippet has changed since `source` took its text."""
    if isinstance(original, ClusterableModel):
        now = json.loads(original.to_json())
    else:
        now = json.loads(json.dumps(get_serializable_data_for_fields(original), cls=DjangoJSONEncoder))
    return now != json.loads(source.content_json)


def last_change(translation: Translation) -> datetime:
    """When the text of the translation last changed: a string of it, or the original it is built on. 1 query."""
    latest = StringTranslation.objects.filter(
        locale_id=translation.target_locale_id, context__object_id=translation.source.object_id
    ).aggregate(latest=Max("updated_at"))["latest"]
    return max(filter(None, [latest, translation.source.last_updated_at]))
