"""The kinds of terms that specialists are described by, each said once.

Filters, search rows, forms and merges all read this table. Whatever it lacks is an error: rows that silently don't
follow a term would stay wrong until somebody rebuilds them.
"""

from dataclasses import dataclass

from core.models import Term, Topic
from directory.models.taxonomies import ClientGroup, Method, Place, Profession


@dataclass(frozen=True, kw_only=True)
class TermKind:
    """`name` is the filter's, as addresses and options have it. `relation` is the field of Specialist."""

    name: str
    relation: str
    model: type[Term]
    is_many: bool = False


# In the order in which the search rows have their names.
TERM_KINDS = (
    TermKind(name="topic", relation="topics", model=Topic, is_many=True),
    TermKind(name="method", relation="methods", model=Method, is_many=True),
    TermKind(name="group", relation="client_groups", model=ClientGroup, is_many=True),
    TermKind(name="profession", relation="profession", model=Profession),
    TermKind(name="place", relation="place", model=Place),
)
BY_NAME = {kind.name: kind for kind in TERM_KINDS}
BY_RELATION = {kind.relation: kind for kind in TERM_KINDS}
MANY = [kind.relation for kind in TERM_KINDS if kind.is_many]
ONE_OF_EACH = [kind.relation for kind in TERM_KINDS if not kind.is_many]


class UnknownKind(LookupError):
    """No specialist is described by terms of this kind."""


def kind_of(model: type[Term]) -> TermKind:
    """The kind whose terms are records of `model`. Raises UnknownKind."""
    for kind in TERM_KINDS:
        if kind.model is model:
            return kind
    raise UnknownKind(f"{model._meta.label} isn't in directory.terms.TERM_KINDS.")
