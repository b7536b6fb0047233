"""The way to a public profile: its steps, what is left of them, and what would make a public one better."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.i18n.languages import language_name
from core.models.pages import BasePage
from directory.checking import review
from directory.models import Specialist, SpecialistIndexPage, SpecialistPage
from directory.profile.wording import to_plain
from directory.profile_fields import of_step

SHORT_STORY = 400  # characters; a shorter one hardly says how it is to talk to somebody
MOST_HINTS = 3


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is filled in there is what directory.profile_fields has under its `name`."""

    name: str
    title: Any

    @property
    def url_name(self) -> str:
        return f"specialist_profile_{self.name}"

    def has(self, name: str) -> bool:
        """Whether a comment on `name` belongs to this step; one on a text is on `text.<language>`."""
        return ("texts" if name.startswith("text.") else name) in of_step(self.name)

    def lacks(self, missing: Collection[str]) -> bool:
        """Whether something of `missing` (review.missing) is filled in here."""
        return bool(set(of_step(self.name)) & set(missing))


STEPS = [
    Step(name="about", title=_("Who you are")),
    Step(name="credentials", title=_("Credentials")),
    Step(name="work", title=_("How you work")),
    Step(name="prices", title=_("Languages and prices")),
    Step(name="texts", title=_("Your texts")),
    Step(name="contact", title=_("How clients reach you")),
    Step(name="consultation", title=_("Free consultation and hours")),
]


@dataclass(frozen=True, kw_only=True)
class StepStatus:
    """A step as the list shows it: `mark` is "done", "left", "optional" or "comment"."""

    step: Step
    mark: str

    @property
    def url(self) -> str:
        return reverse(self.step.url_name)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Every step with its mark, and the names of fields that are missing."""

    statuses: list[StepStatus]
    missing: list[str]

    @property
    def done(self) -> int:
        return sum(status.mark == "done" for status in self.statuses)

    @property
    def left(self) -> list[StepStatus]:
        """The steps that something is missing in."""
        return [status for status in self.statuses if status.step.lacks(self.missing)]


def progress(specialist: Specialist, review_status: review.ReviewStatus) -> Progress:
    """How far the profile is. As many queries as `review.missing` takes."""
    missing = review.missing(specialist)
    asked = review_status.asked.field_comments if review_status.asked else {}
    return Progress(
        statuses=[StepStatus(step=step, mark=_mark(step, specialist, missing, asked)) for step in STEPS],
        missing=missing,
    )


def _mark(step: Step, specialist: Specialist, missing: list[str], asked: dict[str, str]) -> str:
    if any(step.has(field) for field in asked):
        return "comment"
    if step.lacks(missing):
        return "left"
    is_empty = {
        "consultation": not specialist.offers_free_consultation,
        "contact": not specialist.has_contact,
    }
    return "optional" if is_empty.get(step.name) else "done"


def step_after(url_name: str) -> str:
    """The name of the next step's address; after the last one, that of the list."""
    names = [*(step.url_name for step in STEPS), "specialist_profile"]
    return names[names.index(url_name) + 1]


def offered_languages() -> list[str]:
    """The languages that this site has a directory in. 1 query."""
    indexes = SpecialistIndexPage.objects.filter(alias_of__isnull=True)
    return list(indexes.order_by("locale_id").values_list("locale__language_code", flat=True))


def text_languages(specialist: Specialist) -> list[str]:
    """The languages that this specialist can write in: the site's that they work in. 1 query."""
    return [code for code in offered_languages() if code in specialist.session_languages]


# --- Better -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Hint:
    """One thing that would make a profile better, and where to do it."""

    text: str
    url: str


def hints(specialist: Specialist, pages: list[SpecialistPage], languages: list[str]) -> list[Hint]:
    """At most three, what helps clients most first. `pages` are the specialist's own, `languages` those to write in."""
    return [Hint(text=text, url=url) for text, url in _wishes(specialist, pages, languages)][:MOST_HINTS]


def _wishes(
    specialist: Specialist, pages: list[SpecialistPage], languages: list[str]
) -> Iterator[tuple[str, str]]:
    if not specialist.has_contact:
        yield (
            gettext(
                "Say how clients reach you: without it, only those with free times are called accepting."
            ),
            reverse("specialist_profile_contact"),
        )
    if specialist.portrait_id is None:
        yield (
            gettext("Add a photo: people like to see whom they will talk to."),
            reverse("specialist_profile_about"),
        )
    if not specialist.offers_free_consultation:
        yield (
            gettext("Offer a free consultation: those who do are shown first."),
            reverse("specialist_profile_consultation"),
        )
    elif not specialist.has_slot:
        yield gettext("Set your hours: nobody can book a time with you yet."), reverse("specialist_hours")
    if specialist.price_min is None:
        yield (
            gettext("Say what a session costs: many look for that first."),
            reverse("specialist_profile_prices"),
        )
    written = {_language(page): page for page in pages}
    for code in languages:
        url = reverse("specialist_profile_text", args=[code])
        if code not in written:
            text = gettext("Write your texts in %(language)s: you work in it, and your page isn’t there yet.")
            yield text % {"language": language_name(code)}, url
        elif len(to_plain(written[code].story)) < SHORT_STORY:
            text = gettext("Tell more in %(language)s: your story there is short.")
            yield text % {"language": language_name(code)}, url
    written_codes = [code for code in languages if code in written]
    if written_codes and not any(written[code].faq for code in written_codes):
        url = reverse("specialist_profile_text", args=[written_codes[0]])
        yield gettext("Answer a question that clients often ask you."), url


def _language(page: BasePage) -> str:
    code: str = page.locale.language_code
    return code
