"""Typos in e-mail addresses: found where they are, and nobody else is bothered."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.forms.email_typos import COMMON, OTHERS, suggestion

TYPOS = {
    "gmial.com": "gmail.com",
    "gmai.com": "gmail.com",
    "gnail.com": "gmail.com",
    "gmaill.com": "gmail.com",
    "gamil.com": "gmail.com",
    "gmail.con": "gmail.com",
    "gmail.co": "gmail.com",
    "gmail.cm": "gmail.com",
    "gmial.co": "gmail.com",
    "gmail,com": "gmail.com",
    "gmailcom": "gmail.com",
    "gmail": "gmail.com",
    "hotmial": "hotmail.com",
    "hotmial.com": "hotmail.com",
    "hotmal.com": "hotmail.com",
    "hotmail.con": "hotmail.com",
    "hotmial.de": "hotmail.de",
    "outlok.com": "outlook.com",
    "yaho.com": "yahoo.com",
    "yahooo.com": "yahoo.com",
    "yahoo.cmo": "yahoo.com",
    "iclod.com": "icloud.com",
    "ukr.ner": "ukr.net",
    "urk.net": "ukr.net",
    "ukrnet": "ukr.net",
    "gxm.de": "gmx.de",
    "gmx.ed": "gmx.de",
    "wbe.de": "web.de",
    "web.dee": "web.de",
    "t-onlin.de": "t-online.de",
    "yandx.ru": "yandex.ru",
    "yadnex.ru": "yandex.ru",
    "praxis-sommer.con": "praxis-sommer.com",
}

# Of other kinds than the providers': companies, universities, charities, countries, short and similar names.
FINE = """
    example.org example.com attune.example sky.de aon.com mail.example.co.uk kpi.ua knu.ua ukma.edu.ua
    uni-koeln.de tum.de charite.de diakonie.de nhs.net nhs.uk ox.ac.uk ucl.ac.uk who.int un.org icrc.org unhcr.org
    ksu.edu.sa kau.edu.sa aub.edu.lb cu.edu.eg gov.ua gov.uk web.com wed.de met.de gem.de box.com gov.pl
    company.co startup.io team.cam studio.om bank.cm family.name museum xn--80ak6aa92e.com почта.рф
    yahoo.co.th outlook.cz hotmail.be live.be gmx.fr yandex.az
""".split()  # noqa: SIM905 - a list of words is easier to read so


@pytest.mark.parametrize("domain", TYPOS)
def test_a_slip_is_asked_about(domain: str) -> None:
    assert suggestion(f"Robin.Reader@{domain}") == f"Robin.Reader@{TYPOS[domain]}"


@pytest.mark.parametrize("domain", [*COMMON, *OTHERS, *FINE])
def test_what_is_somebodys_is_left_alone(domain: str) -> None:
    assert suggestion(f"robin@{domain}") is None
    assert suggestion(f"robin@{domain.upper()}") is None


@pytest.mark.parametrize("text", ["", "@", "robin", "robin@", "@gmial.com", "a" * 300, "robin@" + "a" * 300])
def test_what_is_no_address_is_no_slip(text: str) -> None:
    assert suggestion(text) is None


@settings(derandomize=True, database=None, deadline=None)
@given(st.text(max_size=80))
def test_what_is_suggested_is_never_asked_about_again(text: str) -> None:
    meant = suggestion(f"robin@{text}")
    assert meant is None or suggestion(meant) is None
