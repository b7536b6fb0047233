"""Small pieces that components share."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.template.base import FilterExpression, Node, Parser, TextNode, Token
from django.template.context import Context
from django.templatetags.i18n import TranslateNode, do_translate
from django.templatetags.static import do_static, static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

SPRITE = "icons.svg"
# Icons that point along the line of text, and so point the other way in Arabic.
DIRECTIONAL = frozenset({"arrow-left", "arrow-right", "chevron-right", "log-in", "log-out", "external-link"})


@register.simple_tag
@cache  # of some dozens of icons
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


# --- What a template can only mean one thing by is worked out when it is compiled, once in a process ----------------

compile_icon = register.tags["icon"]


@register.tag("icon")
def written_icon(parser: Parser, token: Token) -> Node:
    """`{% icon "clock" %}`, written into the template; with a variable, an icon each time."""
    node: Any = compile_icon(parser, token)
    if node.kwargs or node.target_var or not all(map(is_written, node.args)):
        return node
    return TextNode(icon(*(argument.var for argument in node.args)))


@register.tag("static")
def written_static(parser: Parser, token: Token) -> Node:
    """Django's `{% static "css/base.css" %}`, whose address is looked up in the manifest once."""
    node: Any = do_static(parser, token)
    if node.varname or not is_written(node.path):
        return node
    return TextNode(conditional_escape(static(node.path.var)))


@register.tag("translate")
def written_translate(parser: Parser, token: Token) -> Node:
    """Django's `{% translate "Close" %}`, which is looked up in each language's catalogue once."""
    node: Any = do_translate(parser, token)
    text: Any = node.filter_expression
    if text.var.literal is None or text.filters or node.message_context:
        return node
    return RememberedTranslateNode(text, node.noop, node.asvar)


class RememberedTranslateNode(TranslateNode):
    """A text of the template itself, by language."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.texts: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        text = self.texts.get(language)
        if text is None:
            output = super().render(context)
            text = self.texts[language] = context[self.asvar] if self.asvar else output
        if self.asvar:
            context[self.asvar] = text
            return ""
        return text


def is_written(expression: FilterExpression) -> bool:
    """Whether what stands in the template is the text itself, and no variable."""
    return isinstance(expression.var, str) and not expression.filters


@register.simple_tag
def option_labels(group: dict[str, Any]) -> SafeString:
    """The options of a group as templates/components/options.html shows them: a page has some hundred.

    In Python, since the template language takes six times as long for them.
    """
    kind = conditional_escape(group["kind"])
    control = "radio" if group.get("is_single") else "checkbox"
    labels = []
    for option in group["options"]:
        value, count = conditional_escape(option["value"]), option.get("count", 0)
        labels.append(
            f'<label class="option{"" if count else " option--none"}"><input type="{control}" name="{kind}"'
            f' value="{value}" id="option-{kind}-{value}"{" checked" if option.get("is_chosen") else ""}>'
            f"<span><bdi>{conditional_escape(option['name'])}</bdi></span>"
            f'<span class="option__count times"><span class="visually-hidden">(</span>{count:d}'
            '<span class="visually-hidden">)</span></span></label>'
        )
    return mark_safe("\n".join(labels))  # noqa: S308 - escaped above


@register.simple_tag
def slot_items(slots: list[dict[str, Any]], name: str = "", mode: str = "") -> SafeString:
    """The free times of templates/components/slot_day.html, in Python for the same reason: links, or buttons."""
    items = [
        _slot_item(
            slot.get("datetime", ""),
            slot.get("label", ""),
            slot.get("sr_label", ""),
            slot.get("url", "") if mode == "link" else slot.get("value", ""),
            is_chosen=bool(slot.get("checked")),
            name="" if mode == "link" else name or "start",
        )
        for slot in slots
    ]
    return mark_safe("\n".join(items))  # noqa: S308 - each is safe text already


@lru_cache(maxsize=8192, typed=True)  # of a hundred on a page; safe text is another type
def _slot_item(moment: str, label: str, heard: str, value: str, *, is_chosen: bool, name: str) -> SafeString:
    """One free time: a button called `name`, or without a name a link to `value`."""
    beside = format_html('<span class="visually-hidden"> {}</span>', heard) if heard else ""
    inside = format_html('<time datetime="{}"><bdi>{}</bdi></time>{}', moment, label, beside)
    if not name:
        current = format_html(' aria-current="{}"', "true") if is_chosen else ""
        return format_html('<li><a class="slot" href="{}"{}>{}</a></li>', value, current, inside)
    pressed = format_html(' aria-pressed="{}"', "true") if is_chosen else ""
    button = '<li><button class="slot" type="submit" name="{}" value="{}"{}>{}</button></li>'
    return format_html(button, name, value, pressed, inside)


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
