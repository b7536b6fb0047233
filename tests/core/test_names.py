"""Names and addresses as people type them."""

import unicodedata

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from core.mail.addresses import canonical_address
from core.models import Outbox
from core.names import MOST_MARKS, REFUSED, NameField, clean_name, in_mail, leads_somewhere
from tests.accounts.ways_in import PASSWORD, make_account
from tests.booking.racing import kinds, race


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Noor   Beispiel ", "Noor Beispiel"),
        ("Noor\u00a0\u2003\tBeispiel\r\n", "Noor Beispiel"),
        ("Noor\nBcc: other@example.org", "Noor Bcc: other@example.org"),  # one line, whatever it says
        ("Ｎｏｏｒ", "Noor"),
        ("ﬁne ①", "fine 1"),
        ("No\u200bo\u200dr\ufeff\u2060", "Noor"),
        ("\u202eroot\u202c", "root"),  # right-to-left override
        ("\u2066Noor\u2069\u200f\u061c", "Noor"),
        ("No\x00o\x07r\x9f", "Noor"),
        ("No\ue000o\ud800r", "Noor"),
        ("Zoe\u0308", "Zoë"),
        ("Z" + "\u0301" * 40 + "algo", "\u0179" + "\u0301" * MOST_MARKS + "algo"),
        ("Нур Приклад", "Нур Приклад"),
        ("نُور مِثَال", "نُور مِثَال"),
        ("Nguyễn Thị", "Nguyễn Thị"),
        ("O’Neill-Śmith", "O’Neill-Śmith"),
        ("\u200b\u202e", ""),
    ],
)
def test_a_name_is_one_line_of_what_can_be_seen(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@given(st.text())
def test_whatever_is_typed_cleaning_it_twice_changes_nothing(typed: str) -> None:
    name = clean_name(typed)
    assert clean_name(name) == name
    assert not {unicodedata.category(one) for one in name} & REFUSED
    assert name == " ".join(name.split(" ")).strip()


def test_a_names_length_is_counted_after_cleaning() -> None:
    field = NameField(required=False)
    assert field.clean("\u200b" * 500 + "Noor") == "Noor"
    assert field.clean(None) == ""
    with pytest.raises(ValidationError):
        field.clean("ﷺ" * 20)  # one character that is a sentence of 18


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Noor@Example.ORG ", "noor@example.org"),
        ("ｎｏｏｒ＠ｅｘａｍｐｌｅ．ｏｒｇ", "noor@example.org"),
        ("\u212aim@example.org", "kim@example.org"),  # the sign for kelvin
        ("no\u017for@example.org", "nosor@example.org"),  # long s
        ("ﬁona@example.org", "fiona@example.org"),
    ],
)
def test_an_address_is_written_in_one_way(typed: str, kept: str) -> None:
    assert canonical_address(typed) == kept
    assert canonical_address(kept) == kept


def test_a_dotless_i_is_another_letter() -> None:
    assert canonical_address("k\u0131m@example.org") != canonical_address("kim@example.org")


# --- Two accounts never share an address ------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("other", ["NOOR@example.org", "ｎｏｏｒ@example.org", "noor@ＥＸＡＭＰＬＥ.org"])
def test_no_second_account_has_the_same_address_written_otherwise(other: str) -> None:
    User.objects.create_user("noor@example.org")
    with pytest.raises(IntegrityError, match="unique"), transaction.atomic():
        User.objects.create_user(other)
    with pytest.raises(IntegrityError), transaction.atomic():
        User(email=other).save()  # past the manager: the database itself says no


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "written_to"),
    [
        ("\u212aim@example.org", ["kim@example.org"]),
        ("kim@ＥＸＡＭＰＬＥ.org", ["kim@example.org"]),
        ("k\u0131m@example.org", []),  # another address, which has no account
    ],
)
def test_the_link_for_a_new_password_goes_to_the_address_of_the_account(
    client: Client, typed: str, written_to: list[str]
) -> None:
    """Not to the one that was typed, which may be somebody else's."""
    make_account("kim@example.org")
    client.post(reverse("account_reset_password"), {"email": typed})
    links = [row.recipients for row in Outbox.objects.all() if b"password/reset/key" in bytes(row.raw)]
    assert links == ([written_to] if written_to else [])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sign_up_with_one_address_at_once_one_gets_it_and_neither_learns_more() -> None:
    def sign_up(email: str) -> int:
        form = {"email": email, "password1": PASSWORD}
        return Client().post(reverse("account_signup"), form).status_code

    written = ["noor@example.org", "NOOR@example.org", "noor@ＥＸＡＭＰＬＥ.org"] * 2
    outcomes = race([lambda email=email: sign_up(email) for email in written])
    assert kinds(outcomes) == {"int": len(written)}
    assert set(outcomes) <= {302, 429}  # a second mail to one address waits for ten seconds
    assert [user.email for user in User.objects.all()] == ["noor@example.org"]
    assert EmailAddress.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_address_is_verified_for_one_account_alone() -> None:
    """allauth's own table too, at one moment too."""
    rows = [
        EmailAddress.objects.create(
            user=User.objects.create_user(f"p{number}@example.org"), email="x@example.org"
        )
        for number in range(4)
    ]

    def verify(row: EmailAddress) -> bool:
        return EmailAddress.objects.filter(pk=row.pk).update(verified=True) == 1

    outcomes = race([lambda row=row: verify(row) for row in rows])
    assert kinds(outcomes) == {"IntegrityError": 3, "bool": 1}
    assert EmailAddress.objects.filter(verified=True).count() == 1


# --- A name leads nowhere --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *[
            "go to https://evil.com",
            "hxxp://evil",
            "http evil",
            "evil.com",
            "Anna evil.com/x",
            "EVIL.COM",
            "evil。com",
        ],
        *[
            "evil．com",
            "evil｡com",
            "evil․com",
            "e\u200bvil.com",
            "t.me/x",
            "t.me",
            "bit.ly/3x",
            "//evil",
            "www evil de",
        ],
        *[
            "xn--80ak6aa92e",
            "evil.xn--p1ai",
            "приклад.укр",
            "مثال.إختبار",
            "例え.テスト",
            "192.0.2.1",
            "192.0.2.1:80",
        ],
        *[
            "[2001:db8::1]",
            "anna@evil.com",
            "@evil",
            "ａｎｎａ＠ｅｖｉｌ",
            "mailto:anna",
            "javascript:alert(1)",
            "tel:1",
        ],
        *[
            "evil[.]com",
            "evil(dot)com",
            "evil dot com",
            "evil . com",
            "evil .com",
            "evil. com",
            "call +49 30 1234567",
        ],
        *["٠٣٠١٢٣٤٥٦٧٨", "1.2.3", "dr.evil.com", "Anna\nhttps://evil.com", "ftp://x", "data:text/html,x"],
    ],
)
def test_a_name_that_leads_somewhere_is_refused(name: str) -> None:
    assert leads_somewhere(name)
    with pytest.raises(ValidationError, match="only a name"):
        NameField().clean(name)
    assert not leads_somewhere(in_mail(name))


@pytest.mark.parametrize(
    "name",
    [
        *[
            "Noor",
            "J.R.R. Tolkien",
            "J. R. R. Tolkien",
            "Dr. Anna Bondar",
            "Dr.med. Anna",
            "M.Sc. Anna",
            "Ph.D.",
            "B.Sc.Psych.",
        ],
        *[
            "Dipl.-Psych. Jana Muster",
            "Prof. Dr. h.c. Max",
            "O’Neill-Śmith",
            "Anna (she/her)",
            "Олена О. Приклад",
            "د. سلمى",
        ],
        *[
            "St. John",
            "Robin 85",
            "anna19851204",
            "Jean-Luc",
            "Zoë",
            "Nguyễn Thị",
            "Noor & Robin",
            "Ms. Dot",
            "Me",
            "Дот Ком",
        ],
        *[
            "Link",
            "Data",
            "YubiKey 5.2",
            "Mr. T",
            "A. & B.",
            "Ірина Вікторівна",
            "Max Mustermann jr.",
            "Art Deco",
        ],
    ],
)
def test_a_name_stays_a_name(name: str) -> None:
    assert not leads_somewhere(name)
    assert NameField().clean(name) == name
    assert in_mail(name) == name


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("Anna https://evil.com", "Anna"),
        ("https://evil.com", "…"),
        ("evil dot com", "…"),
        ("Anna\r\nBcc: x", "Anna Bcc: x"),
        ("x" * 500, "x" * 80),
        ("", "…"),
    ],
)
def test_an_old_name_is_said_without_what_leads_somewhere(old: str, said: str) -> None:
    assert in_mail(old) == said


@given(st.text())
def test_whatever_a_name_was_mails_lead_nowhere(typed: str) -> None:
    said = in_mail(typed)
    assert said
    assert len(said) <= 80
    assert not leads_somewhere(said)
