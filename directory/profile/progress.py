"""The way to a public profile: its steps, what is left of them, and what would make a public one better."""

from collections.abc import Iterator
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

SHORT_STORY = 400  # characters; a shorter one hardly says how it is to talk to somebody
MOST_HINTS = 3


@dataclass(frozen=True, kw_only=True)
class Step:
    """`url_name` is where it is filled in. `fields` are those that a moderator's comments name, `needs` those of
    `review.missing` that belong here."""

    title: Any
    url_name: str
    fields: tuple[str, ...]
    needs: tuple[str, ...] = ()

    def has(self, field: str) -> bool:
        """Whether a comment on `field` belongs to this step; a text is called `text.<language>`."""
        return field.partition(".")[0] in self.fields


STEPS = [
    Step(
        title=_("Who you are"),
        url_name="specialist_profile_about",
        fields=("name", "gender", "portrait"),
    ),
    Step(
        title=_("Credentials"),
        url_name="specialist_profile_credentials",
        fields=(
            "profession",
            "credential_country",
            "credential_register",
            "credential_number",
            "credential_url",
        ),
        needs=("credential_country", "credential_register", "credential_number"),
    ),
    Step(
        title=_("How you work"),
        url_name="specialist_profile_work",
        fields=(
            "topics",
            "methods",
            "client_groups",
            "is_online",
            "place",
            "can_prescribe",
            "practising_since",
        ),
        needs=("topics",),
    ),
    Step(
        title=_("Languages and prices"),
        url_name="specialist_profile_prices",
        fields=("session_languages", "price_min", "price_max", "currency"),
        needs=("session_languages",),
    ),
    Step(
        title=_("Your texts"), url_name="specialist_profile_texts", fields=("text", "texts"), needs=("texts",)
    ),
    Step(
        title=_("How clients reach you"),
        url_name="specialist_profile_contact",
        fields=("practice_url", "practice_phone"),
    ),
    Step(
        title=_("Free consultation and hours"),
        url_name="specialist_profile_consultation",
        fields=("offers_free_consultation",),
    ),
]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A step as the list shows it: `mark` is "done", "left", "optional" or "comment"."""

    step: Step
    mark: str

    @property
    def url(self) -> str:
        return reverse(self.step.url_name)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Every step with its mark, and the names of fields that are missing."""

    places: list[Place]
    missing: list[str]

    @property
    def done(self) -> int:
        return sum(place.mark == "done" for place in self.places)

    @property
    def left(self) -> list[Place]:
        """The steps that something is missing in."""
        return [place for place in self.places if set(place.step.needs) & set(self.missing)]


def progress(specialist: Specialist, standing: review.Standing) -> Progress:
    """How far the profile is. As many queries as `review.missing` takes."""
    missing = review.missing(specialist)
    asked = standing.asked.field_comments if standing.asked else {}
    return Progress(
        places=[Place(step=step, mark=_mark(step, specialist, missing, asked)) for step in STEPS],
        missing=missing,
    )


def _mark(step: Step, specialist: Specialist, missing: list[str], asked: dict[str, str]) -> str:
    if any(step.has(field) for field in asked):
        return "comment"
    if set(step.needs) & set(missing):
        return "left"
    is_empty = {
        "specialist_profile_consultation": not specialist.offers_free_consultation,
        "specialist_profile_contact": not specialist.has_contact,
    }
    return "optional" if is_empty.get(step.url_name) else "done"


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
    own = [code for code in languages if code in written]
    if own and not any(written[code].faq for code in own):
        url = reverse("specialist_profile_text", args=[own[0]])
        yield gettext("Answer a question that clients often ask you."), url


def _language(page: BasePage) -> str:
    code: str = page.locale.language_code
    return code
