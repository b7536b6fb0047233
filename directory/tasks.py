"""What changes many of the directory's rows at once, by the worker."""

from django_tasks import task

from directory import index
from directory.models import Specialist


@task()
def rebuild(specialist_ids: list[int]) -> None:
    """Write the rows of these specialists anew, some hundreds in each transaction."""
    for at in range(0, len(specialist_ids), index.BATCH):
        index.rebuild(specialist_ids[at : at + index.BATCH])


@task()
def rebuild_described_by(filters: dict[str, list[int]]) -> None:
    """Write the rows of all published specialists anew who are described by some of these terms.

    `filters` has the numbers of the terms of each relation, such as `{"topics": [3]}`.
    """
    for relation, ids in filters.items():
        described = Specialist.objects.published().filter(**{f"{relation}__in": ids})
        rebuild.func(list(described.order_by("pk").values_list("pk", flat=True).distinct()))
