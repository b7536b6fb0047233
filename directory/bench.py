from django.conf import settings

from core.bench import page
from directory.models import SpecialistIndexPage, SpecialistPage


def directory() -> str | None:
    index = SpecialistIndexPage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE).first()
    return index.path_here if index else None


@page("directory")
def no_filter() -> str | None:
    return directory()


@page("directory, 2 filters")
def two_filters() -> str | None:
    address = directory()
    return f"{address}?topic=sleep&language=de" if address else None


@page("directory, page 9")
def further_on() -> str | None:
    address = directory()
    return f"{address}?page=9" if address else None


@page("profile")
def profile() -> str | None:
    pages = SpecialistPage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE)
    found = pages.filter(specialist__search_row__next_slot_at__isnull=False).order_by("pk").last()
    return found.path_here if found else None
