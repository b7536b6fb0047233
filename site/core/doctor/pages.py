"""The site's address and front pages, as Wagtail knows them."""

from urllib.parse import urlsplit

from django.conf import settings
from wagtail.models import Locale, Page, Site

from core.doctor.registry import Problem, check

DEFAULT_PORTS = {"https": 443, "http": 80}


@check("address")
def address() -> str:
    """The site's address is the same in SITE_URL and in the CMS."""
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        raise Problem("The CMS has no default site: run `attune first_content`.")
    parts = urlsplit(settings.SITE_URL)
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    if (site.hostname, site.port) != (parts.hostname, port):
        raise Problem(
            f"SITE_URL leads to {parts.hostname}, port {port}; Settings → Sites says {site.hostname}, port "
            f"{site.port}. Enter there what SITE_URL says."
        )
    return f"{settings.SITE_URL}, here and in the CMS."


@check("front pages")
def front_pages() -> str:
    """The site begins with a front page, which each language has."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None or site.root_page.content_type.model_class() is Page:
        raise Problem("The site still begins with Wagtail's welcome page: run `attune first_content`.")
    there = Page.objects.filter(translation_key=site.root_page.translation_key, depth=2, live=True)
    codes = set(there.values_list("locale__language_code", flat=True))
    wanted = Locale.objects.values_list("language_code", flat=True)
    if missing := sorted(set(wanted) - codes):
        raise Problem(
            f"No front page is published in {', '.join(missing)}: publish it, or run `attune first_content`, or delete "
            "the language under Settings → Locales."
        )
    return f"There is one in {', '.join(sorted(codes))}."


# Right under each front page: those that every page or mail may lead to, and the one that people agree to.
LINKED = ("articles", "specialists", "free-consultation", "help-now")
AGREED_TO = "privacy"


@check("linked pages")
def linked_pages() -> str:
    """The pages that the site links to are published in each language that has a front page."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    fronts = (
        Page.objects.filter(translation_key=site.root_page.translation_key, depth=2, live=True)
        if site
        else Page.objects.none()
    )
    there = {
        language: set(
            Page.objects.filter(depth=3, live=True, path__startswith=path).values_list("slug", flat=True)
        )
        for language, path in fronts.values_list("locale__language_code", "path")
    }
    if missing := [
        f"{slug} ({code})" for code, slugs in there.items() for slug in LINKED if slug not in slugs
    ]:
        raise Problem(
            f"Links lead nowhere: {', '.join(missing)}. Publish these pages, or let `attune first_content` make them."
        )
    if unwritten := [code for code, slugs in there.items() if AGREED_TO not in slugs]:
        raise Problem(
            f"The page “{AGREED_TO}”, which people who book agree to, isn't published in {', '.join(unwritten)}: "
            "write it, translate it and publish it."
        )
    return "All are published."
