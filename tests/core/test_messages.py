"""Every mail that the site can write: in each language, with both parts, and its English words as they were.

The English texts stand in `snapshots/<app>.<mail>.txt`. After a change that is meant, write them again with
`ATTUNE_WRITE_SNAPSHOTS=1 pytest tests/core/test_messages.py`, and read the difference before you commit it.
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import Http404
from django.test import Client
from django.urls import Resolver404, include, path, resolve, reverse
from django.utils import translation

from config.urls import urlpatterns as site_patterns
from core.mail.messages import INLINER
from dev.pages.mail_samples.contents import samples
from dev.pages.mail_templates import sample_or_404

SNAPSHOTS = Path(__file__).parent / "snapshots"
EMAILS = settings.BASE_DIR / "templates" / "emails"
LANGUAGES = ["en", "uk", "de", "ar"]
MAILS = sorted(
    str(file.relative_to(EMAILS)).removesuffix(".subject.txt") for file in EMAILS.rglob("*.subject.txt")
)
urlpatterns = [*site_patterns, path("dev/", include("dev.pages.urls"))]  # as when DEBUG is on


def sample(name: str, language: str) -> EmailMultiAlternatives:
    with translation.override("de"):  # whoever causes it reads German
        return samples()[name](language)


def html_of(message: EmailMultiAlternatives) -> str:
    (html,) = [content for content, kind in message.alternatives if kind == "text/html"]
    return str(html)


def test_every_mail_has_a_sample() -> None:
    assert list(samples()) == MAILS


@pytest.mark.parametrize("name", MAILS)
def test_the_english_words_are_as_they_were(name: str) -> None:
    message = sample(name, "en")
    written = f"Subject: {message.subject}\n\n{message.body}"
    file = SNAPSHOTS / f"{name.replace('/', '.')}.txt"
    if os.environ.get("ATTUNE_WRITE_SNAPSHOTS"):
        file.write_text(written)
    assert file.exists(), "a new mail: see the docstring above"
    assert file.read_text() == written


def test_no_snapshot_is_left_over() -> None:
    assert sorted(file.stem for file in SNAPSHOTS.iterdir()) == [name.replace("/", ".") for name in MAILS]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_whole_in_every_language(name: str, language: str) -> None:
    message = sample(name, language)
    html = html_of(message)
    page = BeautifulSoup(html, "html.parser")
    assert html.startswith("<!DOCTYPE html>")
    assert page.html is not None
    assert page.html["lang"] == language
    assert page.html["dir"] == ("rtl" if language == "ar" else "ltr")
    assert page.title is not None
    assert page.title.string == message.subject
    assert "\n" not in message.subject
    for part in (message.subject, message.body, html):
        assert not re.search(r"\{[{%#]|%\(|None\b", part), "something wasn't filled in"  # type: ignore[arg-type]
    for part in (message.body, html):
        assert f"{settings.SITE_URL}/{language}/help-now/" in part, "the foot has the crisis line"
    assert not re.search(r"&(#x?\d+|amp|lt|quot);", message.subject + message.body), (  # type: ignore[operator]
        "escaped where no HTML is"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MAILS)
def test_addresses_lead_to_this_site_in_the_language_of_the_mail(name: str, language: str) -> None:
    message = sample(name, language)
    own = f"{settings.SITE_URL}/{language}/"
    joining = "https://meet.example/room"
    links = re.findall(r"https?://\S+", message.body)  # type: ignore[arg-type]
    links += [str(a["href"]) for a in BeautifulSoup(html_of(message), "html.parser").find_all("a")]
    assert links
    assert [one for one in links if not one.startswith((own, joining, "mailto:hello@attune.example"))] == []


@pytest.mark.parametrize("name", MAILS)
def test_the_html_fetches_nothing_and_shows_every_link_of_the_text(name: str) -> None:
    message = sample(name, "en")
    page = BeautifulSoup(html_of(message), "html.parser")
    assert page.find_all(["img", "script", "link", "iframe"]) == []
    assert "url(" not in html_of(message)
    shown = {str(a["href"]) for a in page.find_all("a")}
    assert set(re.findall(r"https?://\S+", message.body)) <= shown  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", MAILS)
def test_every_paragraph_and_link_carries_its_style_and_the_dark_is_kept(name: str, language: str) -> None:
    page = BeautifulSoup(html_of(sample(name, language)), "html.parser")
    plain = page.find_all(lambda tag: tag.name in {"body", "p", "a"} and not tag.has_attr("style"))
    assert plain == []
    (style,) = page.find_all("style")
    assert str(style.string).strip().startswith("@media (prefers-color-scheme: dark)")
    for button in page.select(".button"):
        background = "#a8411a" if "free" in button["class"] else "#17514a"
        assert f"background: {background};" in button["style"]
        assert "display: inline-block;" in button["style"]


def test_styles_and_the_button_stand_in_one_place() -> None:
    templates = {str(file.relative_to(EMAILS)): file.read_text() for file in EMAILS.rglob("*.html")}
    assert [name for name, text in templates.items() if re.search(r"\sstyle=", text)] == []
    assert [name for name, text in templates.items() if re.search(r'class="[^"]*button', text)] == [
        "button.html"
    ]
    sheet = (EMAILS / "mail.css").read_text()
    classes = set(re.findall(r'\bclass="([^"{]+)"', "".join(templates.values())))
    for one in {word for words in classes for word in words.split()} - {"paper"}:
        assert f".{one} " in sheet, one


def test_no_style_sheet_is_fetched() -> None:
    page = '<link rel="stylesheet" href="http://localhost:9/style.css"><p>Words</p>'
    assert "<p>Words</p>" in INLINER.inline(page)


def test_mails_have_no_surprises_in_their_headers() -> None:
    for name in MAILS:
        message = sample(name, "en")
        assert message.reply_to == message.cc == message.bcc == []
        assert message.from_email == settings.DEFAULT_FROM_EMAIL


# --- Development's preview ------------------------------------------------------------------------------------


@pytest.mark.urls(__name__)
class TestPreview:
    def test_the_index_has_every_mail_in_every_language(self, client: Client) -> None:
        page = client.get(reverse("dev_mails")).content.decode()
        for name in MAILS:
            for language in LANGUAGES:
                assert reverse("dev_mails_one", args=[name, language]) in page

    @pytest.mark.parametrize("name", ["account/login_code", "booking/confirmed"])
    def test_one_mail_shows_text_and_a_frame(self, client: Client, name: str) -> None:
        answer = client.get(reverse("dev_mails_one", args=[name, "ar"]))
        assert reverse("dev_mails_html", args=[name, "ar"]) in answer.content.decode()
        assert "frame-src 'self'" in answer["Content-Security-Policy"]

    def test_the_frame_has_the_html_and_runs_no_script(self, client: Client) -> None:
        answer: Any = client.get(reverse("dev_mails_html", args=["account/login_code", "ar"]))
        assert 'dir="rtl"' in answer.content.decode()
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "SAMEORIGIN"

    @pytest.mark.parametrize("asked", [("account/nothing", "en"), ("account/login_code", "fr")])
    def test_what_there_is_not_is_not_found(self, asked: tuple[str, str]) -> None:
        with pytest.raises(Http404):
            sample_or_404(*asked)


def test_outside_development_there_is_no_preview() -> None:
    with pytest.raises(Resolver404):
        resolve("/dev/mails/")
