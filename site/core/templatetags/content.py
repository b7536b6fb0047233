"""Pictures, dates and structured data in templates."""

import json
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext

from core import names
from core.blocks.outline import heading_id
from core.i18n import cities
from core.i18n.zones import next_midnight
from core.models.pictures import BasePicture
from core.page_cache.reading import true_until

register = template.Library()

WEEKDAY_MEANS = timedelta(days=6)  # how far ahead a weekday can mean one day only; `times.js` has it too

# As in django.utils.html.json_script: nothing in the data can end the script element.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.filter
def in_mail(name: str) -> str:
    """A name as mails to others say it, without what leads somewhere."""
    return names.in_mail(name)


@register.simple_tag
def rendition(
    picture: BasePicture | None, spec: str, alt: str = "", wide: str = "", sizes: str = ""
) -> dict[str, Any] | None:
    """A picture as components take it: `url`, `width`, `height`, `alt`, and `srcset` if `wide` names a larger size.

    `spec` and `wide` are Wagtail filters, for example `fill-640x400`; `sizes` is what the attribute of that name
    says when it isn't the component's own. WebP always. None without a picture, if it has just been erased, or if its
    file can't be read.
    """
    if picture is None:
        return None
    specs = [f"{name}|format-webp|webpquality-80" for name in (spec, wide) if name]
    renditions = picture.in_sizes(*specs)
    if not renditions:
        return None
    small = renditions[0]
    image = {"url": small.url, "width": small.width, "height": small.height, "alt": alt, "sizes": sizes}
    if len(renditions) > 1:
        image["srcset"] = ", ".join(f"{one.url} {one.width}w" for one in renditions)
    return image


@register.simple_tag
def json_ld(*objects: Any) -> SafeString:
    """schema.org data for search engines. A data block, which a Content-Security-Policy lets pass."""
    data = [item for thing in objects for item in (thing if isinstance(thing, list) else [thing]) if item]
    if not data:
        return SafeString("")
    graph = {"@context": "https://schema.org", "@graph": data}
    text = json.dumps(graph, ensure_ascii=False, default=plain).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above


def plain(value: Any) -> str:
    """What JSON has no notation for: a date or a moment in ISO 8601, as schema.org asks, else its text."""
    return value.isoformat() if isinstance(value, date) else str(value)


@register.filter
def day(moment: date | datetime) -> str:
    """A date with its weekday and without its year, as the language writes it: Tuesday 24 November."""
    # Under its date alone: the same moment is another one elsewhere, but the two are equal.
    return _day(moment.date() if isinstance(moment, datetime) else moment, get_language())


@lru_cache(maxsize=1024)
def _day(local: date, _language: str | None) -> str:
    # Translators: the format of a date with its weekday, without the year; see Django's date filter
    return date_format(local, pgettext("date format", "l j F"))


@register.filter
def day_and_time(moment: datetime) -> str:
    """The weekday, short, and the time: Tue 09:30. Where the weekday alone may mean another: Tue 8 Dec, 09:30."""
    now, zone = timezone.now(), moment.tzinfo or UTC
    today = now.astimezone(zone).date()
    true_until(next_midnight(now, zone))
    if moment.date() - today > WEEKDAY_MEANS:
        date = f"{date_format(moment, 'D')} {date_format(moment, 'MONTH_DAY_FORMAT')}"
        return pgettext("list", ", ").join([date, clock(moment)])
    return _weekday_and_time(moment.replace(tzinfo=None), get_language())


@lru_cache(maxsize=4096)
def _weekday_and_time(local: datetime, _language: str | None) -> str:
    # Translators: the format of a short weekday with a time; see Django's date filter
    return date_format(local, pgettext("date format", "D H:i"))


@register.filter
def clock(moment: datetime) -> str:
    """The time of day, in 12 or 24 hours as the language has it."""
    return _clock(moment.time(), get_language())


@lru_cache(maxsize=1024)
def _clock(local: time, _language: str | None) -> str:
    return date_format(local, "TIME_FORMAT")  # type: ignore[arg-type]  # the stubs leave times of day out


@register.simple_tag
def heading_anchor(text: str, block_id: str | None = None) -> str:
    """The id of a heading, as the table of contents links to it."""
    return heading_id(text, block_id)


@register.filter
def day_and_clock(moment: datetime) -> str:
    """A date with its weekday, and the time: Tuesday 24 November, 09:30. With the language's own comma."""
    return pgettext("list", ", ").join([day(moment), clock(moment)])


@register.filter
def offset(moment: datetime) -> str:
    """The moment's distance to UTC, like UTC+02:00."""
    text = moment.strftime("%z")
    return f"UTC{text[:3]}:{text[3:5]}"


@register.filter
def city(zone: ZoneInfo | str) -> str:
    """The city of a zone in the language being read: Kyiv for Europe/Kyiv, and for Europe/Kiev, as browsers say."""
    return cities.name(str(zone))
