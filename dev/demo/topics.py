"""Taxonomies of the demo, in all languages at once."""

from typing import Any

from core.models import Term, Topic
from dev.demo import HERE, Demo, read, step


def add_terms(demo: Demo, model: type[Term], names: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Terms in the source language and their translations. Returns the source terms by slug."""
    terms = {term.slug: term for term in model.objects.filter(locale=demo.source)}
    for slug, texts in names.items():
        if slug not in terms:
            terms[slug] = model.objects.create(
                slug=slug, name=texts["en"], also_called=texts.get("also", ""), locale=demo.source
            )
    have = set(model.objects.exclude(locale=demo.source).values_list("locale_id", "slug"))
    for slug, texts in names.items():
        for locale in demo.targets:
            if (locale.pk, slug) not in have:
                term = terms[slug].copy_for_translation(locale)
                term.name = texts[locale.language_code]
                term.save()
    return terms


@step(10, "Topics")
def topics(demo: Demo) -> None:
    add_terms(demo, Topic, read(HERE / "topics.toml"))
