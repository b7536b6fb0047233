"""The demo's specialists, all of them invented: their surnames are words for sample, example and the like."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from core.models import Topic
from dev import demo as core_demo
from dev.demo import Demo, publish, read, step, translate, with_texts
from dev.demo.topics import add_terms
from directory.checking import review
from directory.first_content import specialist_index
from directory.models import (
    ClientGroup,
    Method,
    Place,
    Portrait,
    Profession,
    Specialist,
    SpecialistCheck,
    SpecialistPage,
)
from directory.profile.portraits import make_portrait
from directory.search.spelling import rebuild_spelling

HERE = Path(__file__).parent
MODELS: dict[str, type[Any]] = {
    "profession": Profession,
    "method": Method,
    "client_group": ClientGroup,
    "place": Place,
}
SAME = [
    "name",
    "gender",
    "credential_country",
    "credential_register",
    "credential_number",
    "credential_url",
    "practice_url",
    "practice_phone",
    "session_languages",
    "price_min",
    "price_max",
    "currency",
    "practising_since",
]


def facts() -> list[dict[str, Any]]:
    """The facts about every specialist of the demo."""
    return read(HERE / "specialists.toml")["specialist"]


@step(40, "Professions, methods, client groups, places")
def taxonomies(demo: Demo) -> None:
    names = read(HERE / "taxonomies.toml")
    for kind, model in MODELS.items():
        add_terms(demo, model, names[kind])


@step(50, "Specialists, in four languages (this takes a minute or two)")
def specialists(demo: Demo) -> None:
    index = specialist_index(demo)
    terms = {
        kind: {term.slug: term for term in model.objects.filter(locale=demo.source)}
        for kind, model in MODELS.items()
    }
    terms["topic"] = {topic.slug: topic for topic in Topic.objects.filter(locale=demo.source)}
    texts = {
        code: read(HERE / f"pages.{code}.toml")
        for code in ["en", *(locale.language_code for locale in demo.targets)]
        if (HERE / f"pages.{code}.toml").exists()
    }
    for row in facts():
        slug = row["slug"]
        specialist = Specialist.objects.filter(slug=slug).first() or add_specialist(demo, row, terms)
        page = SpecialistPage(slug=slug, title=specialist.name, specialist=specialist, locale=demo.source)
        page = publish(with_texts(page, **page_fields(slug, texts["en"][slug])), index)
        for locale in demo.targets:
            if page_texts := texts.get(locale.language_code, {}).get(slug):
                translate(page, locale, with_texts(page, **page_fields(slug, page_texts)))
        note_check(specialist)
    rebuild_spelling()


def note_check(specialist: Specialist) -> None:
    """The check that the badge names: later changes are compared with it."""
    if specialist.checks.exists() or specialist.checked_on is None:
        return
    SpecialistCheck.objects.create(
        specialist=specialist,
        decision=SpecialistCheck.Decision.APPROVED,
        at=timezone.now() - (timezone.localdate() - specialist.checked_on),
        ticked=review.points(specialist),
        facts=review.facts_now(specialist),
        texts=review.texts_now(specialist),
    )
    specialist.changed_at, specialist.flags = None, []
    specialist.save(update_fields=["changed_at", "flags"])


def page_fields(slug: str, text: dict[str, Any]) -> dict[str, Any]:
    questions = [{"type": "question", **question} for question in text.get("faq", [])]
    return {
        "headline": text["headline"],
        "search_description": text["headline"],
        "story": text["story"].strip(),
        "approach": text["approach"].strip(),
        "faq": core_demo.stream(
            f"directory/{slug}/faq",
            questions,
            lambda b: {"question": b["question"], "html": b["html"].strip()},
        ),
    }


def portrait(stem: str, name: str) -> Portrait:
    """The drawing called `stem`, as `name` would have sent it."""
    with (core_demo.PICTURES / f"{stem}.webp").open("rb") as file:
        return Portrait.objects.create(title=name, file=make_portrait(file))


def add_specialist(demo: Demo, row: dict[str, Any], terms: dict[str, Any]) -> Specialist:
    today = timezone.localdate()
    user = get_user_model().objects.create_user(
        row["email"],
        display_name=row["name"],
        time_zone=row["time_zone"],
        language=next((code for code in row["session_languages"] if code in {"uk", "de", "ar"}), "en"),
    )
    specialist = Specialist.objects.create(
        user=user,
        slug=row["slug"],
        state=Specialist.State.PUBLISHED,
        portrait=portrait(row["slug"], row["name"]),
        profession=terms["profession"][row["profession"]],
        checked_on=today - timedelta(days=row["checked_days_ago"]),
        is_online=row["online"],
        place=terms["place"].get(row["place"]),
        can_prescribe=row["prescribes"],
        is_accepting=row["accepting"],
        accepting_confirmed_on=today - timedelta(days=row["accepting_confirmed_days_ago"]),
        offers_free_consultation=row["free_consultation"],
        **{name: row[name] for name in SAME},
    )
    specialist.topics.set([terms["topic"][slug] for slug in row["topics"]])
    specialist.methods.set([terms["method"][slug] for slug in row["methods"]])
    specialist.client_groups.set([terms["client_group"][slug] for slug in row["client_groups"]])
    return specialist
