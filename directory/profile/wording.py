"""What specialists write: plain text in a form, simple HTML in a page. Pure functions, no ORM."""

import re
from html import unescape

from django.utils.html import escape, strip_tags


def to_html(text: str) -> str:
    """Paragraphs are parted by an empty line; lines that begin with “- ” are a list. All else is plain text."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "".join(_block(block) for block in blocks if block.strip())


def _block(block: str) -> str:
    """One paragraph, or the paragraphs and lists in it where a list stands without an empty line around it."""
    html: list[str] = []
    lines: list[str] = []
    points: list[str] = []
    for line in [*block.split("\n"), None]:
        is_point = line is not None and re.match(r"\s*[-•*]\s+\S", line)
        if lines and (is_point or line is None):
            html.append(f"<p>{'<br/>'.join(lines)}</p>")
            lines = []
        if points and not is_point:
            html.append(f"<ul>{''.join(points)}</ul>")
            points = []
        if is_point and line is not None:
            points.append(f"<li>{escape(re.sub(r'^[ ]*[-•*][ ]+', '', line).strip())}</li>")
        elif line is not None and line.strip():
            lines.append(escape(line.strip()))
    return "".join(html)


def to_plain(html: str) -> str:
    """The same text for a form. Bold, italics and the addresses of links are lost: see `rewritten`."""
    text = re.sub(r"<li\b[^<>]*>", "\n- ", html)
    text = re.sub(r"</(ul|ol)>", "\n\n", re.sub(r"<br\s*/?>", "\n", text))
    text = unescape(strip_tags(re.sub(r"</p>", "\n\n", text)))
    lines = [line.strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def rewritten(html: str, text: str) -> str:
    """`html` if it says exactly `text`, else `text` as HTML: whoever changes nothing loses no bold word or link."""
    plain = text.replace("\r\n", "\n").strip()
    return html if plain == to_plain(html) else to_html(plain)
