"""What the header and the footer link to."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> dict[str, Any]:
    """Menus and the links that every page carries: `main`, `footer`, `home_url`, `help_url`, `help_title`, `note`."""
    home = f"/{get_language()}/"
    request = context.get("request")
    path = request.path if request else ""
    main = [
        (_("Articles"), "articles/"),
        (_("Specialists"), "specialists/"),
        (_("Free consultation"), "free-consultation/"),
    ]
    return {
        "main": [
            {"title": title, "url": home + slug, "current": path.startswith(home + slug)}
            for title, slug in main
        ],
        "footer": [
            {
                "title": _("About us"),
                "links": [
                    {"title": _("About Attune"), "url": f"{home}about/"},
                    {"title": _("Privacy"), "url": f"{home}privacy/"},
                ],
            }
        ],
        "home_url": home,
        "help_url": f"{home}help-now/",
        "help_title": _("Help now"),
        "note": "",
    }


@register.simple_tag(takes_context=True)
def language_links(context: template.Context) -> list[dict[str, Any]]:
    """The languages of the site by their own names, each with where it leads from this page."""
    current = get_language()
    return [
        {
            "code": code,
            "name": get_language_info(code)["name_local"].capitalize(),
            "url": f"/{code}/",
            "current": code == current,
            "is_home": True,
        }
        for code, _name in settings.LANGUAGES
    ]
