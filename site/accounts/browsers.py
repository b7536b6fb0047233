"""What a browser says of itself, in words for its owner."""

from django.utils.translation import gettext as _


def browser_in_words(user_agent: str) -> str:
    """Like "Firefox on Windows", in the active language; without versions, which tell nobody anything."""
    from ua_parser import parse  # its patterns take a tenth of a second to load: only where they are needed

    parsed = parse(user_agent)
    browser = parsed.user_agent.family if parsed.user_agent else ""
    system = parsed.os.family if parsed.os else ""
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A browser that we don’t know")
