"""The page about the free consultation, which asks clients nothing of its own."""

from pathlib import Path
from typing import Any

from booking.models import FreeConsultationPage
from core.first_content import Run, front_page_of, publish, step, stream, text_in, translate_all, with_texts

HERE = Path(__file__).parent
SECTIONS = ["what_it_is", "benefits", "for_whom", "important", "for_specialists"]


def page_fields(text: dict[str, Any]) -> dict[str, Any]:
    """The fields of the page from its file."""
    differences = [{"type": "difference", **row} for row in text["differences"]]
    questions = [{"type": "question", **row} for row in text["questions"]]
    return {
        **{name: text[name] for name in ("title", "search_description", "introduction")},
        **{name: text[name].strip() for name in SECTIONS},
        "differences": stream("booking/differences", differences, without_type),
        "questions": stream(
            "booking/questions", questions, lambda b: {"question": b["question"], "html": b["html"].strip()}
        ),
    }


def without_type(block: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in block.items() if name != "type"}


@step(80, "Free consultation")
def free_consultation(run: Run) -> None:
    """The page in all languages."""
    fields = page_fields(text_in(HERE, run.source.language_code, "free-consultation"))
    new = with_texts(FreeConsultationPage(slug="free-consultation", locale=run.source), **fields)
    page = publish(new, front_page_of(run))

    def in_words(language: str) -> FreeConsultationPage | None:
        text = text_in(HERE, language, "free-consultation")
        return with_texts(page, **page_fields(text)) if text else None

    translate_all(run, page, with_texts(page, **fields), in_words)
