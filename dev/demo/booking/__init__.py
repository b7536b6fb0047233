"""The demo's hours, and the page about the free consultation."""

from typing import Any

from booking import first_content
from booking.first_content import page_fields
from booking.models import FreeConsultationPage, IntakeQuestion, Schedule, WeeklyWindow
from booking.slots import refresh_next_slots
from core.first_content import front_page_of, text_in
from dev.demo import Demo, publish, step, text_of, translate, with_texts
from dev.demo.directory import facts
from directory.models import Specialist


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


@step(80, "Free consultation")
def free_consultation(demo: Demo) -> None:
    text = first_text("en")
    page = with_texts(FreeConsultationPage(slug="free-consultation", locale=demo.source), **page_fields(text))
    page.intake_questions = [
        IntakeQuestion(locale=demo.source, sort_order=number, **question(row))
        for number, row in enumerate(intake("en"))
    ]
    page = publish(page, front_page_of(demo))
    for locale in demo.targets:
        if page.get_translation_or_none(locale) is not None:  # as first_content leaves it, without questions
            continue
        if text := first_text(locale.language_code):
            translate(page, locale, in_other_words(page, text, intake(locale.language_code)))


def first_text(language: str) -> dict[str, Any]:
    """The page's text as every site begins with it."""
    return text_in(first_content.HERE, language, "free-consultation")


def intake(language: str) -> list[dict[str, Any]]:
    """The demo's questions to clients."""
    rows: list[dict[str, Any]] = text_of("booking", language, "intake")["intake"]
    return rows


def in_other_words(
    page: FreeConsultationPage, text: dict[str, Any], intake: list[dict[str, Any]]
) -> FreeConsultationPage:
    """A copy of `page` in memory that says everything in the words of `text`, and asks it in those of `intake`."""
    translated = FreeConsultationPage.from_serializable_data(page.serializable_data())
    translated = with_texts(translated, **page_fields(text))
    for asked, row in zip(translated.intake_questions.all(), intake, strict=True):
        for name, value in question(row).items():
            setattr(asked, name, value)
    return translated


def question(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of a question to clients. How it is asked stands in the English file alone."""
    return {**row, "choices": "\n".join(row["choices"])} if "choices" in row else row
