"""The components: each one shown alone, nothing inline, every icon there, fonts and styles within their budgets."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.forms import CharField, Form
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from core.templatetags.components import described_by, elided_pages, icon
from dev.pages.component_samples.contents import samples
from dev.pages.component_samples.sample import SampleForm
from dev.pages.component_samples.words import ARABIC, ENGLISH
from dev.pages.components import components
from tests.weights import weight

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "site" / "static"
COMPONENTS = sorted(path.stem for path in (TEMPLATES / "components").glob("*.html"))
EVERY_TEMPLATE = sorted(TEMPLATES.rglob("*.html"))
# Mail programs know neither style sheets nor sprites, and what somebody has downloaded brings its style along.
PUBLIC_TEMPLATES = [path for path in EVERY_TEMPLATE if not {"emails", "downloads"} & {*path.parts}]

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
ICON_TAG = re.compile(r"{%\s*icon\s+\"([\w-]+)\"")
ICON_PARAMETER = re.compile(r"\bicon=\"([\w-]+)\"")
INCLUDE = re.compile(r"{%\s*include\s+\"([^\"]+)\"([^%]*)%}")


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_has_a_sample_and_says_what_it_takes(name: str) -> None:
    assert name in {sample.name for sample in samples(ENGLISH)}
    first_line = (TEMPLATES / "components" / f"{name}.html").read_text().splitlines()[0]
    assert first_line.startswith("{# takes: ")


@pytest.mark.parametrize("words", [ENGLISH, ARABIC], ids=["English", "Arabic"])
def test_every_sample_renders_something_without_inline_script_or_style(words: dict) -> None:
    for sample in samples(words):
        html = sample.html()
        assert html.strip(), sample
        assert not INLINE.search(html), (sample.name, INLINE.search(html))


@pytest.mark.django_db
@pytest.mark.parametrize(("query", "direction"), [("", "ltr"), ("dir=rtl&theme=dark", "rtl")])
def test_the_page_of_components_shows_them_all_in_both_directions(
    rf: RequestFactory, query: str, direction: str
) -> None:
    page = components(rf.get(f"/dev/components/?{query}"))
    html = page.content.decode()
    assert page.status_code == 200
    assert f'dir="{direction}"' in html.split(">", 2)[1]
    assert ('data-theme="dark"' in html) is ("dark" in query)
    assert [name for name in COMPONENTS if f'id="{name}"' not in html] == []


@pytest.mark.parametrize("path", PUBLIC_TEMPLATES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_carries_inline_script_or_style(path: Path) -> None:
    assert not INLINE.search(path.read_text())


def includes(path: Path) -> list[tuple[str, bool]]:
    """The templates that a template includes, and whether they get its context along."""
    return [(name, "only" not in rest.split()) for name, rest in INCLUDE.findall(path.read_text())]


def test_no_form_is_included_without_the_context_that_its_token_is_in() -> None:
    """`only` leaves `csrf_token` behind, and the form's button answers with 403."""
    names = {str(path.relative_to(TEMPLATES)): path for path in EVERY_TEMPLATE}
    with_token = {name for name, path in names.items() if "{% csrf_token %}" in path.read_text()}
    while more := {
        name
        for name, path in names.items()
        if name not in with_token and any(one in with_token and has for one, has in includes(path))
    }:
        with_token |= more
    assert "account/specialist/changes.html" in with_token  # by what it includes
    assert [
        (name, one)
        for name, path in names.items()
        for one, has_context in includes(path)
        if one in with_token and not has_context
    ] == []


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = ElementTree.parse(STATIC / "icons.svg")  # noqa: S314 - our own file
    drawn = {symbol.get("id") for symbol in sprite.iter("{http://www.w3.org/2000/svg}symbol")}
    named = {
        name
        for path in EVERY_TEMPLATE
        if "cms" not in path.parts  # those name Wagtail's own icons
        for find in (ICON_TAG, ICON_PARAMETER)
        for name in find.findall(path.read_text())
    }
    assert {"brand", "menu", "calendar-check"} <= named
    assert named - drawn == set()


def test_an_icon_is_hidden_from_screen_readers_and_mirrors_only_when_it_points() -> None:
    arrow, clock = icon("arrow-right"), icon("clock", "large")
    assert 'aria-hidden="true"' in arrow
    assert "icon--flip" in arrow
    assert "icon--flip" not in clock
    assert 'class="icon icon--clock large"' in clock
    assert "icon--flip" in icon("clock", flip=True)


def test_rich_text_is_printed_as_it_is_and_plain_text_is_escaped() -> None:
    template = Template('{% include "components/callout.html" with title=title html=html only %}')
    html = template.render(Context({"title": "<b>", "html": "<script>"}))
    assert "&lt;b&gt;" in html
    assert "<script>" not in html


def test_a_field_is_tied_to_its_help_and_its_errors() -> None:
    class Asked(Form):
        name = CharField(help_text="As you like to be called")

    field = Asked({"name": ""})["name"]
    html = render_to_string("components/form_field.html", {"field": field})
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_help_given_by_the_template_is_tied_too() -> None:
    class Asked(Form):
        name = CharField()

    field = Asked()["name"]
    assert described_by(field) == ""
    html = render_to_string("components/form_field.html", {"field": field, "help": "A nickname will do"})
    assert 'aria-describedby="id_name_helptext"' in html


def test_a_group_of_choices_is_tied_by_its_fieldset() -> None:
    html = render_to_string("components/form_field.html", {"field": SampleForm({})["where"]})
    assert '<fieldset class="field field--group field--wrong" aria-describedby="id_where_error"' in html


def test_the_error_summary_links_to_each_wrong_field_and_counts_them() -> None:
    html = render_to_string("components/error_summary.html", {"form": SampleForm({"email": "no"})})
    assert 'href="#id_name"' in html
    assert 'href="#id_where_group"' in html
    assert "5 things" in html
    assert render_to_string("components/error_summary.html", {"form": SampleForm()}).strip() == ""


def test_pagination_keeps_the_other_parameters_and_leaves_out_long_runs() -> None:
    page = Paginator(range(200), 10).page(9)
    html = render_to_string(
        "components/pagination.html", {"page_obj": page, "base_query": "topic=sleep&free=on"}
    )
    assert 'href="?topic=sleep&amp;free=on&amp;page=10"' in html
    assert list(elided_pages(page)) == [1, "…", 8, 9, 10, "…", 20]


def test_a_text_shared_is_encoded_whole() -> None:
    html = render_to_string(
        "components/share.html", {"title": "Trust & you", "url": "https://a.example/?b=c/d"}
    )
    assert "https://wa.me/?text=Trust%20%26%20you%20https%3A%2F%2Fa.example%2F%3Fb%3Dc%2Fd" in html


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_a_page_that_is_not_there_says_so_calmly_and_leads_on(
    client: Client, language: str, direction: str
) -> None:
    page = client.get(f"/{language}/nowhere-at-all/")
    html = page.content.decode()
    assert page.status_code == 404
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert html.count("<h1") == 1
    assert f'href="/{language}/help-now/"' in html
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_form_sent_without_its_token_is_asked_for_again() -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/en/account/login/", {"login": "somebody@example.org"})
    assert page.status_code == 403
    assert "Nothing was sent" in page.content.decode()


def test_the_broken_page_needs_neither_database_nor_context() -> None:
    with translation.override("ar"):
        html = render_to_string("500.html")
    assert '<html lang="ar" dir="rtl">' in html


def test_styles_and_modules_stay_within_their_budgets() -> None:
    """In bytes as they are sent, compressed."""
    styles = {path.stem: weight(path) for path in (STATIC / "css").glob("*.css")}
    assert styles.pop("account") <= 1_650  # on the account's pages alone
    assert styles.pop("specialist") <= 1_380  # on a specialist's own pages alone
    assert styles.pop("help") <= 980  # where numbers to call stand
    assert styles.pop("directory") <= 1_430  # on the directory alone
    assert styles.pop("booking") <= 700  # on pages about a booking alone
    assert styles.pop("cms") <= 850  # in the CMS alone
    assert styles["site"] <= 9_000  # everywhere, with what it imports
    assert styles["print"] <= 500
    assert (
        sum(weight(STATIC / "js" / f"{name}.js") for name in ("menu", "offline", "share", "embed")) <= 2_500
    )


def test_no_page_can_load_more_than_100_kb_of_fonts() -> None:
    """Cyrillic letters are for texts in Ukrainian alone, Arabic ones for Arabic: `tokens.css` names them there."""
    sizes = {path.stem: path.stat().st_size for path in (STATIC / "fonts").glob("*.woff2")}
    latin = sum(size for name, size in sizes.items() if "latin" in name and "italic" not in name)
    usual = sizes["literata-latin"] + sizes["attune-sans-latin"] + sizes["literata-brand"]
    ukrainian = sizes["literata-cyrillic"] + sizes["attune-sans-cyrillic"] + sizes["attune-sans-hryvnia"]
    arabic = sizes["vazirmatn-arabic"] + sizes["vazirmatn-basic"]
    assert len(sizes) == 15
    assert latin <= 90_000  # with names from all over Europe
    assert usual + arabic <= 72_000
    assert usual + ukrainian <= 80_000


def test_styles_name_only_files_that_are_there_and_mirror_by_themselves() -> None:
    css = "\n".join(path.read_text() for path in (STATIC / "css").glob("*.css"))
    for address in re.findall(r"url\(\"\.\./([^\"]+)\"\)", css):
        assert finders.find(address), address
    physical = re.findall(
        r"(?<![\w-])(?:margin|padding|border|inset)?-?(?:left|right)\s*:|text-align:\s*(?:left|right)|float:",
        css,
    )
    assert physical == []


def test_the_manifest_names_pictures_that_are_there() -> None:
    manifest = json.loads((STATIC / "manifest.webmanifest").read_text())
    assert all((STATIC / one["src"]).is_file() for one in manifest["icons"])
