"""The editor of formatted texts, for everything that has one."""

import re
from typing import Any

from django.core.exceptions import BadRequest
from wagtail.admin.rich_text import DraftailRichTextArea

# NUL and halves of characters, which arrive inside JSON and which the database has no text with.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class RichTextArea(DraftailRichTextArea):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The HTML. Raises BadRequest for what the editor can't have sent."""
        try:
            value = super().value_from_datadict(data, files, name)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadRequest("No formatted text") from error
        return UNSTORABLE.sub("", value) if isinstance(value, str) else value
