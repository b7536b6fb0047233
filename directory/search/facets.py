"""What specialists can be filtered by: the kinds of options, and which of them fit somebody."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.caching import forget, remembered
from core.page_cache.reading import reading
from directory.models.search import SearchOption
from directory.page_tags import OPTION

REMEMBERED = "directory_options"
ALL = ("all", "1")  # everybody listed has it
SOON = "soon"
KINDS = (
    "free",
    SOON,
    "topic",
    "language",
    "format",
    "place",
    "profession",
    "method",
    "group",
    "gender",
    "price_max",
    "prescribes",
)
FORMATS = {"online": _("Online"), "in_person": _("In person")}
# Steps of *price up to*, by currency; others get those of 1, 2 and 5.
PRICES = {
    "EUR": (30, 50, 70, 90, 120, 150),
    "GBP": (30, 50, 70, 90, 120, 150),
    "USD": (30, 50, 70, 90, 120, 150, 200),
    "UAH": (500, 800, 1_000, 1_500, 2_000, 3_000),
    "EGP": (300, 500, 800, 1_200, 2_000),
    "JOD": (15, 25, 40, 60),
}
STEPS = tuple(digit * 10**power for power in range(1, 6) for digit in (1, 2, 5))


def price_steps(price: int, currency: str) -> list[str]:
    """The options of *price up to* that a price fits: 60 EUR fits 70EUR, 90EUR and so on."""
    return [f"{step}{currency}" for step in PRICES.get(currency, STEPS) if price <= step]


def split_price(value: str) -> tuple[int, str]:
    """The amount and the currency of such an option."""
    return int(value[:-3]), value[-3:]


def options_of(specialist: Any, terms: Mapping[str, Iterable[str]]) -> set[tuple[str, str]]:
    """The options that fit a specialist, but for when they are free. The terms come as slugs, by kind."""
    options = {ALL}
    for kind, values in {**terms, "language": specialist.session_languages}.items():
        options |= {(kind, value) for value in values}
    if specialist.is_online:
        options.add(("format", "online"))
    if specialist.place:
        options.add(("format", "in_person"))
    if specialist.gender:
        options.add(("gender", specialist.gender))
    if specialist.price_min is not None:
        options |= {("price_max", step) for step in price_steps(specialist.price_min, specialist.currency)}
    if specialist.can_prescribe:
        options.add(("prescribes", "1"))
    if specialist.offers_free_consultation:
        options.add(("free", "1"))
    return options


def own_price(specialist: Any) -> int | None:
    """The price to sort by: none for prices that aren't in the directory's own currency and can't be compared."""
    return specialist.price_min if specialist.currency == settings.DIRECTORY_CURRENCY else None


def numbers(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The numbers of options, made for those that have none. 1 query, 3 if some are new."""
    wanted = set(wanted)
    existing = read_numbers()
    if new := wanted - existing.keys():
        SearchOption.objects.bulk_create(
            [SearchOption(kind=kind, value=value) for kind, value in sorted(new)], ignore_conflicts=True
        )
        existing = read_numbers()
        forget(REMEMBERED)
    return {option: existing[option] for option in wanted}


def known_numbers(query: QueryDict | None = None) -> dict[tuple[str, str], int]:
    """The numbers of all options, remembered: they never change, there are only more of them.

    Read anew where `query` asks for one that isn't among them. No query, or 1.
    """
    known = remembered(REMEMBERED, "all", read_numbers)
    chosen = {(kind, value) for kind in KINDS for value in query.getlist(kind)} if query else set()
    return known if chosen <= known.keys() else read_numbers()


def read_numbers() -> dict[tuple[str, str], int]:
    """The numbers of all options. There are some hundreds."""
    rows = SearchOption.objects.values_list("kind", "value", "pk")
    with reading(OPTION):
        return {(kind, value): pk for kind, value, pk in rows}


def rename_option(kind: str, before: str, now: str) -> None:
    """Give an option a new value. One that is left over under that value, fitting nobody, takes the old one.

    Call it in a transaction.
    """
    options = SearchOption.objects.select_for_update().filter(kind=kind, value__in=[before, now])
    options_by_value = {option.value: option for option in options.order_by("pk")}
    if before not in options_by_value:
        return
    if now in options_by_value:
        SearchOption.objects.filter(pk=options_by_value[now].pk).update(value="")
    SearchOption.objects.filter(pk=options_by_value[before].pk).update(value=now)
    if now in options_by_value:
        SearchOption.objects.filter(pk=options_by_value[now].pk).update(value=before)
    forget(REMEMBERED)
