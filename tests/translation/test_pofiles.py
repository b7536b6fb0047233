"""Uploads of PO files: each is answered with what was and wasn't taken."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail_localize.models import StringTranslation, Translation

from tests.factories.pages import Tree, fill, make_article, set_string, submitted
from tests.factories.people import log_in_to_cms, make_administrator, make_translator

pytestmark = pytest.mark.django_db
TREE = ("uk", "de")


@pytest.fixture
def translation(tree: Tree) -> Translation:
    return submitted(make_article(tree["en"].index, title="Rest for 20 minutes", slug="rest"), "uk")


@pytest.fixture
def cms(client: Client, tree: Tree) -> Client:
    log_in_to_cms(client, make_translator("uk"))
    return client


def upload(cms: Client, translation: Translation, content: bytes | None) -> str:
    address = reverse("wagtail_localize:upload_pofile", args=[translation.pk])
    files = {} if content is None else {"file": SimpleUploadedFile("uk.po", content)}
    response = cms.post(address, files, follow=True)
    assert response.status_code == 200
    return " ".join(str(message) for message in response.context["messages"])


def po(translation: Translation, *entries: str, charset: str = "UTF-8", date: str = "") -> str:
    created = f'"POT-Creation-Date: {date}\\n"\n' if date else ""
    return (
        f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset={charset}\\n"\n{created}'
        f'"X-WagtailLocalize-TranslationID: {translation.uuid}\\n"\n\n' + "\n\n".join(entries) + "\n"
    )


TITLE = 'msgctxt "title"\nmsgid "Rest for 20 minutes"\nmsgstr "{}"'
GOOD = TITLE.format("Відпочинок 20 хвилин")


def title_of(translation: Translation) -> str | None:
    row = StringTranslation.objects.filter(
        locale=translation.target_locale,
        context__object_id=translation.source.object_id,
        context__path="title",
        translation_of__data="Rest for 20 minutes",
    ).first()
    return row.data if row else None


@pytest.mark.parametrize(
    ("uploaded", "sentence"),
    [
        (None, "Choose a PO file"),
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "can't be read"),
        (b"abc\x00def", "not a PO file"),
        (b"hello", "not a valid PO file"),
        (b'msgid "a"\nmsgstr "b"\n', "doesn't say which translation"),
        (b"x" * (3 * 1024 * 1024), "too large"),
    ],
)
def test_a_file_that_is_none_is_answered_and_changes_nothing(
    cms: Client, translation: Translation, uploaded: bytes | None, sentence: str
) -> None:
    before = StringTranslation.objects.count()
    said = upload(cms, translation, uploaded)
    assert sentence in said
    assert "Nothing was changed" in said
    assert StringTranslation.objects.count() == before


def test_a_file_for_another_translation_is_refused(cms: Client, translation: Translation, tree: Tree) -> None:
    other = Translation.objects.exclude(pk=translation.pk).first()
    assert other
    assert "another page or another language" in upload(cms, translation, po(other, GOOD).encode())
    assert title_of(translation) is None


@pytest.mark.parametrize("change", ["", "bom", "crlf", "latin"])
def test_a_good_file_is_taken_however_it_was_saved(
    cms: Client, translation: Translation, change: str
) -> None:
    text = po(translation, GOOD, charset="windows-1251" if change == "latin" else "UTF-8")
    if change == "crlf":
        text = text.replace("\n", "\r\n")
    encoding = {"bom": "utf-8-sig", "latin": "windows-1251"}.get(change, "utf-8")
    assert "1 string was taken" in upload(cms, translation, text.encode(encoding))
    assert title_of(translation) == "Відпочинок 20 хвилин"


def test_a_wrong_or_unknown_charset_is_refused(cms: Client, translation: Translation) -> None:
    assert "Save it as UTF-8" in upload(cms, translation, po(translation, GOOD).encode("windows-1251"))
    assert "Save it as UTF-8" in upload(cms, translation, po(translation, GOOD, charset="klingon").encode())
    assert title_of(translation) is None


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (f"#, fuzzy\n{GOOD}", "fuzzy"),
        (TITLE.format("Відпочинок"), "20"),
        (TITLE.format("Відпочинок 20 <script>x</script>"), "not taken"),
        (TITLE.format("Відпочинок 20 <b onclick='x'>хв</b>"), "not taken"),
        (TITLE.format("20 \\x07 хв"), "not taken"),
        (TITLE.format("20" + "х" * 300), "at most"),
        (f"{GOOD}\n\n{TITLE.format('Інше 20')}", "twice"),
        (GOOD.replace('"title"', '"nowhere"'), "not on this page"),
        ('msgid "Rest for 20 minutes"\nmsgstr "20"', "not on this page"),
        (
            'msgctxt "title"\nmsgid "Rest for 20 minutes"\nmsgid_plural "x"\nmsgstr[0] "20"\nmsgstr[1] "20"',
            "plural",
        ),
        ("\n".join(f"#~ {line}" for line in GOOD.splitlines()), "obsolete"),
    ],
)
def test_a_string_that_may_not_be_taken_is_named_with_its_reason(
    cms: Client, translation: Translation, entry: str, sentence: str
) -> None:
    said = upload(cms, translation, po(translation, entry).encode())
    assert "0 strings were taken" in said
    assert sentence in said
    assert title_of(translation) is None


def test_one_bad_string_does_not_keep_the_others_out(cms: Client, translation: Translation) -> None:
    summary = 'msgctxt "summary"\nmsgid "How to sleep"\nmsgstr "Як спати"'
    said = upload(cms, translation, po(translation, TITLE.format("Без числа"), summary).encode())
    assert "1 string was taken" in said
    assert "1 string was not taken" in said


def test_an_empty_entry_keeps_the_translation_that_is_there(cms: Client, translation: Translation) -> None:
    set_string(translation, "title", "Відпочинок 20 хв")
    assert "stays as it is" in upload(cms, translation, po(translation, TITLE.format("")).encode())
    assert title_of(translation) == "Відпочинок 20 хв"


def test_what_somebody_else_changed_after_the_download_is_kept_and_both_are_shown(
    cms: Client, translation: Translation
) -> None:
    row = set_string(translation, "title", "Спочинок 20 хв")
    StringTranslation.objects.filter(pk=row.pk).update(last_translated_by=make_administrator())
    for date in ("", "2020-01-01 00:00+0000"):
        said = upload(cms, translation, po(translation, GOOD, date=date).encode())
        assert "Спочинок 20 хв" in said
        assert "Відпочинок 20 хвилин" in said
        assert title_of(translation) == "Спочинок 20 хв"
    said = upload(cms, translation, po(translation, GOOD, date="2999-01-01 00:00+0000").encode())
    assert "Replaced: “Спочинок 20 хв” → “Відпочинок 20 хвилин”" in said


def test_what_one_wrote_oneself_after_the_download_is_kept_but_an_upload_can_be_corrected(
    cms: Client, translation: Translation
) -> None:
    translator = get_user_model().objects.get(pk=cms.session["_auth_user_id"])
    file = po(translation, GOOD, date="2020-01-01 00:00+0000").encode()
    corrected = po(translation, TITLE.format("Спочинок 20 хвилин"), date="2020-01-01 00:00+0000").encode()
    upload(cms, translation, file)
    assert "Replaced" in upload(cms, translation, corrected)
    StringTranslation.objects.filter(context__path="title", locale=translation.target_locale).update(
        data="Перепочинок 20 хвилин", tool_name="", last_translated_by=translator
    )
    said = upload(cms, translation, file)
    assert "You changed it here after the download" in said
    assert title_of(translation) == "Перепочинок 20 хвилин"


def test_the_file_that_was_downloaded_can_be_uploaded(cms: Client, translation: Translation) -> None:
    fill(translation)
    address: Any = reverse("wagtail_localize:download_pofile", args=[translation.pk])
    said = upload(cms, translation, cms.get(address).content)
    assert "0 strings were taken" in said
    assert "the same already" in said
    assert "not taken" not in said
