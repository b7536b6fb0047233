"""What specialists tell in their own words, in each language they write."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.text import Truncator
from wagtail.models import Locale
from wagtail_localize.models import Translation

from core.users import User
from directory.checking.review import is_complete
from directory.errors import LanguageNotOffered, LastText
from directory.models import Specialist, SpecialistIndexPage, SpecialistPage
from directory.profile.wording import rewritten, to_html, to_plain
from directory.profile_fields import REQUIRED_WORDS
from directory.services.proposing import renew
from directory.services.steps import note, on_specialist


@on_specialist
def save_texts(
    *,
    specialist: Specialist,
    language: str,
    by: User,
    headline: str,
    story: str,
    approach: str = "",
    faq: Sequence[tuple[str, str]] = (),
) -> SpecialistPage:
    """Save the specialist's own words in `language`; all of it plain text (directory.profile.wording).

    A draft revision while the profile isn't approved, published at once after that, and logged. A page that was an
    alias or a translation until now becomes their own text: nothing translates over it again.
    Raises LanguageNotOffered, and ValidationError for texts that are too long or, once public, missing.
    """
    page = _page(specialist, language, by)
    page.headline = headline
    page.search_description = Truncator(headline).chars(255)
    page.story = rewritten(page.story, story)
    page.approach = rewritten(page.approach, approach)
    page.faq = _questions(page, faq)
    _validate(page, may_be_empty=not specialist.is_approved)
    revision = page.save_revision(user=by, clean=False, log_action=True)
    if specialist.is_approved:
        revision.publish(user=by, skip_permission_checks=True)
    renew(specialist, by)
    page.refresh_from_db()
    return page


@on_specialist
def remove_texts(*, specialist: Specialist, language: str, by: User) -> None:
    """Take the page in `language` away. A public profile keeps one at least: raises LastText."""
    pages = SpecialistPage.objects.filter(specialist=specialist)
    page = pages.filter(locale__language_code=language).first()
    if page is None:
        return
    others = pages.exclude(pk=page.pk).filter(alias_of__isnull=True)
    if specialist.is_approved and not others.filter(live=True).exists():
        raise LastText
    page.delete(user=by, skip_permission_checks=True)
    note(specialist, "wagtail.edit", by, fields=[f"text.{language}"])
    renew(specialist, by)


def publish_texts(specialist: Specialist, by: User) -> None:
    """Publish the latest revision of every complete page of a profile that has just been approved."""
    for page in SpecialistPage.objects.filter(specialist=specialist, alias_of__isnull=True):
        latest = page.get_latest_revision()
        if latest is not None and is_complete(latest.as_object()):
            latest.publish(user=by, skip_permission_checks=True)


def _page(specialist: Specialist, language: str, by: User) -> SpecialistPage:
    """The page in `language` with what was last saved in it; new ones are related to those in other languages."""
    index = (
        SpecialistIndexPage.objects.select_for_update(of=("self",))  # one new page at a time
        .filter(locale__language_code=language, alias_of__isnull=True)
        .first()
    )
    if index is None or language not in specialist.session_languages:
        raise LanguageNotOffered
    pages = SpecialistPage.objects.filter(specialist=specialist)
    page = pages.filter(locale=index.locale).first()
    if page is None:
        page = SpecialistPage(
            specialist=specialist,
            title=specialist.name,
            slug=specialist.slug,
            locale=index.locale,
            live=False,
            owner=by,
        )
        if other := pages.first():
            page.translation_key = other.translation_key
        index.add_child(instance=page)
        return page
    _make_own(page, index.locale, by)
    latest: SpecialistPage = page.get_latest_revision_as_object()
    return latest


def _make_own(page: SpecialistPage, locale: Locale, by: User) -> None:
    Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=locale, enabled=True
    ).update(enabled=False)
    if page.alias_of_id is not None:
        page.alias_of = None
        page.save(clean=False, update_fields=["alias_of"])


def _validate(page: SpecialistPage, *, may_be_empty: bool) -> None:
    empty = [name for name in REQUIRED_WORDS if not getattr(page, name)] if may_be_empty else []
    page.full_clean(exclude=empty)
    SpecialistPage._meta.get_field("faq").stream_block.clean(page.faq)


def _questions(page: SpecialistPage, faq: Sequence[tuple[str, str]]) -> Any:
    """The questions as blocks. One that is as it was keeps its block, and with it its formatting and its id."""
    old = {
        (block.value["question"], to_plain(block.value["html"].source)): {
            "type": "question",
            "id": block.id,
            "value": {"question": block.value["question"], "html": block.value["html"].source},
        }
        for block in page.faq
    }
    raw = []
    for question, answer in faq:
        question, answer = question.strip(), answer.replace("\r\n", "\n").strip()
        new = {
            "type": "question",
            "id": str(uuid.uuid4()),
            "value": {"question": question, "html": to_html(answer)},
        }
        raw.append(old.get((question, answer), new))
    return SpecialistPage._meta.get_field("faq").stream_block.to_python(raw)
