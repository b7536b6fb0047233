"""What the rows must say: read from records, pages, terms and free times."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from core.html import plain_text
from core.models.pages import unrestricted
from core.search.words import ARABIC, consonants, folded, latin, prepared, sounds
from directory import ports
from directory.models import SearchRow, Specialist, SpecialistPage
from directory.search.facets import SOON, numbers, options_of, own_price
from directory.terms import ONE_OF_EACH, TERM_KINDS
from directory.times import PARTS, FreeTimes


@dataclass
class IndexedText:
    """What one language's row says: which page is shown, and the three weights of its words."""

    page_id: int
    name: str
    facts: str
    words: str


@dataclass
class RowContents:
    """All that stands in the rows of one listed specialist."""

    row: SearchRow
    texts: dict[str, IndexedText] = field(default_factory=dict)


def read_contents(ids: Collection[int], *, now: datetime) -> dict[int, RowContents]:
    """What the rows of those of `ids` who are listed must say: published, with a page that anybody may read."""
    specialists = list(_specialists(ids))
    pages = _pages([specialist.pk for specialist in specialists])
    specialists = [specialist for specialist in specialists if pages[specialist.pk]]
    options_by_specialist = {
        specialist.pk: options_of(specialist, slugs_of(specialist)) for specialist in specialists
    }
    option_numbers = numbers(
        {
            *((SOON, part) for part in PARTS),
            *(option for options in options_by_specialist.values() for option in options),
        }
    )
    times = ports.booking().free_times([specialist.pk for specialist in specialists], now=now)
    replies = ports.booking().reply_minutes([specialist.pk for specialist in specialists])
    names = {language: TermNames(language) for language, _name in settings.LANGUAGES}
    contents = {}
    for specialist in specialists:
        row = SearchRow(
            specialist=specialist,
            facets=sorted(option_numbers[option] for option in options_by_specialist[specialist.pk]),
            name=folded(specialist.name)[:120],
            name_key=name_key(specialist.name)[:400],
            price=own_price(specialist),
            confirmed_on=specialist.accepting_confirmed_on if _may_be_accepting(specialist) else None,
            reply_minutes=replies.get(specialist.pk),
            **time_fields(times.get(specialist.pk, FreeTimes()), option_numbers),
        )
        row_contents = contents[specialist.pk] = RowContents(row)
        for language, terms in names.items():
            row_contents.texts[language] = _text(specialist, pages[specialist.pk], language, terms)
    return contents


def _may_be_accepting(one: Specialist) -> bool:
    """Whether *accepting clients* may be said, by a contact or by free times: those come first anyway."""
    return one.is_accepting and (one.has_contact or one.offers_free_consultation)


def name_key(name: str) -> str:
    """A name as it is compared with what somebody types; Arabic names by their consonants too."""
    return f"{sounds(name)} {consonants(name)}" if ARABIC.search(name) else sounds(name)


@dataclass
class TermNames:
    """The names of everything that specialists are described by, in one language."""

    language: str

    def __post_init__(self) -> None:
        self.of = {kind.name: kind.model.names(self.language) for kind in TERM_KINDS}

    def of_specialist(self, one: Any) -> list[str]:
        return [self.of[kind].get(slug, slug) for kind, slugs in slugs_of(one).items() for slug in slugs]


def slugs_of(one: Any) -> dict[str, list[str]]:
    """The terms of somebody whom `_specialists` has read, by kind."""
    found = {}
    for kind in TERM_KINDS:
        term = None if kind.is_many else getattr(one, kind.relation)
        found[kind.name] = getattr(one, f"{kind.name}_slugs") if kind.is_many else [term.slug] if term else []
    return found


def _specialists(ids: Collection[int]) -> Any:
    def slugs(relation: str) -> ArraySubquery:
        through = getattr(Specialist, relation).through
        target = Specialist._meta.get_field(relation).m2m_reverse_field_name()  # type: ignore[union-attr]
        rows = through.objects.filter(specialist=OuterRef("pk")).order_by(f"{target}__slug")
        return ArraySubquery(rows.values(f"{target}__slug"))

    return (
        Specialist.objects.published()
        .filter(pk__in=ids)
        .select_related(*ONE_OF_EACH)
        .annotate(**{f"{kind.name}_slugs": slugs(kind.relation) for kind in TERM_KINDS if kind.is_many})
        .order_by("pk")
    )


def _pages(ids: Collection[int]) -> dict[int, dict[str, SpecialistPage]]:
    """The pages anybody may read, by specialist and language; the one they wrote themselves comes first."""
    pages = unrestricted(SpecialistPage.objects.live().filter(specialist__in=ids)).select_related("locale")
    pages_by_specialist: dict[int, dict[str, SpecialistPage]] = defaultdict(dict)
    for page in pages.order_by("alias_of_id", "pk"):  # nulls come last, so it must be sorted again
        pages_by_specialist[page.specialist_id][page.locale.language_code] = page
    for pk, pages_by_language in pages_by_specialist.items():
        pages_by_specialist[pk] = dict(
            sorted(pages_by_language.items(), key=lambda pair: (pair[1].alias_of_id is not None, pair[1].pk))
        )
    return pages_by_specialist


def _text(specialist: Any, pages: dict[str, SpecialistPage], language: str, terms: TermNames) -> IndexedText:
    page = pages.get(language) or next(iter(pages.values()))
    is_own = page.locale.language_code == language and page.alias_of_id is None
    words = [page.headline, plain_text(page.story), plain_text(page.approach)] if is_own else []
    for block in page.faq if is_own else []:
        words += [block.value["question"], plain_text(block.value["html"].source)]
    return IndexedText(
        page_id=page.pk,
        name=f"{folded(specialist.name)} {latin(specialist.name)}",
        facts=prepared(" ".join(terms.of_specialist(specialist)), language),
        words=prepared(" ".join(words), language),
    )


def time_fields(own: FreeTimes, known: dict[tuple[str, str], int]) -> dict[str, Any]:
    return {
        "soon": sorted(known[SOON, part] for part in own.soon),
        "next_slot_at": own.upcoming[0] if own.upcoming else None,
        "upcoming": list(own.upcoming),
        "advance_at": own.advance_at,
        "stale_at": own.stale_at,
    }
