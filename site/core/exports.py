"""Spreadsheets that are safe to open: all that the CMS exports, Wagtail's own reports among them."""

import csv
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from wagtail.admin.views.mixins import Echo, SpreadsheetExportMixin

# A cell that begins with one of these is a formula to some spreadsheet, or is once the cell before it is cut off.
STARTS_A_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b")
# What a spreadsheet may leave out before it looks.
LEFT_OUT = " \u00a0\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u3000\x00\x0b\x0c"


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: text that looks like one gets an apostrophe before it.

    Numbers and times stay what they are.
    """
    if not isinstance(value, str) or not value.lstrip(LEFT_OUT).startswith(STARTS_A_FORMULA):
        return value
    return f"'{value}"


def apply() -> None:
    """Make all of Wagtail's exports so, whichever view they belong to. Its CSV writes `=HYPERLINK(…)` as it is."""
    if getattr(SpreadsheetExportMixin, "is_harmless", False):
        return
    SpreadsheetExportMixin.is_harmless = True
    SpreadsheetExportMixin.preprocess_field_value = _with_harmless_values(
        SpreadsheetExportMixin.preprocess_field_value
    )
    SpreadsheetExportMixin.write_xlsx = _with_harmless_headings(SpreadsheetExportMixin.write_xlsx)
    SpreadsheetExportMixin.stream_csv = _stream_csv


def _with_harmless_values(prepare: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(prepare)
    def prepare_harmless(self: Any, field: str, value: Any, export_format: str) -> Any:
        return harmless(prepare(self, field, value, export_format))

    return prepare_harmless


def _with_harmless_headings(write: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(write)
    def write_harmless(self: Any, *args: Any) -> Any:
        heading = self.get_heading  # some views have their own
        self.get_heading = lambda queryset, field: harmless(heading(queryset, field))
        return write(self, *args)

    return write_harmless


def _stream_csv(self: Any, queryset: Any) -> Iterator[bytes]:
    """All cells in quotes: where a semicolon parts cells, as in German, a part of one would be a cell otherwise."""
    writer: Any = csv.writer(Echo(), quoting=csv.QUOTE_ALL)
    yield writer.writerow([harmless(self.get_heading(queryset, field)) for field in self.list_export])
    for item in queryset:
        values = self.to_row_dict(item).items()
        yield writer.writerow(
            [harmless(self.preprocess_field_value(field, value, self.FORMAT_CSV)) for field, value in values]
        )
