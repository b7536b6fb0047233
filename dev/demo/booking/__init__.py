"""The demo's hours, and the page about the free consultation."""

from typing import Any

from booking.models import FreeConsultationPage, IntakeQuestion, Schedule, WeeklyWindow
from booking.slots import refresh_next_slots
from dev import demo as core_demo
from dev.demo import Demo, publish, step, text_of, translate, with_texts
from dev.demo.directory import facts
from directory.models import Specialist
from home.models import HomePage

SECTIONS = ["what_it_is", "benefits", "for_whom", "important", "for_specialists"]


@step(55, "Hours")
def hours(demo: Demo) -> None:
    rows = {row["slug"]: row for row in facts()}
    specialists = Specialist.objects.filter(slug__in=rows, schedule__isnull=True)
    new = []
    for specialist in specialists:
        row = rows[specialist.slug]
        schedule = Schedule.objects.create(
            specialist=specialist,
            time_zone=row["time_zone"],
            gap=row["gap"],
            notice=row["notice"],
            joining=f"https://meet.attune.example/{specialist.slug}",
        )
        WeeklyWindow.objects.bulk_create(
            WeeklyWindow(schedule=schedule, weekday=weekday, start=minutes(start), end=minutes(end))
            for weekday, start, end in row["hours"]
        )
        new.append(specialist.pk)
    refresh_next_slots(new)


def minutes(clock: str) -> int:
    """Minutes since midnight of a text like 09:30; 24:00 is 1440."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def page_fields(text: dict[str, Any]) -> dict[str, Any]:
    differences = [{"type": "difference", **row} for row in text["differences"]]
    questions = [{"type": "question", **row} for row in text["questions"]]
    return {
        **{name: text[name] for name in ("title", "search_description", "introduction")},
        **{name: section(text[name]) for name in SECTIONS},
        "differences": core_demo.stream("booking/differences", differences, without_type),
        "questions": core_demo.stream(
            "booking/questions", questions, lambda b: {"question": b["question"], "html": b["html"].strip()}
        ),
    }


def section(text: Any) -> str:
    return (text["html"] if isinstance(text, dict) else text).strip()


def without_type(block: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in block.items() if name != "type"}


@step(80, "Free consultation")
def free_consultation(demo: Demo) -> None:
    home = HomePage.objects.get(locale=demo.source)
    text = text_of("booking", "en", "free-consultation")
    page = with_texts(FreeConsultationPage(slug="free-consultation", locale=demo.source), **page_fields(text))
    page.intake_questions = [
        IntakeQuestion(locale=demo.source, sort_order=number, **question(row))
        for number, row in enumerate(text["intake"])
    ]
    page = publish(page, home)
    for locale in demo.targets:
        if text := text_of("booking", locale.language_code, "free-consultation"):
            translate(page, locale, in_other_words(page, text))


def in_other_words(page: FreeConsultationPage, text: dict[str, Any]) -> FreeConsultationPage:
    """A copy of `page` in memory that says and asks everything in the words of `text`."""
    translated = FreeConsultationPage.from_serializable_data(page.serializable_data())
    translated = with_texts(translated, **page_fields(text))
    for asked, row in zip(translated.intake_questions.all(), text["intake"], strict=True):
        for name, value in question(row).items():
            setattr(asked, name, value)
    return translated


def question(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of a question to clients. How it is asked stands in the English file alone."""
    return {**row, "choices": "\n".join(row["choices"])} if "choices" in row else row
