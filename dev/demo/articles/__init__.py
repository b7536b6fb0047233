"""The articles of the demo and the invented people who wrote and reviewed them."""

from typing import Any

from articles.first_content import article_index
from articles.models import ArticlePage, ArticleTopic, Contribution, Person
from core.models import Topic
from dev import demo as core_demo
from dev.demo import Demo, publish, step, text_of, translate, with_texts
from directory.models import Profession, Specialist

SLUGS = [
    "when-trust-is-broken",
    "boundaries-that-hold",
    "low-mood-small-steps",
    "sleep-when-worry-wakes-you",
    "your-first-session",
    "how-to-choose-a-specialist",
    "grief-has-no-timetable",
    "panic-what-happens",
    "burnout-or-just-tired",
    "listening-to-someone-you-worry-about",
]
# Obviously invented: their surnames mean "sample" and "example".
PEOPLE = {
    "mara-sample": ("Mara Sample", "", ""),
    "nadia-mithal": ("Nadia Mithal", "", ""),
    "oleh-zrazok": ("Oleh Zrazok", "Dr", "clinical-psychologist"),
    "jonas-beispiel": ("Jonas Beispiel", "", "psychotherapist"),
}


def fields(demo: Demo, slug: str, text: dict[str, Any]) -> dict[str, Any]:
    topics = dict(Topic.objects.filter(locale=demo.source).values_list("slug", "pk"))
    return {
        "title": text["title"],
        "summary": text["summary"],
        "search_description": text["search_description"],
        "picture_alt": text["image_alt"],
        "body": core_demo.body(demo, f"articles/{slug}", text["body"], topics),
    }


@step(60, "Authors and reviewers")
def people(demo: Demo) -> None:
    professions = {term.slug: term for term in Profession.objects.filter(locale=demo.source)}
    specialists = {specialist.slug: specialist for specialist in Specialist.objects.filter(slug__in=PEOPLE)}
    for slug, (name, honorific, profession) in PEOPLE.items():
        Person.objects.get_or_create(
            slug=slug,
            defaults={
                "name": name,
                "honorific": honorific,
                "profession": professions.get(profession),
                "specialist": specialists.get(slug),
            },
        )


@step(70, "Articles")
def articles(demo: Demo) -> None:
    index = article_index(demo)
    topics = {topic.slug: topic for topic in Topic.objects.filter(locale=demo.source)}
    persons = {person.slug: person for person in Person.objects.all()}
    for slug in SLUGS:
        text = text_of("articles", "en", slug)
        if not text:
            continue
        article = ArticlePage(
            slug=slug,
            locale=demo.source,
            picture=core_demo.picture(demo, text["image"], text["image"]),
            **{name: text[name] for name in ("published_on", "last_reviewed_on", "next_review_on")},
        )
        article = with_texts(article, **fields(demo, slug, text))
        article.article_topics = [
            ArticleTopic(topic=topics[topic], locale=demo.source, sort_order=number)
            for number, topic in enumerate(text["topics"])
        ]
        writers = [(author, Contribution.Role.AUTHOR) for author in text["authors"]]
        article.contributions = [
            Contribution(person=persons[person], role=role, locale=demo.source, sort_order=number)
            for number, (person, role) in enumerate(
                [*writers, (text["reviewer"], Contribution.Role.REVIEWER)]
            )
        ]
        article = publish(article, index)
        for locale in demo.targets:
            if text := text_of("articles", locale.language_code, slug):
                translate(article, locale, with_texts(article, **fields(demo, slug, text)))
