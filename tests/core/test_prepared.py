"""Prepared questions answer as the ORM does."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import IntegerField
from django.test.utils import CaptureQueriesContext

from articles.models import ArticlePage
from booking.views.choosing import BOOKABLE
from core.prepared import Given, PreparedModels
from core.routing import _pages
from directory.models import Specialist, SpecialistPage
from home.models import HomePage
from tests.factories.booking import ScheduleFactory

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("model", [ArticlePage, SpecialistPage, HomePage])
def test_pages_come_as_from_the_orm(model: Any) -> None:
    _pages.cache_clear()
    for page in model.objects.live():
        wanted = model._base_manager.select_related("locale", "social_image", *model.routing_related).get(
            pk=page.pk
        )
        with CaptureQueriesContext(connection) as asked:
            [found] = _pages(model).rows(pk=page.pk)
        assert len(asked) == 1
        assert type(found) is model
        assert found == wanted
        assert {name: str(value) for name, value in found.__dict__.items() if name != "_state"} == {
            name: str(value) for name, value in wanted.__dict__.items() if name != "_state"
        }
        assert found._state.fields_cache == wanted._state.fields_cache
        assert found._state.db == wanted._state.db
        assert found._state.adding is False


def test_nothing_is_found_where_nothing_is() -> None:
    assert _pages(ArticlePage).rows(pk=0) == []
    assert BOOKABLE.rows(slug="nobody") == []


def test_what_differs_may_stand_beside_what_does_not() -> None:
    """A relation that isn't there is None, and isn't asked for again."""
    schedule = ScheduleFactory()
    prepared = PreparedModels(
        lambda: Specialist.objects.filter(
            pk=Given("pk", IntegerField()), state=schedule.specialist.state
        ).select_related("portrait", "schedule")
    )
    for _time in range(2):
        [found] = prepared.rows(pk=schedule.pk)
        with CaptureQueriesContext(connection) as asked:
            assert (found.portrait, found.schedule, found.schedule.specialist) == (None, schedule, found)
        assert len(asked) == 0
