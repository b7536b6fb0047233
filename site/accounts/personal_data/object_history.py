"""What Wagtail and its packages note about an object beside it, and keep when the object is gone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from taggit.models import Tag, TaggedItem
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import ModelLogEntry, Page, PageLogEntry, ReferenceIndex, Revision, WorkflowState
from wagtail.search.models import IndexEntry
from wagtail_localize.models import (
    OverridableSegment,
    RelatedObjectSegment,
    SegmentOverride,
    String,
    StringSegment,
    StringTranslation,
    Template,
    TemplateSegment,
    TranslatableObject,
)

# By content type and the object's number as a text.
HISTORY_MODELS: list[type[models.Model]] = [
    ModelLogEntry,
    IndexEntry,
    ReferenceIndex,
    Revision,
    WorkflowState,
    FormState,
    EditingSession,
]


@dataclass(frozen=True)
class ObjectHistory:
    """Where to look for what was noted about one object. Taken before the object goes."""

    pk: Any
    content_types: tuple[ContentType, ...]
    is_page: bool
    translation_key: UUID | None
    tags: frozenset[int]


def history_of(instance: models.Model) -> ObjectHistory:
    """Under the content types of its model and of those it builds on."""
    model = type(instance)
    parents = [model, *model._meta.get_parent_list()]
    content_types = tuple(ContentType.objects.get_for_models(*parents).values())
    tagged = TaggedItem.objects.none()
    if isinstance(instance.pk, int):
        tagged = TaggedItem.objects.filter(content_type__in=content_types, object_id=instance.pk)
    return ObjectHistory(
        pk=instance.pk,
        content_types=content_types,
        tags=frozenset(tagged.values_list("tag", flat=True)),
        is_page=isinstance(instance, Page),
        translation_key=getattr(instance, "translation_key", None),
    )


def forget_history(history: ObjectHistory) -> None:
    """Erase all notes about an object: log, revisions, search index, open forms, tags.

    And its translations, if it is the last one of its kind in any language.
    """
    about_object = {"content_type__in": history.content_types, "object_id": str(history.pk)}
    for model in HISTORY_MODELS:
        model._base_manager.filter(**about_object).delete()
    TaggedItem.objects.filter(
        content_type__in=history.content_types, object_id=history.pk, tag__in=history.tags
    ).delete()
    Tag.objects.filter(~Exists(TaggedItem.objects.filter(tag=OuterRef("pk"))), pk__in=history.tags).delete()
    ReferenceIndex.objects.filter(
        to_content_type__in=history.content_types, to_object_id=str(history.pk)
    ).delete()
    if history.is_page:
        PageLogEntry.objects.filter(page=history.pk).delete()
    if history.translation_key:
        _forget_translations(history)


def _forget_translations(history: ObjectHistory) -> None:
    """The records of wagtail-localize about all languages of an object, and texts that nothing else has."""
    key = history.translation_key
    models_here = [content_type.model_class() for content_type in history.content_types]
    translated = [model for model in models_here if model and hasattr(model, "translation_key")]
    if any(model._base_manager.filter(translation_key=key).exists() for model in translated):
        return  # it is still there in another language
    strings = set(StringSegment.objects.filter(source__object_id=key).values_list("string", flat=True))
    strings |= set(
        StringTranslation.objects.filter(context__object_id=key).values_list("translation_of", flat=True)
    )
    templates = set(TemplateSegment.objects.filter(source__object_id=key).values_list("template", flat=True))
    segments: list[type[models.Model]] = [
        OverridableSegment,
        RelatedObjectSegment,
        StringSegment,
        TemplateSegment,
    ]
    for segment in segments:  # contexts are protected by them
        segment._base_manager.filter(Q(context__object_id=key) | Q(source__object_id=key)).delete()
    StringTranslation.objects.filter(context__object_id=key).delete()
    SegmentOverride.objects.filter(context__object_id=key).delete()
    TranslatableObject.objects.filter(translation_key=key).delete()
    String.objects.filter(
        ~Exists(StringSegment.objects.filter(string=OuterRef("pk"))),
        ~Exists(StringTranslation.objects.filter(translation_of=OuterRef("pk"))),
        pk__in=strings,
    ).delete()
    Template.objects.filter(
        ~Exists(TemplateSegment.objects.filter(template=OuterRef("pk"))), pk__in=templates
    ).delete()


def without_person(content: Any, user: int) -> Any:
    """A page as JSON without `user`: as its owner, its keeper, or in its comments, which go with their answers."""
    if isinstance(content, list):
        return [without_person(one, user) for one in _by_others(content, user)]
    if not isinstance(content, dict):
        return content
    named = {"owner", "locked_by", "resolved_by"}
    return {
        name: None if name in named and value == user else without_person(value, user)
        for name, value in content.items()
    }


def _by_others(items: Iterable[Any], user: int) -> Iterable[Any]:
    return [one for one in items if not (isinstance(one, dict) and one.get("user") == user)]
