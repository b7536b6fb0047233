"""What is changed on a made-up day. Each change returns addresses that show it."""

from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from articles.models import ArticleIndexPage, ArticlePage
from booking.errors import BookingError
from core.models import Topic
from dev.bench.contents import booking  # which registers all pages in order
from directory.models import Specialist, SpecialistIndexPage, SpecialistPage
from home.models import HomePage, StandardPage


def book(random: Random) -> list[str]:
    """Hold a free time of somebody, as a reader who books does. Nothing, if nobody has one."""
    free = Specialist.objects.published().filter(search_row__next_slot_at__isnull=False)
    specialists = list(free.order_by("pk")[:500])
    if not specialists:
        return []
    specialist = random.choice(specialists)
    now = timezone.now()
    times = [time for time in booking.free_times(specialist) if time > now]
    if not times:
        return []
    try:
        booking.booker(specialist, random.choice(times[:40]))()
    except BookingError:
        return []
    code = settings.LANGUAGE_CODE
    pages = SpecialistPage.objects.live().filter(specialist=specialist)
    index = SpecialistIndexPage.objects.live().filter(locale__language_code=code)
    return [*(page.path_here for page in [*pages, *index]), f"/{code}/specialists/{specialist.slug}/book/"]


def edit(random: Random) -> list[str]:
    """Change something as an editor does: the title of an article or a plain page, a topic's name, or unpublish one."""
    return random.choice([retitle_article, retitle_article, retitle_plain_page, rename_topic, hide_article])(
        random
    )


def retitle_article(random: Random) -> list[str]:
    page = any_page(random, ArticlePage)
    return [*retitle(page), *lists()]


def retitle_plain_page(random: Random) -> list[str]:
    page = any_page(random, StandardPage)
    return [*retitle(page), *lists()]


def any_page(random: Random, model: type[Page]) -> Page:
    return random.choice(
        list(model.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE).order_by("pk"))
    )


def retitle(page: Page) -> list[str]:
    with transaction.atomic():
        page.title = f"{page.title[:100]} +"
        page.save_revision().publish()
    return [page.path_here]


def hide_article(random: Random) -> list[str]:
    page = any_page(random, ArticlePage)
    page.unpublish()
    return [page.path_here, *lists()]


def rename_topic(random: Random) -> list[str]:
    topics = Topic.objects.filter(locale__language_code=settings.LANGUAGE_CODE).order_by("pk")
    topic = random.choice(list(topics))
    topic.name = f"{topic.name[:60]} +"
    topic.save()
    articles = ArticlePage.objects.live().filter(article_topics__topic=topic).distinct()
    return [*(page.path_here for page in articles[:5]), *lists()]


def lists() -> list[str]:
    """The front page, and the list of articles."""
    home = HomePage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE)
    index = ArticleIndexPage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE)
    return [one.path_here for one in [*home, *index]]
