"""Any number of synthetic specialists: the same seed makes the same people, and nobody could take them for real.

They are called a word for *sample* and a number. Each is in the database's terms complete: user, record, page in
the source language, and hours, which booking adds. Their text is put together from parts of sentences.
"""

import json
import uuid
from datetime import timedelta
from html import escape
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from core.models import Topic
from dev.demo import block_id
from dev.synthetic import makers
from dev.synthetic.booking import analyze_hours, hours
from dev.synthetic.bulk import analyze, copy_rows, missing, new_children, new_ids, page_row, slug_of
from directory import index
from directory.models import (
    ClientGroup,
    Method,
    OptionBits,
    Place,
    Profession,
    SearchRow,
    SearchText,
    Specialist,
    SpecialistIndexPage,
    SpecialistPage,
)
from directory.search.spelling import rebuild_spelling

# fmt: off
FIRST = [
    "Aluna", "Amiro", "Belisa", "Bruno", "Calva", "Cedrin", "Dalia", "Dorian", "Elvina", "Emrys", "Fenja",
    "Florin", "Galina", "Gavril", "Halima", "Havel", "Ilva", "Isandro", "Jalila", "Jorin", "Kalina",
    "Kasim", "Lavinia", "Leoric", "Malva", "Merin", "Nadira", "Noam", "Orlanda", "Osric", "Palina",
    "Perrin", "Quilla", "Rasmin", "Rovena", "Samira", "Selvan", "Tavia", "Tomir", "Ulina", "Valdin",
    "Wenja", "Xaver", "Yasna", "Zelim",
]
LAST = [
    "Beispiel", "Eksempel", "Esempio", "Esimerkki", "Exempel", "Exemplo", "Minta", "Mithal", "Mostra",
    "Muestra", "Muster", "Namuna", "Namuni", "Näyte", "Ornek", "Pavyzdys", "Pryklad", "Przykład", "Sample",
    "Specimen", "Spécimen", "Uzorak", "Voorbeeld", "Vzirets", "Vzorek", "Zrazok",
]
# fmt: on
LANGUAGES = {"en": 8, "uk": 4, "de": 4, "ar": 3, "pl": 2, "fr": 2, "es": 2, "tr": 1, "fa": 1, "ro": 1}
GENDERS = {"female": 12, "male": 7, "nonbinary": 1}

HEADLINES = [
    "{Topics}, one step at a time",
    "{Topics}: calm, plain talk about what helps",
    "Room to speak about {topics}",
    "{Topics}, with time to think",
    "When {topics} take up too much of the day",
    "Sorting out {topics} together",
]
OPENINGS = [
    "I work with people who come because of {topics}.",
    "Many of the people I see want to talk about {topics}.",
    "My work is mostly about {topics}.",
    "For years now I have listened to people whose days are shaped by {topics}.",
]
FIRST_MEETINGS = [
    "In a first meeting we look at what brought you here and what should be different in a few months.",
    "At first I ask more than I say: what has helped before, what has not, and what you would like to keep.",
    "We begin with the week you have just had, since that is where most of it shows.",
    "You don’t need to prepare anything; we find the beginning of the thread together.",
]
PACES = [
    "We agree on small steps and look after each of them whether it was worth it.",
    "Some people come for five sessions, others for a year, and both can be right.",
    "Pauses are welcome, and so is saying that something I said was no help.",
    "Between the meetings there is sometimes a small task, never one that you have not chosen.",
]
PROMISES = [
    "If I am not the right person, I say so and help you look on.",
    "After the third meeting we decide together whether to carry on.",
    "What you tell me stays with me, and I explain the few limits to that before we start.",
    "You can bring your questions about the method at any time.",
]
APPROACHES = [
    "I lean on {methods} and fit it to the person rather than the other way round.",
    "My training is in {methods}; what we use of it depends on you.",
    "{Methods} is where I come from. In practice it means clear goals and plain words.",
]
QUESTIONS = [
    ("How long does a session last?", "Fifty minutes, once a week or every other week."),
    ("What if I have to cancel?", "Up to 24 hours before, it costs nothing. Later, we talk about it."),
    ("Can I write to you between sessions?", "Yes, for appointments. For anything else we take the session."),
    ("Do you work with interpreters?", "Yes, if they are trained for it and you feel at ease with them."),
    ("Is it all right not to know what to say?", "Yes. Most people begin like that."),
]


def specialists(count: int, seed: int) -> None:
    """See to it that the synthetic specialists 1 to `count` are there; those that are stay as they are.

    The directory and the taxonomies of the source language must be there. Wagtail's indexes of references and of
    its own search don't hear of the new pages: `manage.py rebuild_references_index` and `update_index` tell them.
    """
    directory_page = SpecialistIndexPage.objects.get(locale__language_code=settings.LANGUAGE_CODE)
    maker = Maker(directory_page, seed)
    for numbers in missing(Specialist.objects.all(), count, "Synthetic specialists"):
        with transaction.atomic():
            maker.add(numbers)
    analyze(
        SearchRow,
        SearchText,
        OptionBits,
        get_user_model(),
        Page,
        Specialist,
        SpecialistPage,
        Specialist.topics.through,
        Specialist.methods.through,
        Specialist.client_groups.through,
    )
    analyze_hours()
    rebuild_spelling()


makers["specialists"] = specialists


class Maker:
    """Makes specialists by number. Each has a random generator of its own, so no batch changes another's people."""

    def __init__(self, index: SpecialistIndexPage, seed: int) -> None:
        self.index = index
        self.seed = seed
        self.today = timezone.localdate()
        self.type_id = ContentType.objects.get_for_model(SpecialistPage).pk
        self.topics = self._terms(Topic)
        self.methods = self._terms(Method)
        self.groups = self._terms(ClientGroup)
        self.professions = self._terms(Profession)
        self.places = self._terms(Place)

    def _terms(self, model: Any) -> list[Any]:
        return list(model.objects.filter(locale_id=self.index.locale_id).order_by("slug"))

    def add(self, numbers: list[int]) -> None:
        """Write the specialists with these numbers, with users, pages and hours. Call it in a transaction."""
        paths = new_children(self.index, len(numbers))
        ids = zip(
            numbers,
            paths,
            new_ids(get_user_model(), len(numbers)),
            new_ids(Specialist, len(numbers)),
            new_ids(Page, len(numbers)),
            strict=True,
        )
        users, records, pages, texts = [], [], [], []
        topics: list[dict[str, int]] = []
        methods: list[dict[str, int]] = []
        groups: list[dict[str, int]] = []
        for number, path, user_pk, pk, page_pk in ids:
            random = Random(f"{self.seed}:specialist:{number}")  # noqa: S311 - made-up people, not secrets
            own_topics = random.sample(self.topics, min(len(self.topics), random.randint(1, 6)))
            own_methods = random.sample(self.methods, min(len(self.methods), random.randint(1, 3)))
            own_groups = random.sample(self.groups, min(len(self.groups), random.randint(1, 3)))
            record = self.record(number, random)
            slug, name = record["slug"], record["name"]
            users.append(self.user(user_pk, record))
            records.append({"id": pk, "user_id": user_pk, **record})
            text = page_text(slug, random, own_topics, own_methods)
            pages.append(
                page_row(
                    page_pk,
                    path,
                    self.index,
                    slug=slug,
                    title=name,
                    description=text["headline"],
                    content_type_id=self.type_id,
                    translation_key=uuid.UUID(int=random.getrandbits(128), version=4),
                )
            )
            texts.append({"page_ptr_id": page_pk, "specialist_id": pk, **text})
            topics += [{"specialist_id": pk, "topic_id": term.pk} for term in own_topics]
            methods += [{"specialist_id": pk, "method_id": term.pk} for term in own_methods]
            groups += [{"specialist_id": pk, "clientgroup_id": term.pk} for term in own_groups]
        copy_rows(get_user_model(), users)
        copy_rows(Specialist, records)
        copy_rows(Page, pages)
        copy_rows(SpecialistPage, texts)
        copy_rows(Specialist.topics.through, topics)
        copy_rows(Specialist.methods.through, methods)
        copy_rows(Specialist.client_groups.through, groups)
        hours(records, self.seed)
        index.rebuild(record["id"] for record in records)

    def record(self, number: int, random: Random) -> dict[str, Any]:
        """The facts about one specialist, as `directory.Specialist` keeps them."""
        profession = random.choice(self.professions)
        place = random.choice(self.places) if self.places and random.random() < 0.4 else None
        low = random.randrange(40, 145, 5)
        count = random.choices([1, 2, 3], [3, 5, 2])[0]
        languages = random.choices(list(LANGUAGES), list(LANGUAGES.values()), k=count)
        return {
            "name": f"{random.choice(FIRST)} {random.choice(LAST)} {number:05}",
            "slug": slug_of(number),
            "state": Specialist.State.PUBLISHED.value,
            "gender": random.choices(list(GENDERS), list(GENDERS.values()))[0],
            "profession_id": profession.pk,
            "credential_country": random.choice(["UA", "DE", "AT", "CH", "GB", "JO"]),
            "credential_register": "Invented register of specimens",
            "credential_number": f"SPECIMEN-{number:05}",
            "credential_url": f"https://register.example/SPECIMEN-{number:05}",
            "practice_url": f"https://specimen-{number:05}.example",
            "checked_on": self.today - timedelta(days=random.randrange(400)),
            "session_languages": list(dict.fromkeys(languages)),
            "is_online": place is None or random.random() < 0.7,
            "place_id": place.pk if place else None,
            "price_min": low,
            "price_max": low + random.choice([0, 0, 10, 15, 25, 40]),
            "can_prescribe": profession.slug == "psychiatrist",
            "practising_since": random.randint(1985, 2024),
            "is_accepting": random.random() < 0.9,
            "accepting_confirmed_on": self.today - timedelta(days=random.randrange(40)),
            "offers_free_consultation": random.random() < 0.6,
        }

    def user(self, pk: int, record: dict[str, Any]) -> dict[str, Any]:
        """The user behind a specialist, who can't log in."""
        ours = [code for code in record["session_languages"] if code in dict(settings.LANGUAGES)]
        return {
            "id": pk,
            "password": "!",  # unusable: accounts of synthetic people open for nobody
            "email": f"{record['slug']}@specialists.attune.example",
            "display_name": record["name"],
            "language": ours[0] if ours else settings.LANGUAGE_CODE,
        }


def page_text(slug: str, random: Random, topics: list[Any], methods: list[Any]) -> dict[str, Any]:
    """What a specialist's page says, in the names of `SpecialistPage`."""
    subjects = join_english([term.name.lower() for term in topics[:2]])
    all_subjects = escape(join_english([term.name.lower() for term in topics]))
    ways = escape(join_english([term.name for term in methods]))
    headline = random.choice(HEADLINES).format(topics=subjects, Topics=capital(subjects))
    opening = random.choice(OPENINGS).format(topics=all_subjects)
    approach = random.choice(APPROACHES).format(methods=ways, Methods=capital(ways))
    questions = [
        {
            "id": block_id("directory", slug, place),
            "type": "question",
            "value": {"question": question, "html": f"<p>{answer}</p>"},
        }
        for place, (question, answer) in enumerate(random.sample(QUESTIONS, 2))
    ]
    return {
        "headline": headline[:140],
        "story": (
            f"<p>{opening} {random.choice(FIRST_MEETINGS)}</p>"
            f"<p>{random.choice(PACES)} {random.choice(PROMISES)}</p>"
        ),
        "approach": f"<p>{approach}</p>",
        "faq": json.dumps(questions),
    }


def join_english(words: list[str]) -> str:
    """`sleep, grief and trust`, for texts that are written in English only."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def capital(text: str) -> str:
    """With a capital first letter; the rest as it was, since methods have names."""
    return text[:1].upper() + text[1:]
