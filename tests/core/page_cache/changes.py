"""What somebody may change of the site, and the pages that may show it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from articles.models import ArticlePage, ArticleTopic, Contribution, Person
from booking.models import Booking, DateException, Schedule, WeeklyWindow
from booking.slots import refresh_next_slots
from core.models import Helpline, Menu, MenuItem, Picture, Topic
from directory import index
from directory.models import Profession, SearchRow, Specialist, SpecialistPage
from home.models import HomePage, StandardPage
from tests.factories.booking import BookingFactory
from tests.factories.content import ARTICLES, EVERY_BLOCK, SPECIALISTS

READ_IN = ("en", "ar")
PATHS = [
    *(
        f"/{language}/{path}"
        for language in READ_IN
        for path in [
            "",
            "privacy/",
            "help-now/",
            "articles/",
            "articles/?topic=sleep",
            "articles/feed/",
            *(f"articles/{slug}/" for slug in ARTICLES),
            "specialists/",
            "specialists/?topic=sleep&sort=price",
            *(f"specialists/{slug}/" for slug in SPECIALISTS),
            *(f"specialists/{slug}/book/?tz=Asia%2FKathmandu" for slug in SPECIALISTS[:2]),
            "free-consultation/",
        ]
    ),
    f"/en/{EVERY_BLOCK}/",
    "/sitemap.xml",
]
Change = Callable[[], Any]
CHANGES: dict[str, tuple[Change, str]] = {}
# Lists and orders are followed as a whole: whoever reads one is rendered anew, also where it came out the same.
LISTS = r"/../articles/\?.*|/../specialists/[a-z-]+/"  # of one topic; what somebody has written
# Those who can be talked to soonest.
ORDER = r"/../|/../articles/[a-z-]+/|/../free-consultation/|/../specialists/(\?.*)?"
ARTICLES_THERE = r"/../|/../articles/.*"
HOURS = r"/../specialists/[a-z-]+/(book/.*)?"  # whose free times may come out the same
FREE_TIMES = r"/../specialists/[a-z-]+/book/.*"  # they name the specialist, and link to the profile
ARABIC = r"/ar/.*"  # names are followed in all languages at once


def change(*needlessly: str) -> Callable[[Change], Change]:
    """What somebody changes; `needlessly` are patterns of addresses that may be rendered anew without need."""

    def add(function: Change) -> Change:
        CHANGES[function.__name__] = (function, "|".join(["/sitemap.xml", *needlessly]))
        return function

    return add


def article(language: str = "en") -> ArticlePage:
    return ArticlePage.objects.get(slug=ARTICLES[0], locale__language_code=language)


def specialist() -> Specialist:
    return Specialist.objects.get(slug=SPECIALISTS[0])


def publish(page: Page, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


@change()
def title_of_an_article() -> None:
    publish(article(), title="Another title")


@change(r"/../articles/feed/")  # which tells when it was changed
def body_of_an_article() -> None:
    page = article()
    publish(page, body=[*page.body.raw_data, {"type": "heading", "value": {"text": "New", "level": "2"}}])


@change()
def draft_of_an_article() -> None:
    page = article()
    page.title = "Only a draft"
    page.save_revision()


@change(LISTS, ARTICLES_THERE)
def day_of_an_article() -> None:
    publish(article(), published_on=article().published_on - timedelta(days=400))


@change(LISTS, ARTICLES_THERE)
def unpublished_article() -> None:
    article().unpublish()  # and with it the translations


@change(LISTS, ARTICLES_THERE)
def published_article() -> None:
    publish(article())
    publish(article("ar"))


@change(ARTICLES_THERE)
def slug_of_an_article() -> None:
    page = article("ar")
    publish(page, slug="elsewhere")
    publish(page, slug=ARTICLES[0])


@change(LISTS, ARTICLES_THERE)
def new_article() -> None:
    original = article()
    original.copy(
        update_attrs={"slug": "a-copy", "title": "A copy", "published_on": timezone.localdate()},
        copy_revisions=False,
    )


@change(LISTS, ARTICLES_THERE)
def deleted_article() -> None:
    ArticlePage.objects.get(slug="a-copy").delete()


@change()
def name_of_an_author() -> None:
    person = Person.objects.filter(contributions__page=article()).first()
    assert person
    person.name = "Somebody Else"
    person.save()


@change(LISTS, ARTICLES_THERE)
def topics_of_an_article() -> None:
    ArticleTopic.objects.create(
        page=article(), topic=Topic.objects.get(slug="grief", locale__language_code="en")
    )


@change(LISTS, ARTICLES_THERE)
def authors_of_an_article() -> None:
    Contribution.objects.create(page=article(), person=Person.objects.order_by("-pk")[0], role="author")


@change(ARABIC)
def name_of_a_topic() -> None:
    Topic.objects.filter(slug="sleep", locale__language_code="en").update(name="Sleeping")


@change()
def what_people_call_a_topic() -> None:
    Topic.objects.filter(slug="sleep").update(also_called="snoozing")


@change(ARABIC)
def name_of_a_profession() -> None:
    Profession.objects.filter(pk=specialist().profession_id).update(name="Healer of the mind")


@change()
def front_page() -> None:
    publish(HomePage.objects.get(locale__language_code="en"), headline="Be well")


@change()
def title_of_a_front_page() -> None:
    publish(HomePage.objects.get(locale__language_code="en"), title="Start")


@change()
def plain_page() -> None:
    publish(
        StandardPage.objects.get(slug="privacy", locale__language_code="en"),
        introduction="In short: nothing.",
    )


@change()
def title_of_a_page_in_the_menu() -> None:
    publish(StandardPage.objects.get(slug="privacy", locale__language_code="ar"), title="عنوان آخر")


@change()
def label_in_a_menu() -> None:
    item = MenuItem.objects.filter(menu__locale__language_code="en").first()
    assert item
    MenuItem.objects.filter(pk=item.pk).update(label="This way")


@change()
def title_of_a_footer() -> None:
    menu = Menu.objects.exclude(position="header").filter(locale__language_code="ar").first()
    assert menu
    menu.title = "أعمدة"
    menu.save()


@change()
def helpline() -> None:
    Helpline.objects.filter(locale__language_code="en").update(display="0 0 0")


@change(LISTS, ARTICLES_THERE)
def picture_of_an_article() -> None:
    picture = Picture.objects.get(pk=article().picture_id)
    Picture.objects.filter(pk=picture.pk).update(credit="A photographer")


@change(r"/../articles/feed/")
def sizes_of_a_picture() -> None:
    Picture.objects.get(pk=article().picture_id).renditions.all().delete()


@change(ORDER, FREE_TIMES)
def price_of_a_specialist() -> None:
    Specialist.objects.filter(pk=specialist().pk).update(price_min=33, price_max=44)
    index.rebuild([specialist().pk])


@change()
def who_asked_a_specialist() -> None:
    Specialist.objects.filter(pk=specialist().pk).update(
        accepting_asked_on=timezone.localdate(), updated_at=timezone.now()
    )


@change(FREE_TIMES)
def words_of_a_specialist() -> None:
    page = SpecialistPage.objects.get(specialist=specialist(), locale__language_code="en")
    publish(page, headline="Another headline")


@change(ORDER, FREE_TIMES)
def topics_of_a_specialist() -> None:
    specialist().topics.remove(specialist().topics.first())
    index.rebuild([specialist().pk])


@change(ORDER)
def booking() -> None:
    start = SearchRow.objects.get(pk=specialist().pk, next_slot_at__isnull=False).next_slot_at
    with transaction.atomic():
        BookingFactory(schedule=specialist().schedule, starts_at=start, status="confirmed")
        refresh_next_slots([specialist().pk])


@change(ORDER)
def cancelled_booking() -> None:
    with transaction.atomic():
        Booking.objects.all().delete()
        refresh_next_slots([specialist().pk])


@change(ORDER)
def day_off() -> None:
    today = timezone.localdate()
    with transaction.atomic():
        DateException.objects.create(
            schedule=specialist().schedule, first=today, last=today + timedelta(days=20)
        )
        refresh_next_slots([specialist().pk])


@change(ORDER)
def closed_hours() -> None:
    with transaction.atomic():
        Schedule.objects.filter(pk=specialist().pk).update(is_open=False)
        refresh_next_slots([specialist().pk])


@change(ORDER)
def paused_specialist() -> None:
    Specialist.objects.filter(pk=specialist().pk).update(state=Specialist.State.PAUSED)
    index.rebuild([specialist().pk])


@change(ORDER)
def resumed_specialist() -> None:
    Specialist.objects.filter(pk=specialist().pk).update(state=Specialist.State.PUBLISHED)
    index.rebuild([specialist().pk])


@change(ORDER, HOURS)
def weekly_hours() -> None:
    with transaction.atomic():
        WeeklyWindow.objects.filter(schedule=specialist().schedule).update(end=F("end") + 30)
        refresh_next_slots([specialist().pk])


@change(ORDER, HOURS)
def notice_before_a_consultation() -> None:
    with transaction.atomic():
        Schedule.objects.filter(pk=specialist().pk).update(notice=F("notice") + 600)
        refresh_next_slots([specialist().pk])


@change(ORDER, FREE_TIMES)
def unpublished_profile() -> None:
    SpecialistPage.objects.get(specialist=specialist(), locale__language_code="en").unpublish()
    index.rebuild([specialist().pk])


@change(ORDER, FREE_TIMES)
def published_profile() -> None:
    publish(SpecialistPage.objects.get(specialist=specialist(), locale__language_code="en"))
    index.rebuild([specialist().pk])


@change(".*")
def private_page() -> None:
    page = StandardPage.objects.get(slug="privacy", locale__language_code="en")
    PageViewRestriction.objects.create(page=page, restriction_type="login")


@change(".*")
def public_page() -> None:
    PageViewRestriction.objects.all().delete()


@change()
def picture_for_sharing() -> None:
    page = StandardPage.objects.get(slug="privacy", locale__language_code="en")
    publish(page, social_image=Picture.objects.first())


@change(ARTICLES_THERE, LISTS)
def translation_that_becomes_an_alias() -> None:
    Page.objects.filter(pk=article("ar").pk).update(alias_of=article().pk)


@change(ARTICLES_THERE, LISTS)
def alias_that_becomes_a_translation() -> None:
    Page.objects.filter(alias_of__isnull=False).update(alias_of=None)


@change(".*")
def moved_page() -> None:
    page = StandardPage.objects.get(slug="privacy", locale__language_code="ar")
    page.move(StandardPage.objects.get(slug="help-now", locale__language_code="ar"), pos="right")


@change(".*")
def renamed_topic() -> None:
    topic = Topic.objects.get(slug="trust", locale__language_code="en")
    topic.slug = "faith"
    topic.save()


@change(".*")
def topic_with_its_old_name_again() -> None:
    topic = Topic.objects.get(slug="faith", locale__language_code="en")
    topic.slug = "trust"
    topic.save()


@change(ORDER)
def sizes_of_a_portrait() -> None:
    portrait = specialist().portrait
    if portrait:
        portrait.renditions.all().delete()


@change(LISTS, ARTICLES_THERE)
def deleted_picture() -> None:
    Picture.objects.get(pk=article().picture_id).delete()


@change()
def linked_page_that_becomes_a_draft() -> None:
    StandardPage.objects.get(slug="how-we-check", locale__language_code="en").unpublish()


@change()
def draft_that_is_published() -> None:
    for language in READ_IN:
        publish(StandardPage.objects.get(slug="how-we-check", locale__language_code=language))


@change()
def sql_past_everything() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wagtailcore_page SET title = title || '!' WHERE slug = %s", [ARTICLES[1]])


@change()
def rolled_back() -> None:
    with transaction.atomic():
        Page.objects.update(title="Nobody ever sees this")
        transaction.set_rollback(True)
