"""Any number of synthetic articles: the same seed makes the same ones, put together from parts of sentences."""

import json
import uuid
from datetime import timedelta
from html import escape
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from articles.models import ArticleIndexPage, ArticlePage, ArticleTopic, Contribution, Person
from core.models import Picture, Topic
from dev import demo as core_demo
from dev.synthetic import makers
from dev.synthetic.bulk import analyze, copy_rows, missing, new_children, new_ids, page_row, slug_of

ARTICLES_EACH = 50  # that one pair of author and reviewer has to its name

TITLES = [
    "Notes on {topic}",
    "{Topic}, without hurry",
    "What people ask about {topic}",
    "Small beginnings: {topic}",
    "{Topic} in an ordinary week",
    "Talking about {topic}",
]
SUMMARIES = [
    "What {topic} can look like from the inside, and a few things worth trying before the week is over.",
    "How others have begun with {topic}, what helped them a little, and when to look for company.",
    "A short text about {topic}: what is known, what is guessed, and what can wait.",
]
HEADINGS = [
    "What it feels like",
    "Where it may come from",
    "What people try",
    "What tends to help",
    "What can be left out",
    "How others can help",
    "When to talk to somebody",
]
SENTENCES = [
    "Nobody wakes up one morning with {topic} fully explained.",
    "It often shows first in small things: a call put off, a plan that gets shorter.",
    "Some days it is hardly there, and on others it has the whole room.",
    "Writing down three words in the evening is enough to see a pattern after a week.",
    "Friends who ask twice are worth more than those who know the answer.",
    "A walk of ten minutes counts, and so does one of four.",
    "Advice that begins with “just” can usually be skipped.",
    "What helped once may help again, though seldom in the same way.",
    "It is all right to stop reading here and go on tomorrow.",
    "Most of what is said about {topic} is true for somebody and wrong for somebody else.",
    "Being tired is a reason, and no excuse is needed on top of it.",
    "A plan for bad days is best made on a good one.",
    "Change that can be noticed from one day to the next is rare; from one month to the next it is common.",
    "When it lasts for weeks, speaking with a professional is a step like any other.",
]
POINTS = [
    "Begin smaller than seems worth it.",
    "Say it to one person.",
    "Look at the week, not at the day.",
    "Keep what helps and drop the rest.",
    "Ask for company when it lasts.",
    "Sleep first, decide afterwards.",
]


def articles(count: int, seed: int) -> None:
    """See to it that the synthetic articles 1 to `count` are there; those that are stay as they are.

    The list of articles and the topics of the source language must be there. Wagtail's indexes of references and of
    its own search don't hear of the new pages: `manage.py rebuild_references_index` and `update_index` tell them.
    """
    index = ArticleIndexPage.objects.get(locale__language_code=settings.LANGUAGE_CODE)
    maker = Maker(index, seed)
    for numbers in missing(ArticlePage.objects.child_of(index), count, "Synthetic articles"):
        with transaction.atomic():
            maker.add(numbers)
    analyze(Page, ArticlePage, ArticleTopic, Contribution, Person)


makers["articles"] = articles


class Maker:
    """Makes articles by number. Each has a random generator of its own, so no batch changes another's texts."""

    def __init__(self, index: ArticleIndexPage, seed: int) -> None:
        self.index = index
        self.seed = seed
        self.today = timezone.localdate()
        self.type_id = ContentType.objects.get_for_model(ArticlePage).pk
        self.topics = list(Topic.objects.filter(locale_id=index.locale_id).order_by("slug"))
        self.pictures = list(
            Picture.objects.filter(title__in=[topic.slug for topic in self.topics]).values_list(
                "pk", flat=True
            )
        )

    def add(self, numbers: list[int]) -> None:
        """Write the articles with these numbers, with authors and topics. Call it in a transaction."""
        people = self.people(numbers)
        paths = new_children(self.index, len(numbers))
        pages, texts, topics, contributions = [], [], [], []
        for number, path, pk in zip(numbers, paths, new_ids(Page, len(numbers)), strict=True):
            random = Random(f"{self.seed}:article:{number}")  # noqa: S311 - made-up texts, not secrets
            own_topics = random.sample(self.topics, min(len(self.topics), random.randint(1, 3)))
            slug, subject = slug_of(number), own_topics[0].name.lower()
            title = random.choice(TITLES).format(topic=subject, Topic=subject[:1].upper() + subject[1:])
            published_on = self.today - timedelta(days=random.randrange(1, 1800))
            summary = random.choice(SUMMARIES).format(topic=subject)
            pages.append(
                page_row(
                    pk,
                    path,
                    self.index,
                    slug=slug,
                    title=f"{title} (specimen {number:05})",
                    description=summary,
                    content_type_id=self.type_id,
                    translation_key=key(random),
                )
            )
            texts.append(
                {
                    "page_ptr_id": pk,
                    "summary": summary,
                    "picture_id": random.choice(self.pictures) if self.pictures else None,
                    "body": json.dumps(body(slug, random, own_topics[0])),
                    "published_on": published_on,
                    "last_reviewed_on": published_on,
                    "next_review_on": published_on + timedelta(days=365),
                }
            )
            same = {"page_id": pk, "locale_id": self.index.locale_id}
            for place, topic in enumerate(own_topics):
                topics.append(
                    {**same, "topic_id": topic.pk, "sort_order": place, "translation_key": key(random)}
                )
            for place, role in enumerate(Contribution.Role):
                contributions.append(
                    {
                        **same,
                        "person_id": people[person_slug(number, role.value)],
                        "role": role.value,
                        "sort_order": place,
                        "translation_key": key(random),
                    }
                )
        copy_rows(Page, pages)
        copy_rows(ArticlePage, texts)
        copy_rows(ArticleTopic, topics)
        copy_rows(Contribution, contributions)

    def people(self, numbers: list[int]) -> dict[str, int]:
        """The authors and reviewers of these articles by slug, made where they are missing."""
        slugs = {person_slug(number, role.value) for number in numbers for role in Contribution.Role}
        Person.objects.bulk_create(
            [Person(slug=slug, name=slug.replace("-", " ").title()) for slug in sorted(slugs)],
            ignore_conflicts=True,
        )
        return dict(Person.objects.filter(slug__in=slugs).values_list("slug", "pk"))


def person_slug(number: int, role: str) -> str:
    return f"specimen-{role}-{(number - 1) // ARTICLES_EACH + 1:04}"


def key(random: Random) -> uuid.UUID:
    """A translation key that comes from the seed."""
    return uuid.UUID(int=random.getrandbits(128), version=4)


def body(slug: str, random: Random, topic: Topic) -> list[dict[str, Any]]:
    """The raw data of an article's body: about 500 words, and most kinds of blocks."""
    subject = topic.name.lower()

    def sentences(count: int) -> str:
        return " ".join(random.sample(SENTENCES, count)).format(topic=subject)

    def text() -> dict[str, Any]:
        return {"type": "text", "html": f"<p>{escape(sentences(5))}</p><p>{escape(sentences(4))}</p>"}

    blocks: list[dict[str, Any]] = [text()]
    for heading in sorted(random.sample(HEADINGS, 3), key=HEADINGS.index):
        blocks += [{"type": "heading", "text": heading, "level": "2"}, text()]
    blocks.insert(3, {"type": "quote", "text": sentences(1), "attribution": "Somebody invented"})
    blocks.insert(
        6,
        {
            "type": "callout",
            "kind": random.choice(["information", "care"]),
            "title": "Not written by a person",
            "html": "<p>This text is put together from parts, to see how the site bears many articles.</p>",
        },
    )
    blocks += [
        {
            "type": "key_points",
            "title": "In short",
            "points": core_demo.items(f"{slug}/points", random.sample(POINTS, 3)),
        },
        {
            "type": "call_to_action",
            "kind": "specialist",
            "topic": topic.pk,
            "title": f"Talk about {subject}",
            "text": "",
        },
        {
            "type": "reference_list",
            "items": core_demo.items(
                f"{slug}/references",
                [
                    {
                        "authors": "Nobody, N.",
                        "title": f"An invented source about {subject}",
                        "publisher": "Specimen Press",
                        "year": str(random.randint(1990, 2025)),
                        "url": f"https://source.example/{slug}",
                        "language": "en",
                    }
                ],
            ),
        },
    ]
    return core_demo.stream(f"articles/{slug}", blocks, value)


def value(block: dict[str, Any]) -> Any:
    if block["type"] == "text":
        return block["html"]
    return {name: item for name, item in block.items() if name != "type"}
