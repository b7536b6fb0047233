"""Lets the directory's rows follow what is changed past its services: in the CMS, by the worker, by deletion.

Signals, because Wagtail publishes, unpublishes and restricts pages through doors of its own.
"""

from collections.abc import Iterable
from functools import partial, reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_migrate, post_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished

from core.models import Term
from core.models.topics import slug_changed
from directory import index
from directory.models import Portrait, SearchRow, Specialist, SpecialistPage
from directory.search.facets import rename_option
from directory.search.synonyms import forget_synonyms
from directory.services.changes import follow_changes
from directory.tasks import rebuild, rebuild_described_by
from directory.terms import TERM_KINDS, kind_of


def follow_page(instance: SpecialistPage, **_kwargs: Any) -> None:
    index.rebuild([instance.specialist_id])
    follow_change(instance.specialist_id)


def follow_portrait(instance: Portrait, created: bool, **_kwargs: Any) -> None:
    """Another file may have been put under the number of somebody's portrait, in the CMS."""
    if created:
        return
    for pk in Specialist.objects.filter(portrait=instance).values_list("pk", flat=True):
        follow_change(pk)


def follow_change(specialist_id: int) -> None:
    """Put what has become public before the moderators, whoever has changed it and wherever (services.changes)."""
    with transaction.atomic():
        specialist = Specialist.objects.filter(pk=specialist_id)
        if found := specialist.select_for_update(no_key=True, of=("self",)).first():
            follow_changes(found)


def follow_restriction(instance: PageViewRestriction, **_kwargs: Any) -> None:
    """Whoever's page has become private isn't listed any more, and the other way round.

    At once for one batch of people. More are left to the worker, some 500 a second: until it has been there, their
    cards are still listed, though Wagtail shows none of the pages to whoever may not see them.
    """
    pks = _specialists_below([instance.page])
    if len(pks) <= index.BATCH:
        index.rebuild(pks)
    else:
        transaction.on_commit(partial(rebuild.enqueue, pks))


def lock_below(pages: Iterable[Page]) -> None:
    """Lock those whose pages are among `pages` or below them, before a page of theirs is locked."""
    if pks := _specialists_below(pages):
        index.lock(pks)


def _specialists_below(pages: Iterable[Page]) -> list[int]:
    below = reduce(or_, (Q(path__startswith=page.path) for page in pages), Q(pk=None))
    return sorted(set(SpecialistPage.objects.filter(below).values_list("specialist", flat=True)))


def follow_term(sender: type[Term], instance: Term, **_kwargs: Any) -> None:
    """A term's new name is found by text search as soon as the worker has been there; cards show it at once."""
    relation = kind_of(sender).relation
    ids = list(sender._default_manager.filter(slug=instance.slug).values_list("pk", flat=True))
    if Specialist.objects.published().filter(**{f"{relation}__in": ids}).exists():
        transaction.on_commit(lambda: rebuild_described_by.enqueue({relation: ids}))


def follow_slug(sender: type[Term], term: Term, before: str, **_kwargs: Any) -> None:
    """A term's option keeps its number under the new slug: the rows that have the number needn't change."""
    rename_option(kind_of(sender).name, before, term.slug)


def follow_names(**_kwargs: Any) -> None:
    forget_synonyms()


def first_rows(**_kwargs: Any) -> None:
    """Make the rows where there are none yet: the release that brings them, or a restored backup without them."""
    if SearchRow.objects.exists() or not Specialist.objects.published().exists():
        return
    for ids in index.batches():
        index.rebuild(ids)


def follow(app: Any) -> None:
    """Called once, when the apps are ready."""
    for signal in (page_published, page_unpublished, post_delete):
        signal.connect(follow_page, sender=SpecialistPage, dispatch_uid="directory_rows")
    for signal in (post_save, post_delete):
        signal.connect(follow_restriction, sender=PageViewRestriction, dispatch_uid="directory_rows")
    post_save.connect(follow_portrait, sender=Portrait, dispatch_uid="directory_changes")
    for model in (kind.model for kind in TERM_KINDS):
        post_save.connect(follow_term, sender=model, dispatch_uid="directory_rows")
        for signal in (post_save, post_delete):
            signal.connect(follow_names, sender=model, dispatch_uid="directory_meanings")
        slug_changed.connect(follow_slug, sender=model, dispatch_uid="directory_rows")
    post_migrate.connect(first_rows, sender=app, dispatch_uid="directory_rows")
