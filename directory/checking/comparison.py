"""What a moderator sees of a profile: the facts and texts as they were last checked, and as they shall be."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, get_language_info, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from core.i18n import countries
from core.i18n.languages import join_words, language_name
from core.models import Term, Topic
from directory.checking import review
from directory.checking.differences import Difference, difference
from directory.checking.flags import Flag, flags
from directory.models import (
    ClientGroup,
    Method,
    Place,
    Profession,
    Specialist,
    SpecialistCheck,
    SpecialistPage,
)
from directory.profile.wording import to_plain
from directory.profile_fields import CHECKED
from directory.search.cards import price

# Where a page is named, and what search engines show: of a specialist's own making only in the CMS.
ASIDE = {"title": _("title of the page"), "search_description": _("description for search engines")}
TEXTS = {
    "headline": _("headline"),
    "story": _("story"),
    "approach": _("approach"),
    "faq": _("questions and answers"),
    **ASIDE,
}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A checked field. `name` is what a comment on it is kept under."""

    name: str
    label: str
    difference: Difference


@dataclass(frozen=True, kw_only=True)
class TextComparison:
    """The texts in one language, of which some may have changed."""

    name: str
    language: str
    code: str
    direction: str
    is_new: bool
    is_changed: bool
    parts: list[tuple[str, Difference]]
    flags: list[Flag]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`before` says what the old side is: an empty text if there is none."""

    before: str
    facts: list[Fact]
    texts: list[TextComparison]


@dataclass(frozen=True, kw_only=True)
class Practice:
    """Label and values of the facts that change without a check; the old side counts if `is_changed`."""

    rows: list[tuple[str, Difference]]
    is_changed: bool
    is_other_portrait: bool


def compare(specialist: Specialist) -> Comparison:
    """A public profile is compared with itself, any other with what a moderator last looked at."""
    check = review.last_check(specialist)
    now = {**specialist.checked_facts(), **review.review_status(specialist).proposed}
    if specialist.is_approved:
        before, old = gettext("Public now"), specialist.checked_facts()
    elif check is not None:
        before, old = gettext("At the last check"), check.facts
    else:
        before, old = "", now
    return Comparison(before=before, facts=_facts(old, now), texts=_texts(specialist, check))


def field_label(name: str) -> str:
    """What a field is called that something is missing in or that a comment is kept under."""
    if name == "texts":
        return gettext("texts in a language")
    if name.startswith("text."):
        return language_name(name.removeprefix("text."))
    return str(Specialist._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a real field


def shown_value(name: str, value: Any) -> str:
    """A checked fact in words."""
    if name == "profession":
        profession = value if isinstance(value, Profession) else Profession.objects.filter(pk=value).first()
        return profession.name_here if profession else ""
    if name == "credential_country":
        return countries.country_name(value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return str(value)


def _facts(old: dict[str, Any], now: dict[str, Any]) -> list[Fact]:
    def shown(name: str, value: Any) -> str:
        return shown_value(name, value) if value or isinstance(value, bool) else ""

    return [
        Fact(
            name=name,
            label=field_label(name),
            difference=difference(shown(name, old.get(name)), shown(name, now[name])),
        )
        for name in CHECKED
    ]


def _texts(specialist: Specialist, check: SpecialistCheck | None) -> list[TextComparison]:
    looked_at = check.texts if check else {}
    revisions = Revision.objects.in_bulk([pk for pk in looked_at.values() if pk])
    comparisons = []
    for page in review.looked_at_pages(specialist):
        code = page.locale.language_code
        revision = revisions.get(looked_at.get(code))
        now = words(page)
        old = words(revision.as_object()) if revision else now
        usual = {"title": specialist.name, "search_description": now["headline"]}
        parts = [
            (str(label), difference(old[name], now[name]))
            for name, label in TEXTS.items()
            if name not in ASIDE or now[name] != usual[name]
        ]
        comparisons.append(
            TextComparison(
                name=f"text.{code}",
                language=language_name(code),
                code=code,
                direction="rtl" if get_language_info(code)["bidi"] else "ltr",
                is_new=check is not None and revision is None,
                is_changed=any(part.is_changed for _label, part in parts),
                parts=parts,
                flags=flags_of(page),
            )
        )
    return comparisons


def words(page: SpecialistPage) -> dict[str, str]:
    """The texts of a page, plain."""
    questions = [f"{block.value['question']}\n{to_plain(block.value['html'].source)}" for block in page.faq]
    return {
        "headline": page.headline,
        "story": to_plain(page.story),
        "approach": to_plain(page.approach),
        "faq": "\n\n".join(questions),
        "title": page.title,
        "search_description": page.search_description,
    }


def flags_of(page: SpecialistPage) -> list[Flag]:
    """What in the texts of a page is flagged, the addresses of links included."""
    html = [page.story, page.approach, *(block.value["html"].source for block in page.faq)]
    links = [link for part in html for link in re.findall(r"""<a\b[^>]*?\bhref=["']([^"']+)""", part)]
    return flags("\n\n".join([*words(page).values(), *links]))


def changed_parts(specialist: Specialist) -> list[str]:
    """What has changed since a moderator last looked, in words: facts, the photo, and texts with their language."""
    facts, texts = practice(specialist), _texts(specialist, review.last_check(specialist))
    changes = [label for label, compared in facts.rows if compared.is_changed]
    changes += [gettext("Portrait")] if facts.is_other_portrait else []
    for text in texts:
        parts = [label for label, compared in text.parts if compared.is_changed]
        if text.is_new or parts:
            changes.append(f"{text.language}: {gettext('new') if text.is_new else join_words(parts)}")
    return changes


def practice(specialist: Specialist) -> Practice:
    """The facts that change without a check, compared with what was remembered of the last one.

    A check from before these were remembered has none of them: then there is nothing to compare with.
    """
    check, now = review.last_check(specialist), review.practice_now(specialist)
    old = {**now, **{name: value for name, value in (check.facts if check else {}).items() if name in now}}
    rows = [
        (label, difference(before, after))
        for (label, before), (_label, after) in zip(_in_words(old), _in_words(now), strict=True)
        if before or after
    ]
    return Practice(
        rows=rows,
        is_changed=any(one.is_changed for _label, one in rows),
        is_other_portrait=any(old[name] != now[name] for name in ("portrait", "portrait_file")),
    )


def _in_words(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """The facts of `review.practice_now` as label and value; what is empty has an empty value."""
    code = get_language() or ""

    def name(kind: type[Term], slug: str) -> str:
        now = kind.find_slug(slug) or slug  # it may have been renamed or merged since
        return kind.names(code).get(now, now)

    def names(kind: type[Term], slugs: list[str]) -> str:
        return join_words(sorted({name(kind, slug) for slug in slugs}))

    priced = Specialist(**{name: facts[name] for name in ("price_min", "price_max", "currency")})
    rows = [
        (_("Gender"), str(Specialist.Gender(facts["gender"]).label) if facts["gender"] else ""),
        (_("Session languages"), join_words(language_name(one) for one in facts["session_languages"])),
        (_("Topics"), names(Topic, facts["topics"])),
        (_("Methods"), names(Method, facts["methods"])),
        (_("Client groups"), names(ClientGroup, facts["client_groups"])),
        (_("Works online"), gettext("Yes") if facts["is_online"] else gettext("No")),
        (_("Place"), name(Place, facts["place"]) if facts["place"] else ""),
        (_("Price"), price(priced)),
        (_("Practising since"), str(facts["practising_since"] or "")),
    ]
    return [(str(label), value) for label, value in rows]
