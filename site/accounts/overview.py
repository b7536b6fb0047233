"""What apps show on the account's first page, between what waits and the way to the CMS."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OverviewSection:
    """`template` is included with the page's context, and reads what it shows by tags of its own app.

    Sections stand in the order of `order`, whichever app is ready first.
    """

    template: str
    order: int


_sections: list[OverviewSection] = []


def register(section: OverviewSection) -> OverviewSection:
    """Add an app's section; apps do so when they are ready."""
    _sections.append(section)
    return section


def sections() -> list[OverviewSection]:
    """All that were registered, the first on the page first."""
    return sorted(_sections, key=lambda section: section.order)
