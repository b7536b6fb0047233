"""How costs grow with the number of specialists: a curve and a table for pages, and for the directory's questions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dev.bench import charts
from dev.bench.queries import Answer
from dev.bench.results import Results

PAGES_SHOWN = ["directory", "directory, 2 filters", "home", "article", "profile", "slots"]
COPIED = re.compile(r"(\d+) × (.*)")  # a question that was asked again with so many times as many rows
Table = tuple[list[str], list[list[str]]]  # its heading and its rows


@dataclass(frozen=True)
class Part:
    """What a picture and a table say together. `name` is that of the picture's file and of its place in the page."""

    name: str
    title: str
    picture: str
    table: Table


def parts(results: Sequence[Results]) -> Iterator[Part]:
    """Those of which there are several sizes to draw a curve through."""
    sizes = [(one.size.specialists, one) for one in results if one.size]
    if len(sizes) > 1:
        title = "What a page costs by the number of specialists"
        unit = "CPU of a page that is rendered, × a page that says hello"
        picture = charts.growth(title, unit, "specialists", page_curves(sizes))
        yield Part("growth-pages", title, picture, page_table(sizes))
    asked = dict(questions(sizes))
    if len(asked) > 1:
        title = "What the directory's questions cost the database by the number of specialists"
        picture = charts.growth(
            title, "milliseconds of the database, p95", "specialists", question_curves(asked)
        )
        yield Part("growth-questions", title, picture, question_table(asked))


def page_curves(sizes: Sequence[tuple[int, Results]]) -> charts.Curves:
    curves = {
        name: [
            (count, case.cpu_ratio) for count, results in sizes for case in results.cases if case.name == name
        ]
        for name in PAGES_SHOWN
    }
    return {name: curve for name, curve in curves.items() if curve}


def page_table(sizes: Sequence[tuple[int, Results]]) -> Table:
    """Each page's CPU and queries, a column for each size."""
    cells = {
        (case.name, count): f"{case.cpu_ratio:g} ({case.queries})"
        for count, results in sizes
        for case in results.cases
        if case.address
    }
    names = list(dict.fromkeys(name for name, _count in cells))
    heading = ["CPU, × hello (queries)", *(f"{count:,}" for count, _results in sizes)]
    return heading, [[name, *(cells.get((name, count), "") for count, _results in sizes)] for name in names]


def questions(sizes: Sequence[tuple[int, Results]]) -> Iterator[tuple[int, dict[str, Answer]]]:
    """The directory's own questions by size, without what they are measured beside; sizes made by copies at the end."""
    for count, results in sizes:
        own = {answer.name: answer for answer in results.questions if answer.name != answer.beside}
        if original := {name: answer for name, answer in own.items() if not COPIED.fullmatch(name)}:
            yield count, original
    for count, results in sizes[-1:]:
        again: dict[int, dict[str, Answer]] = {}
        for answer in results.questions:
            if (copied := COPIED.fullmatch(answer.name)) and copied[2] != answer.beside:
                again.setdefault(count * int(copied[1]), {})[copied[2]] = answer
        yield from again.items()


def question_curves(asked: dict[int, dict[str, Answer]]) -> charts.Curves:
    names = list(dict.fromkeys(name for answers in asked.values() for name in answers))
    return {
        name: [(count, answers[name].p95_ms) for count, answers in asked.items() if name in answers]
        for name in names
    }


def question_table(asked: dict[int, dict[str, Answer]]) -> Table:
    """p50 / p95 and how many times quicker than what is beside it, a column for each size."""
    names = list(dict.fromkeys(name for answers in asked.values() for name in answers))
    besides = {name: answer.beside for answers in asked.values() for name, answer in answers.items()}
    rows = [
        [
            f"{name}; × {besides[name]}",
            *(cell(answers[name]) if name in answers else "" for answers in asked.values()),
        ]
        for name in names
    ]
    return ["p50 / p95 in ms; × quicker", *(f"{count:,}" for count in asked)], rows


def cell(answer: Answer) -> str:
    return f"{answer.p50_ms:.1f} / {answer.p95_ms:.1f}; {answer.ratio:.0f} ×"
