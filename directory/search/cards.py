"""What the cards of specialists show, in the listing and on other pages."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F, Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from core.i18n.currencies import money
from core.i18n.languages import join_words, language_name
from core.models import Topic
from core.models.pictures import READ_FOR_SIZES
from core.page_cache.process import cache as page_cache
from core.page_cache.reading import (
    NOT_KEPT,
    apart,
    collecting,
    current,
    depends_on,
    reading,
    today,
    true_until,
)
from core.page_cache.tags import Kind
from core.page_tags import LINK, TOPIC
from directory import ports
from directory.models.search import SearchRow, SearchText
from directory.models.specialists import Specialist
from directory.models.taxonomies import Place, Profession
from directory.page_tags import (
    DIRECTORY,
    FITTING,
    NEXT_SLOT,
    PLACE,
    PORTRAIT,
    PROFESSION,
    SPECIALIST,
    TIMES,
)
from directory.search.backend import matching, published_order
from directory.search.facets import FORMATS, known_numbers
from directory.search.query import DirectoryQuery
from directory.times import ANY, parts_of

CARD_KINDS = (SPECIALIST, PROFESSION, PLACE, PORTRAIT, TOPIC, LINK)
SLOTS_ON_A_CARD = 3
CARD_SIZE = 4_000  # bytes, about
# What is read of a specialist for a card.
ON_A_CARD = (
    *("name", "slug", "state", "checked_on", "session_languages", "is_online", "price_min", "price_max"),
    *("currency", "offers_free_consultation", "is_accepting", "accepting_confirmed_on"),
    *("practice_phone", "practice_url"),
)
SLOTS_LOOKED_THROUGH = 100  # for those of an evening, say: a week of half-hours, or nearly


def with_cards(rows: Any, language: str, *tags: str | Kind) -> list[SearchRow]:
    """The rows with all that their cards show. 4 queries for any number: rows, pages, topics, pictures.

    `tags` say what the list of `rows` depends on.
    """
    texts = SearchText.objects.filter(language=language).annotate(slug=F("page__slug"), linked=F("page_id"))
    here = Prefetch("specialist__search_texts", texts.only("specialist"), "texts_here")
    topics = Prefetch("specialist__topics", Topic.objects.only("slug", "name"))
    prepared = (
        rows.select_related("specialist__profession", "specialist__place", "specialist__portrait")
        .only(
            "reply_minutes",
            "next_slot_at",
            *(f"specialist__{name}" for name in ON_A_CARD),
            *(f"specialist__{term}__{name}" for term in ("profession", "place") for name in ("slug", "name")),
            *(f"specialist__portrait__{name}" for name in READ_FOR_SIZES),
        )
        .prefetch_related(here, topics, "specialist__portrait__renditions")
    )
    # A record that somebody has changed past the services is better missing than shown.
    with reading(*tags, found=CARD_KINDS):
        return [row for row in prepared if row.specialist.is_public]


@dataclass(frozen=True)
class Show:
    """How cards are shown. Topics in `wanted` (slugs) come first, and of the free times those in `parts` of the week
    (directory.times); without `with_times` no free times are shown.
    """

    language: str
    with_times: bool = True
    wanted: tuple[str, ...] = ()
    parts: frozenset[str] = frozenset()


def listed(rows: Any, show: Show, *tags: str | Kind, now: datetime) -> list[dict[str, Any]]:
    """The cards of `rows`, a query that depends on `tags`. Those that nothing has changed on are remembered.

    5 or 6 queries for any number of cards, or 1.
    """
    if not page_cache.is_live or connection.in_atomic_block:
        return cards(with_cards(rows, show.language, *tags), show, now=now)
    with reading(*tags):
        pks = list(rows.values_list("pk", flat=True))
    since = page_cache.store.moment
    known = {pk: page_cache.get(("card", pk, show)) for pk in pks}
    found = {pk: entry.value for pk, entry in known.items() if entry}
    if missing := [pk for pk in pks if pk not in found]:
        with apart() as part:
            own = cards(
                with_cards(SearchRow.objects.filter(pk__in=missing), show.language),
                show,
                now=now,
                since=since,
            )
        for card in own:
            found[card["pk"]] = card
            if not part.unfollowed:
                page_cache.keep(("card", card["pk"], show), card, card["reading"], size=CARD_SIZE)
    shown = [found[pk] for pk in pks if pk in found]
    if around := current():
        for card in shown:
            around.absorb(card["reading"])
        around.tags.update(SPECIALIST(pk) for pk in pks)  # also of who isn't shown
    return [{**card, "since": since} for card in shown]


def cards(
    rows: Iterable[SearchRow], show: Show, *, now: datetime, since: int = NOT_KEPT
) -> list[dict[str, Any]]:
    """What each card shows, under the names that the component takes, and as `reading` what that depends on.

    Free times are as they are now. The rows were read since the moment `since` of the page cache.
    """
    rows = list(rows)
    limit = SLOTS_LOOKED_THROUGH if show.parts - {ANY} else SLOTS_ON_A_CARD
    ends: dict[int, datetime] = {}
    starts: dict[int, list[datetime]] = {}
    if show.with_times:
        starts = ports.booking().next_starts([row.pk for row in rows], limit=limit, ends=ends)
    card_list = []
    for row in rows:
        with collecting(since) as own:
            card = _card(row, show, starts.get(row.pk, []), now.date())
            if row.pk in ends:
                true_until(ends[row.pk])
        card_list.append({**card, "pk": row.pk, "show": show, "reading": own, "since": since})
        if around := current():
            around.absorb(own)
    return card_list


def _card(row: SearchRow, show: Show, starts: list[datetime], day: date) -> dict[str, Any]:
    specialist, language = row.specialist, show.language
    professions, places, topics = Profession.names(language), Place.names(language), Topic.names(language)
    today()  # what is said about accepting clients holds for a day
    text = next(iter(specialist.texts_here), None)  # read by with_cards
    depends_on(SPECIALIST(row.pk), TIMES(row.pk) if show.with_times else NEXT_SLOT(row.pk))
    if text:
        depends_on(LINK(text.linked))
    if specialist.portrait:
        depends_on(PORTRAIT(specialist.portrait.pk))
    place = places.get(specialist.place.slug, specialist.place.name) if specialist.place else ""
    own_starts = starts if specialist.offers_free_consultation else []
    parts = show.parts - {ANY}
    own_starts = ([start for start in own_starts if parts & parts_of(start)] or own_starts)[:SLOTS_ON_A_CARD]
    has_slot = bool(own_starts) or (not show.with_times and row.next_slot_at is not None)
    own_topics = sorted(specialist.topics.all(), key=lambda topic: topic.slug not in show.wanted)
    return {
        "name": specialist.name,
        "url": f"/{language}/specialists/{text.slug}/" if text else "",
        "portrait": specialist.portrait,
        "initials": specialist.initials,
        "profession": professions.get(specialist.profession.slug, specialist.profession.name),
        "checked_on": date_format(specialist.checked_on, "DATE_FORMAT") if specialist.checked_on else "",
        "is_free": specialist.offers_free_consultation,
        "topics": [topics.get(topic.slug, topic.name) for topic in own_topics],
        "in_common": [
            topics.get(topic.slug, topic.name) for topic in own_topics if topic.slug in show.wanted
        ],
        "session_languages": join_words(language_name(code) for code in specialist.session_languages),
        "where": where(specialist, place),
        "price": price(specialist),
        "starts": own_starts,
        "book_url": f"/{language}/specialists/{specialist.slug}/book/",
        "is_accepting": specialist.is_accepting_on(day, has_slot=has_slot),
        "confirmed_on": confirmed(specialist, day, has_slot=has_slot),
        "reply": reply_time(row.reply_minutes) if specialist.offers_free_consultation else "",
    }


def where(specialist: Specialist, place: str) -> str:
    """Place and online, as far as they are so."""
    return " · ".join(
        part for part in (place, str(FORMATS["online"]) if specialist.is_online else "") if part
    )


def price(specialist: Specialist) -> str:
    """The price of a session: €60–75, or nothing where it isn't told."""
    low, high = specialist.price_min, specialist.price_max
    if low is None:
        return ""
    return money(low, specialist.currency, to=high)


def confirmed(specialist: Specialist, today: date, *, has_slot: bool) -> str:
    """When the specialist last said that they accept clients; empty once that may not be said any more."""
    day = specialist.accepting_confirmed_on
    holds = specialist.is_accepting_on(today, has_slot=has_slot)
    return date_format(day, "DATE_FORMAT") if day and holds else ""


def reply_time(minutes: int | None) -> str:
    """How long answers to requests usually take, rounded so that nobody is held to a minute."""
    if minutes is None:
        return ""
    if minutes == 0:
        return gettext("Settled at once")
    hours = -(-minutes // 60)
    if hours == 1:
        return gettext("Usually answers within an hour")
    if hours <= 12:
        return ngettext(
            "Usually answers within %(hours)d hour", "Usually answers within %(hours)d hours", hours
        ) % {"hours": hours}
    days = -(-hours // 24)
    if days == 1:
        return gettext("Usually answers within a day")
    return ngettext("Usually answers within %(days)d day", "Usually answers within %(days)d days", days) % {
        "days": days
    }


def free_soon(
    language: str,
    *,
    topic_slugs: Collection[str] = (),
    session_languages: Collection[str] = (),
    without: int | None = None,
    limit: int = 3,
    with_times: bool = True,
) -> list[dict[str, Any]]:
    """Cards of the first specialists in the published order who offer a free consultation, for other pages.

    They work on one of the topics and speak one of the languages, if any are given. `without`: the number of one to
    leave out.
    """
    now = timezone.now()
    chosen = {"free": ("1",), "topic": tuple(topic_slugs), "language": tuple(session_languages)}
    known = known_numbers()
    rows = matching(
        DirectoryQuery(options={kind: values for kind, values in chosen.items() if values}), known
    )
    # Whoever has none of the topics isn't among them, whatever becomes of them.
    tags: list[str | Kind] = [
        FITTING(known["topic", slug]) for slug in topic_slugs if ("topic", slug) in known
    ]
    if without:
        rows = rows.exclude(pk=without)
    rows = rows.order_by(*published_order(now))[:limit]
    show = Show(language, with_times=with_times)
    return listed(rows, show, *(tags if topic_slugs else [DIRECTORY]), now=now)
