"""Names of countries, languages and currencies, and how money is written: the CLDR's, with few exceptions."""

import pytest
from django.conf import settings
from django.utils import translation

from core.i18n import cities, countries, currencies, languages
from core.i18n.currencies import money
from core.models import Helpline

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.mark.parametrize(
    ("language", "country", "spoken", "paid"),
    [
        ("en", "Germany", "Ukrainian", "UAH – Ukrainian Hryvnia"),
        ("uk", "Німеччина", "українська", "UAH – українська гривня"),
        ("de", "Deutschland", "Ukrainisch", "UAH – Ukrainische Hrywnja"),
        ("ar", "ألمانيا", "الأوكرانية", "UAH – هريفنيا أوكراني"),
        ("xx", "Germany", "Ukrainian", "UAH – Ukrainian Hryvnia"),
    ],
)
def test_names_are_in_the_language_being_read(language: str, country: str, spoken: str, paid: str) -> None:
    with translation.override(language):
        assert countries.country_name("DE") == country
        assert languages.language_name("uk") == spoken
        assert currencies.choices(["UAH"]) == [("UAH", paid)]


def test_a_code_that_nobody_knows_is_shown_as_it_is() -> None:
    assert countries.country_name("QQ") == "QQ"
    assert languages.language_name("qq") == "qq"
    assert currencies.choices(["QQQ"]) == [("QQQ", "QQQ")]
    assert money(5, "QQQ") == "5\u00a0QQQ"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_and_language_to_choose_has_a_name_of_its_own_in_order(language: str) -> None:
    with translation.override(language):
        names = [name for _code, name in countries.choices()]
        assert names == sorted(set(names))
        assert len(names) == len(countries.CODES)
        assert not set(names) & set(countries.CODES)
        assert not set(languages.names().values()) & set(languages.CODES)


@pytest.mark.parametrize("code", countries.OWN_NAMES)
def test_our_own_names_differ_from_the_cldrs_and_both_are_found(code: str) -> None:
    """A name that the CLDR has come to share in every language needs no exception any more."""
    ours = [countries.country_name(code, language) for language in LANGUAGES]
    theirs = [str(languages.locale_of(language).territories[code]) for language in LANGUAGES]
    assert ours != theirs
    zones = [cities.find(name) for name in [*ours, *theirs]]
    assert zones[0] != []
    assert zones == [zones[0]] * len(zones)


def test_the_names_of_a_models_countries_follow_the_reader_and_need_no_migration() -> None:
    field = Helpline._meta.get_field("country")
    with translation.override("de"):
        assert ("DE", "Deutschland") in list(field.formfield().choices)  # type: ignore[attr-defined]
    assert field.deconstruct()[3]["choices"] is countries.choices


@pytest.mark.parametrize(
    ("language", "amounts"),
    [
        ("en", ["€1,500", "₪1,500–2,000", "1,500\u00a0UAH", "700\u00a0AED"]),
        ("uk", ["1\u00a0500\u00a0€", "1\u00a0500–2\u00a0000\u00a0ILS", "1\u00a0500\u00a0₴", "700\u00a0AED"]),
        ("de", ["1.500\u00a0€", "1.500–2.000\u00a0₪", "1.500\u00a0UAH", "700\u00a0AED"]),
        ("ar", ["1,500\u00a0€", "1,500–2,000\u00a0₪", "1,500\u00a0UAH", "700\u00a0AED"]),
    ],
)
def test_large_amounts_are_grouped_and_signs_stand_where_they_belong(
    language: str, amounts: list[str]
) -> None:
    with translation.override(language):
        written = [money(1500, "EUR"), money(1500, "ILS", to=2000), money(1500, "UAH"), money(700, "AED")]
    assert [one.strip("\u2068\u2069") for one in written] == amounts


def test_the_cldr_still_writes_a_code_for_the_euro_in_ukrainian() -> None:
    """When it doesn't, and the other two have their signs too, `currencies.SIGNS` can go."""
    assert languages.locale_of("uk").currency_symbols["EUR"] == "EUR"
