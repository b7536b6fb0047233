"""The pages of a specialist carry their name and address."""

from directory.models import Specialist, SpecialistPage


def follow_name(specialist: Specialist) -> None:
    """Give the specialist's pages, aliases included, their name and address, in what is shown and in drafts."""
    for page in SpecialistPage.objects.filter(specialist=specialist):
        revision = page.latest_revision
        page.title = page.draft_title = specialist.name
        page.slug = specialist.slug
        page.save(clean=False)
        if revision is not None:
            revision.content = {**revision.content, "title": specialist.name, "slug": specialist.slug}
            revision.object_str = specialist.name
            revision.save(update_fields=["content", "object_str"])
