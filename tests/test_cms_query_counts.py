"""How often the screens of the CMS ask the database: the same for 30 articles and for 120, and no more.

The benchmark's own screens (`manage.py bench --cms`) are asked for, of which it says what they cost beside Wagtail's.
"""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page
from wagtail_localize.wagtail_hooks import page_listing_more_buttons

from accounts.models import User
from accounts.roles import EDITORS
from articles.models import ArticleIndexPage, ArticlePage
from core.models.pages import without_deleted
from dev.bench.cms.screens import EDITOR, SCREENS, SUPERUSER, Asking, Screen
from dev.synthetic.articles import articles
from dev.synthetic.bulk import PREFIX
from tests.factories.pages import fresh, submitted, translated
from tests.factories.people import log_in_to_cms, make_user
from translation import listing
from translation.originals import follows_nothing, records_of

FEW, MANY, SEED = 30, 120, 1


@pytest.fixture
def article(content: None) -> ArticlePage:
    articles(FEW, SEED)
    return ArticlePage.objects.filter(slug__startswith=PREFIX).order_by("pk").first()


def superuser() -> User:
    return User.objects.create_superuser(SUPERUSER)


def queries_of(screen: Screen, client: Client, article: ArticlePage, numbers: range) -> list[str]:
    """What the last of some requests asks: by then everything that is remembered is."""
    cache.clear()
    for number in numbers:
        request = screen.request(Asking(client, article.pk, number))
        ask = client.get if request.data is None else client.post
        with CaptureQueriesContext(connection) as asked:
            assert screen.is_right(ask(request.address, request.data)), screen.name
    return [query["sql"] for query in asked.captured_queries]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_of_the_cms_asks_as_often_for_many_pages_as_for_few(
    article: ArticlePage, client: Client, screen: Screen
) -> None:
    log_in_to_cms(client, make_user(EDITOR, EDITORS) if screen.who == EDITOR else superuser())
    few = queries_of(screen, client, article, range(3))
    articles(MANY, SEED)
    many = queries_of(screen, client, article, range(3, 6))
    assert len(few) == len(many), "\n".join(many)


def test_the_editor_of_an_original_asks_wagtail_localize_once(article: ArticlePage, client: Client) -> None:
    log_in_to_cms(client, make_user(EDITOR, EDITORS))
    asked = queries_of(SCREENS[0], client, article, range(3))
    assert sum("wagtail_localize" in query for query in asked) == 1, "\n".join(asked)


def test_what_a_version_names_is_looked_up_in_one_query(article: ArticlePage) -> None:
    content = article.serializable_data()
    with CaptureQueriesContext(connection) as asked:
        assert without_deleted(ArticlePage, content) == content
    assert len(asked) == 1


def test_the_explorer_offers_what_wagtail_localize_does(article: ArticlePage, rf: RequestFactory) -> None:
    """For originals with and without translations, for translations, for an alias and the front page."""
    translated(article, "de")
    partly = submitted(
        ArticlePage.objects.child_of(article.get_parent()).exclude(pk=article.pk).first(), "uk"
    )
    assert partly.enabled
    user = superuser()
    request = rf.get("/")
    request.user = user
    pages = Page.objects.filter(depth__gt=1)
    index = ArticleIndexPage.objects.first()
    offered = 0
    for page in listing.with_translations(index, pages, request):
        ours = [(button.label, button.url) for button in listing.buttons(page, user, next_url="/back/")]
        theirs = page_listing_more_buttons(fresh(page), user, next_url="/back/")
        assert ours == [(button.label, button.url) for button in theirs], page
        offered += len(ours)
    assert offered > pages.count() / 2


def test_a_page_that_was_a_translation_is_no_original(article: ArticlePage) -> None:
    german = translated(article, "de")
    translation = records_of(german)[0]
    translation.enabled = False
    translation.save()
    german = fresh(german)
    assert records_of(german) == [translation]
    assert not follows_nothing(german)
    assert records_of(article) == []
    assert follows_nothing(article)
