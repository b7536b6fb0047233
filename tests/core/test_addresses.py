"""E-mail addresses: one way to write each, wherever they enter."""

import unicodedata

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from core.mail.addresses import AddressField, canonical_address, mailbox_of, masked_address, readable_address
from core.models import Outbox
from tests.our_apps import our_apps

SPELLINGS = [
    "noor@exa\u200bmple.org",  # zero-width space
    "noor@exam\u00adple.org",  # soft hyphen
    "no\u2060or@example.org",
    "\u200enoor@example.org\u200f",  # pasted from a text that goes from right to left
    "\ufeffnoor@example.org",
    "noor\ufe0f@example.org",  # variation selector
    "no\u034for@example.org",  # combining grapheme joiner
    "no\u3164or@example.org",  # Hangul filler
    "no\U000e0061or@example.org",  # tag letter
    "noor@example。org",
    "noor＠example．org",
    "ｎｏｏｒ@example.org",
    "𝐧𝐨𝐨𝐫@example.org",
    "noor@ⓔⓧⓐⓜⓟⓛⓔ.org",
    "NOOR@EXAMPLE.ORG.",
    "\tnoor@example.org \r\n",
    "no\x00or@example.org",
]


@pytest.mark.parametrize("typed", SPELLINGS, ids=ascii)
def test_spellings_of_one_address_are_one_address(typed: str) -> None:
    assert canonical_address(typed) == "noor@example.org"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("noor@MÜLLER.de", "noor@xn--mller-kva.de"),
        ("noor@mu\u0308ller.de", "noor@xn--mller-kva.de"),
        ("noor@xn--mller-kva.de", "noor@xn--mller-kva.de"),
        ("noor@straße.de", "noor@xn--strae-oqa.de"),  # another domain than strasse.de today
        ("noor@мінкульт.укр", "noor@xn--j1acbe1ae8dyd.xn--j1amh"),
        ("noor@مثال.إختبار", "noor@xn--mgbh0fb.xn--kgbechtv"),
    ],
)
def test_a_domain_is_written_as_mail_servers_ask_for_it(typed: str, kept: str) -> None:
    assert AddressField().clean(typed) == kept
    assert "xn--" not in readable_address(kept)
    assert masked_address(kept) == f"n…@{readable_address(kept).partition('@')[2]}"


@given(st.text() | st.emails() | st.sampled_from(SPELLINGS))
def test_writing_an_address_again_changes_nothing(typed: str) -> None:
    address = canonical_address(typed)
    assert canonical_address(address) == address
    mailbox_of(typed)


@given(st.text(alphabet=st.characters(categories=["Cc", "Cf", "Mn", "Lo", "Ll"]), max_size=12))
def test_what_a_form_takes_can_be_seen_to_the_last_letter(typed: str) -> None:
    try:
        address = AddressField().clean(f"n{typed}r@ex{typed}e.org")
    except ValidationError:
        return
    assert address.isascii()
    assert not {unicodedata.category(one) for one in address} & {"Cc", "Cf"}


@pytest.mark.parametrize(
    "typed",
    [
        '"noor"@example.org',
        "noor@[127.0.0.1]",
        "noor@localhost",
        "noor@exa mple.org",
        "nо\u043er@example.org",  # Cyrillic о: another name, which mail servers rarely take
        "noor@a_b.org",
        "noor@-a.org",
        "noor@a..org",
        "noor@☃.net",
        "@example.org",
        "noor@",
        "noor",
        "n" * 65 + "@example.org",
        "n" * 100_000 + "@example.org",
        "noor@" + "a." * 50_000 + "org",
    ],
    ids=lambda typed: ascii(typed[:20]),
)
def test_what_mail_cannot_be_sent_to_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        AddressField().clean(typed)
    assert "name@example.org" in refusal.value.messages[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("noor+anything@example.org", "noor@example.org"),
        ("n.o.o.r+x@googlemail.com", "noor@gmail.com"),
        ("Noor@Example.org", "noor@example.org"),
    ],
)
def test_additions_to_a_name_lead_to_one_mailbox(one: str, other: str) -> None:
    assert mailbox_of(one) == mailbox_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("n.oor@example.org", "noor@example.org"), ("+x@example.org", "+y@example.org")]
)
def test_other_names_are_other_mailboxes(one: str, other: str) -> None:
    assert mailbox_of(one) != mailbox_of(other)


def every_form(form: type[forms.BaseForm] = forms.BaseForm) -> set[type[forms.BaseForm]]:
    return {form}.union(*(every_form(one) for one in form.__subclasses__()))


@pytest.mark.django_db
def test_every_form_of_ours_takes_addresses_in_one_way() -> None:
    """Those of allauth that the site uses replace their field when they are made, so a real page is asked below."""
    Client().get("/en/account/login/")  # every URL, and so every form, is imported now
    ours = [form for form in every_form() if form.__module__.split(".")[0] in our_apps() - {"accounts"}]
    fields = [
        (form, name, field)
        for form in ours
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.EmailField) and not field.disabled
    ]
    assert fields
    plain = [f"{form.__name__}.{name}" for form, name, field in fields if not isinstance(field, AddressField)]
    assert [one for one in plain if one != "SampleForm.email"] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("account_login", "login"),
        ("account_signup", "email"),
        ("account_reset_password", "email"),
        ("account_request_login_code", "email"),
    ],
)
def test_the_ways_in_take_addresses_in_one_way(client: Client, page: str, name: str) -> None:
    assert isinstance(client.get(reverse(page)).context["form"].fields[name], AddressField)


@pytest.mark.django_db
def test_no_spelling_sends_more_mail_into_one_box(client: Client) -> None:
    for number, typed in enumerate([*SPELLINGS, "noor+1@example.org", "noor+2@example.org"]):
        client.post(
            reverse("account_request_login_code"), {"email": typed}, REMOTE_ADDR=f"198.18.77.{number + 1}"
        )
    assert 1 <= Outbox.objects.count() <= 10


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["noor@exam\u200bple.org", "Noor@example.org", "noor@müller.de", "noor"])
def test_the_database_keeps_other_spellings_out(email: str) -> None:
    with pytest.raises(IntegrityError, match="accounts_user_email_canonical"), transaction.atomic():
        User.objects.create(email=email)


@pytest.mark.django_db
def test_the_check_finds_twins_and_names_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    one = User.objects.create_user("noor@example.org")
    call_command("check_addresses")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_user DROP CONSTRAINT accounts_user_email_canonical")
    twin = User.objects.create(email="noor@exam\u200bple.org")
    with pytest.raises(CommandError):
        call_command("check_addresses")
    said = capsys.readouterr().out
    assert f"rows {twin.pk}, {one.pk} have one address" in said
    assert "noor" not in said
