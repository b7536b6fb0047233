"""Names of countries, each in the language being read, by the two letters of ISO 3166."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.i18n.languages import locale_of

# Those that people choose from: of a register, of a line to call. Time zones lie in more territories.
CODES = """
    AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH
    CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN
    GQ GR GT GW GY HK HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB
    LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MR MT MU MV MW MX MY MZ NA NE NG NI NL NO
    NP NR NZ OM PA PE PG PH PK PL PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS
    ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VN VU WS XK YE ZA ZM ZW
""".split()  # noqa: SIM905 - a list of words is easier to read so
# The CLDR's names of these take a side or say more than a name; ours are the places' own, in a word or two.
OWN_NAMES = {
    "HK": _("Hong Kong"),  # CLDR: Hong Kong SAR China
    "MM": _("Myanmar"),  # CLDR: Myanmar (Burma)
    "PS": _("Palestine"),  # CLDR: Palestinian Territories
}


def country_name(code: str, language: str | None = None) -> str:
    """The name of a country in a language (the one being read), or its code if nobody knows it."""
    if code not in OWN_NAMES:
        return str(locale_of(language).territories.get(code, code))
    if language is None:
        return str(OWN_NAMES[code])
    with translation.override(language):
        return str(OWN_NAMES[code])


def all_names(code: str) -> set[str]:
    """What a country is called in the site's languages, by us and by the CLDR: what people may type."""
    languages = [language for language, _name in settings.LANGUAGES]
    return {country_name(code, language) for language in languages} | {
        str(locale_of(language).territories.get(code, code)) for language in languages
    }


def choices() -> list[tuple[str, str]]:
    """All countries by name, for a select."""
    return sorted(((code, country_name(code)) for code in CODES), key=lambda pair: pair[1])
