"""The front page, and the page that people in danger need."""

from django.conf import settings

from dev.bench.measured import page
from home.models import HomePage, StandardPage

HELP = "help-now"  # the demo's


@page("home")
def home() -> str | None:
    front = HomePage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE).first()
    return front.path_here if front else None


@page("help-now")
def help_now() -> str | None:
    pages = StandardPage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE)
    found = pages.filter(slug=HELP).first()
    return found.path_here if found else None
