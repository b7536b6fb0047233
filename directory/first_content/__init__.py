"""The directory, without specialists."""

from pathlib import Path

from core.first_content import Run, add_list, step
from directory.models import SpecialistIndexPage


@step(50, "Directory")
def specialist_index(run: Run) -> SpecialistIndexPage:
    """The directory in all languages."""
    page: SpecialistIndexPage = add_list(run, SpecialistIndexPage, "specialists", Path(__file__).parent)
    return page
