"""Spreadsheets that are safe to open."""

from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin

# A cell that begins with one of these is a formula to some spreadsheet, or is once the cell before it is cut off.
STARTS_A_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def harmless(text: str) -> str:
    """The text of a cell that no spreadsheet takes for a formula: with an apostrophe before what looks like one."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


class HarmlessExport(SpreadsheetExportMixin):
    """Wagtail's export, whose XLSX is safe and whose CSV isn't: it writes `=HYPERLINK(…)` as it is."""

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        ready = super().preprocess_field_value(field, value, export_format)
        return harmless(ready) if isinstance(ready, str) else ready
