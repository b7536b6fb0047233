"""What follows when two terms are merged (core.merging)."""

from core.models import Term, Topic
from directory import rows
from directory.models import Place, Specialist


def follow_merge(kept: Term) -> None:
    """Rebuild the search rows of those whom the term that stays describes."""
    field = {Topic: "topics", Place: "place"}.get(type(kept))
    if field:
        found = Specialist.objects.filter(**{field: kept.pk})
        rows.rebuild(found.values_list("pk", flat=True))
