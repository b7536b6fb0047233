"""Merging two terms that mean the same: all that points to one points to the other, in every language."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.log_actions import log
from wagtail.models import Page, ReferenceIndex, Revision
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtail_localize.models import RelatedObjectSegment, TranslatableObject, TranslationSource

from core.models import FormerSlug, Term
from core.users import User

# Told of a merge at the end of its transaction, as follower(gone=..., kept=...): what leans on terms without pointing
# to them.
_followers: list[Callable[..., None]] = []


def register_follower(follower: Callable[..., None]) -> Callable[..., None]:
    _followers.append(follower)
    return follower


@transaction.atomic
def merge_terms(*, gone: Term, kept: Term, by: User) -> None:
    """Let everything that points to `gone` point to `kept`, language by language, and delete `gone` in all of them.

    Where `kept` has no name in a language, the name that `gone` has there becomes its name. Both are terms of the
    source language. Raises ValueError for a term and itself, or two that aren't of one kind and language.

    The terms are locked before anything that points to them. Whoever lets something point to a term that is chosen
    from a list locks it first too (`Term.locked`): otherwise they would find it gone when they have changed the rest.
    """
    if gone.pk == kept.pk or type(gone) is not type(kept) or gone.locale_id != kept.locale_id:
        raise ValueError("These two can't be merged.")
    list(type(kept).objects.select_for_update().filter(pk__in=[gone.pk, kept.pk]).order_by("pk"))
    names = {term.locale_id: term for term in languages_of(kept)}
    for term in languages_of(gone):
        stays = names.get(term.locale_id)
        if stays is None:
            term.slug, term.translation_key = kept.slug, kept.translation_key
            term.save(update_fields=["slug", "translation_key"])
            continue
        _move_relations(term, stays)
        _move_in_streams(term, stays)
        _move_in_drafts(term, stays)
        term.delete()
    _move_in_translations(gone, kept)
    FormerSlug.objects.filter(translation_key=gone.translation_key).update(
        translation_key=kept.translation_key
    )
    FormerSlug.keep(kept, gone.slug)
    log(kept, "core.merge", user=by, data={"name": gone.name, "slug": gone.slug})
    for follower in _followers:
        follower(gone=gone, kept=kept)


def uses(term: Term) -> Counter[str]:
    """How often `term` is pointed to, in all languages, by what points to it. 1 query for each kind and language."""
    counts: Counter[str] = Counter()
    for translation in languages_of(term):
        for relation in _relations(translation):
            model = relation.related_model
            if relation.many_to_many:
                count = relation.through._base_manager.filter(**{_far(relation): translation}).count()
            else:
                count = model._base_manager.filter(**{relation.field.name: translation}).count()
            if count:
                counts[str(model._meta.verbose_name_plural)] += count
        for page in _pages_with(translation):
            counts[str(page._meta.verbose_name_plural)] += 1
    return counts


def languages_of(term: Term) -> QuerySet[Any]:
    return type(term)._default_manager.filter(translation_key=term.translation_key).order_by("locale_id")


def _relations(term: Term) -> Iterator[Any]:
    """What points to terms of this kind: foreign keys and many-to-many fields of other models."""
    relations: Iterable[Any] = term._meta.get_fields(include_hidden=True)
    for relation in relations:
        if not relation.auto_created or relation.concrete or getattr(relation, "related_model", None) is None:
            continue
        auto = relation.related_model._meta.auto_created  # the table behind a many-to-many field
        if not auto and relation.field.model is relation.related_model:
            yield relation


def _far(relation: Any) -> str:
    """The name of the column in the table behind a many-to-many field that points to the term."""
    return str(relation.field.m2m_reverse_field_name())


def _move_relations(gone: Term, kept: Term) -> None:
    for relation in _relations(gone):
        if relation.many_to_many:
            near, far = relation.field.m2m_field_name(), _far(relation)
            rows = relation.through._base_manager.filter(**{far: gone})
            both = relation.through._base_manager.filter(**{far: kept}).values(f"{near}_id")
            rows.filter(**{f"{near}__in": both}).delete()
            rows.update(**{far: kept})
        else:
            name = relation.field.name
            rows = relation.related_model._base_manager.filter(**{name: gone})
            if (parent := _parent(relation.related_model)) is not None:  # a page isn't about one thing twice
                both = relation.related_model._base_manager.filter(**{name: kept}).values(f"{parent}_id")
                rows.filter(**{f"{parent}__in": both}).delete()
            # As everybody does who locks several.
            list(rows.select_for_update(no_key=True).order_by("pk").values("pk"))
            rows.update(**{name: kept})


def _parent(model: type[models.Model]) -> str | None:
    """The name of the field by which a row belongs to a page, or None."""
    return next((field.name for field in model._meta.fields if isinstance(field, ParentalKey)), None)


# --- In the bodies of pages, where a term is a number in JSON ---------------------------------------------------


def _pages_with(term: Term) -> list[Page]:
    """The pages whose StreamFields name `term`, as Wagtail's index of references knows them."""
    names: dict[str, set[str]] = {}
    for row in ReferenceIndex.get_references_to(term):
        names.setdefault(row.object_id, set()).add(row.content_path.split(".")[0])
    pages = Page.objects.filter(pk__in=[int(number) for number in names if number.isdigit()]).specific()
    return [
        page
        for page in pages
        if any(field.name in names[str(page.pk)] for field in _stream_fields(type(page)))
    ]


def _stream_fields(model: type[models.Model]) -> list[StreamField]:
    return [field for field in model._meta.fields if isinstance(field, StreamField)]


def _move_in_streams(gone: Term, kept: Term) -> None:
    for page in _pages_with(gone):
        changed = []
        for field in _stream_fields(type(page)):
            raw = list(getattr(page, field.name).raw_data)
            if _replace(field.stream_block, raw, gone, kept):
                setattr(page, field.name, json.dumps(raw))
                changed.append(field.name)
        if changed:
            page.save(update_fields=changed, clean=False)


def _move_in_drafts(gone: Term, kept: Term) -> None:
    """The latest version of every page with changes that aren't published, and of those that name the term."""
    named = [page.pk for page in _pages_with(gone)]
    drafts = Page.objects.filter(models.Q(has_unpublished_changes=True) | models.Q(pk__in=named))
    latest = Revision.objects.filter(pk__in=drafts.values("latest_revision_id"))
    for revision in latest.select_related("content_type").iterator():
        if _replace_in_content(revision.content_type.model_class(), revision.content, gone, kept):
            revision.save(update_fields=["content"])


def _move_in_translations(gone: Term, kept: Term) -> None:
    """What wagtail-localize keeps of pages: the copies that translations are made from, and what they point to."""
    for segment_source in TranslationSource.objects.filter(
        pk__in=RelatedObjectSegment.objects.filter(object_id=gone.translation_key).values("source_id")
    ).select_related("specific_content_type"):
        content = json.loads(segment_source.content_json)
        if _replace_in_content(segment_source.specific_content_type.model_class(), content, gone, kept):
            segment_source.content_json = json.dumps(content)
            segment_source.save(update_fields=["content_json"])
    if RelatedObjectSegment.objects.filter(object_id=gone.translation_key).exists():
        translatable, _made = TranslatableObject.objects.get_or_create_from_instance(kept)
        RelatedObjectSegment.objects.filter(object_id=gone.translation_key).update(object=translatable)


def _replace_in_content(model: Any, content: dict[str, Any], gone: Term, kept: Term) -> bool:
    """Replace the term in a page as JSON: in its bodies, and in the rows that belong to it."""
    if model is None:
        return False
    changed = False
    for field in _stream_fields(model):
        raw = json.loads(content.get(field.name) or "[]")
        if _replace(field.stream_block, raw, gone, kept):
            content[field.name] = json.dumps(raw)
            changed = True
    for relation in _relations(gone):
        if relation.many_to_many or (parent := _parent(relation.related_model)) is None:
            continue
        children = relation.related_model._meta.get_field(parent).remote_field.get_accessor_name()
        rows = content.get(children) or []
        name = relation.field.name
        if any(row.get(name) == gone.pk for row in rows):
            has_both = any(row.get(name) == kept.pk for row in rows)
            content[children] = [
                {**row, name: kept.pk} if row.get(name) == gone.pk else row
                for row in rows
                if not (has_both and row.get(name) == gone.pk)
            ]
            changed = True
    return changed


def _replace(block: Any, value: Any, gone: Term, kept: Term) -> bool:
    """Replace the term below `value`, the raw data of `block`, in place; says whether there was one."""
    changed = False
    if isinstance(block, blocks.StreamBlock):
        for item in value or []:
            child = block.child_blocks.get(item["type"])
            changed |= _replace_at(child, item, "value", gone, kept)
    elif isinstance(block, blocks.ListBlock):
        for item in value or []:
            if isinstance(item, dict) and "value" in item:
                changed |= _replace_at(block.child_block, item, "value", gone, kept)
    elif isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            if isinstance(value, dict) and name in value:
                changed |= _replace_at(child, value, name, gone, kept)
    return changed


def _replace_at(block: Any, holder: dict[str, Any], key: str, gone: Term, kept: Term) -> bool:
    if isinstance(block, SnippetChooserBlock):
        if block.target_model is type(gone) and holder[key] == gone.pk:
            holder[key] = kept.pk
            return True
        return False
    return _replace(block, holder[key], gone, kept)
