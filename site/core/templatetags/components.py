"""Small pieces that components share."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

SPRITE = "icons.svg"
# Icons that point along the line of text, and so point the other way in Arabic.
DIRECTIONAL = frozenset({"arrow-left", "arrow-right", "chevron-right", "log-in", "log-out", "external-link"})


@register.simple_tag
def icon(name: str, css_class: str = "", *, flip: bool | None = None) -> SafeString:
    """The icon `name` of the sprite, hidden from assistive technology: the text beside it says what it means.

    `css_class` is added to the element's classes. `flip` says whether it mirrors in right-to-left text;
    unset,
    the icons that point along the line do.
    """
    classes = ["icon", f"icon--{name}"]
    if name in DIRECTIONAL if flip is None else flip:
        classes.append("icon--flip")
    if css_class:
        classes.append(css_class)
    return format_html(
        '<svg class="{}" width="24" height="24" aria-hidden="true"><use href="{}#{}"/></svg>',
        " ".join(classes),
        static(SPRITE),
        name,
    )


@register.filter
def elided_pages(page: Page[Any]) -> Iterator[int | str]:
    """The page numbers to link from `page`, with an ellipsis (a string) where a run of them is left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.simple_tag
def described_by(field: BoundField, help_text: str = "") -> str:
    """The ids of the notes on `field`, for aria-describedby; `help_text` counts when the field has none."""
    remarks = getattr(
        field.field, "remarks", ()
    )  # what others say about it, as templates/components/field_notes.html
    notes = [("remarks", remarks), ("helptext", help_text or field.help_text), ("error", field.errors)]
    return " ".join(f"{field.auto_id}_{name}" for name, there in notes if there)


@register.simple_tag
def control(field: BoundField, help_text: str = "") -> SafeString:
    """The control of `field`, tied to its help and errors. A group is tied by its fieldset instead."""
    ids = described_by(field, help_text)
    return field.as_widget(attrs={"aria-describedby": ids} if ids and not field.use_fieldset else None)
