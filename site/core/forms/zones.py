"""Choosing a time zone by a city: a text with a list to choose from, which works without JavaScript."""

from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.i18n import cities, zones

LIST = "cities"  # the id of the list; a page has one such field


class CityInput(forms.TextInput):
    """A text with all cities to choose from; browsers narrow the list down as somebody types."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"list": LIST, "autocomplete": "off", "spellcheck": "false", "dir": "auto", **(attrs or {})}
        )

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        options = _options(tuple(cities.options()))
        return format_html(
            '{}<datalist id="{}">{}</datalist>', super().render(*args, **kwargs), LIST, options
        )


@lru_cache(maxsize=32)  # some languages, this hour and the last
def _options(city_options: tuple[tuple[str, str], ...]) -> SafeString:
    return format_html_join("", '<option value="{}">{}</option>', city_options)


class ZoneField(forms.CharField):
    """A time zone, shown and typed as a city; a country with one clock and a zone's own name will do too."""

    widget = CityInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 120, **options})

    def prepare_value(self, value: Any) -> Any:
        return cities.label(value) if zones.load_zone(value) else value

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        zone_names = cities.find(text) if text else [""]
        if len(zone_names) == 1:
            return zone_names[0]
        if near := [cities.label(key) for key in cities.nearest(text)]:
            raise ValidationError(
                _("We don’t know a clock by this name. Did you mean one of these? %(cities)s")
                % {"cities": " · ".join(near)}
            )
        raise ValidationError(_("We don’t know this city. Please try a large one near it."))
