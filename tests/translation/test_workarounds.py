"""What upstream does without our guards. When one of these fails, its guard can go (docs/decisions/0005)."""

from typing import Any

import pytest
from django.db import DataError, transaction
from django.db.models.signals import post_save
from django.test import TestCase
from wagtail_localize.models import StringTranslation, Translation, post_save_string_translation
from wagtail_localize.views import snippets_api, submit_translations, update_translations

from tests.factories.pages import edit, fresh, locale_of, make_article, make_tree, set_string, submitted
from translation import workarounds
from translation.views.submitting import SubmitPage, SubmitSnippet
from translation.views.updating import Update

pytestmark = pytest.mark.django_db


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> Any:
    """wagtail-localize as it ships."""
    monkeypatch.setattr(Translation, "save_target", Translation.save_target.__wrapped__)
    monkeypatch.setattr(Translation, "get_status_display", Translation.get_status_display.__wrapped__)
    monkeypatch.setattr("core.models.pages.may_publish", lambda *_args: True)
    post_save.disconnect(sender=StringTranslation, dispatch_uid="check_string")
    post_save.disconnect(sender=StringTranslation, dispatch_uid="follow_title")
    post_save.connect(post_save_string_translation, sender=StringTranslation)
    yield
    workarounds.connect()


@pytest.mark.usefixtures("unguarded")
def test_upstream_publishes_the_source_language_for_missing_strings() -> None:
    """https://github.com/wagtail/wagtail-localize/issues/502"""
    tree = make_tree("uk")
    translation = submitted(edit(tree["en"].article, title="Good sleep"), "uk")
    with TestCase.captureOnCommitCallbacks(execute=True):
        translation.save_target(publish=True)
    assert fresh(tree["uk"].article).title == "Good sleep"


@pytest.mark.usefixtures("unguarded")
def test_upstream_says_up_to_date_after_the_original_was_edited() -> None:
    """https://github.com/wagtail/wagtail-localize/issues/832"""
    tree = make_tree("uk")
    edit(tree["en"].article, title="Good sleep")
    translation = Translation.objects.get(source__object_id=tree["en"].article.translation_key)
    assert translation.get_status_display() == "Up to date"


@pytest.mark.usefixtures("unguarded")
def test_upstream_accepts_empty_strings_and_dropped_links() -> None:
    tree = make_tree()
    locale_of("uk")
    translation = submitted(tree["en"].home, "uk")
    assert set_string(translation, "title", " ").has_error is False
    row = set_string(translation, "headline", "x")
    row.translation_of.data = '<a id="a1">x</a>'
    row.save()
    assert row.has_error is False


@pytest.mark.usefixtures("unguarded")
def test_upstream_fails_on_a_title_of_256_characters() -> None:
    tree = make_tree()
    translation = submitted(tree["en"].home, "uk")
    with pytest.raises(DataError), transaction.atomic():
        set_string(translation, "title", "x" * 256)


def test_upstream_asks_for_one_permission_alone() -> None:
    """Our views replace upstream's methods of these names; when upstream has checks of its own, look again."""
    for ours, theirs in [
        (SubmitPage, submit_translations.SubmitPageTranslationView),
        (SubmitSnippet, submit_translations.SubmitSnippetTranslationView),
        (Update, update_translations.UpdateTranslationsView),
    ]:
        assert issubclass(ours, theirs)
        assert "has_perms" in theirs.dispatch.__code__.co_names
        assert not {"permissions_for_user", "PermissionDenied"} & set(theirs.get_object.__code__.co_names)
        assert "can_publish" not in theirs.form_valid.__code__.co_names
    assert "permission_classes" not in vars(snippets_api.SnippetViewSet)


def test_upstream_starts_a_translation_below_an_untranslated_page_with_published_copies() -> None:
    tree = make_tree()
    article = make_article(tree["en"].index, title="Rest", slug="rest")
    submitted(article, "uk")
    assert tree["en"].index.get_translation(locale_of("uk")).live is True
