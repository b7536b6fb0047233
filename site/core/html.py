"""Rich text as plain text."""

import re
from html import unescape

from django.utils.html import strip_tags


def plain_text(html: str) -> str:
    """The text of rich text, one paragraph a line."""
    return unescape(strip_tags(re.sub(r"</(p|li|h\d)>|<br/?>", "\n", html))).strip()
