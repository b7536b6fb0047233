"""All samples."""

from collections.abc import Iterator
from typing import Any

from dev.pages.component_samples.booking import booking_samples
from dev.pages.component_samples.forms import form_samples, login_required_samples
from dev.pages.component_samples.frame import frame_samples
from dev.pages.component_samples.reading import reading_samples
from dev.pages.component_samples.sample import Sample
from dev.pages.component_samples.searching import finding_samples


def samples(words: dict[str, Any]) -> Iterator[Sample]:
    """Every component, on `words`: ENGLISH or ARABIC. Samples of one component stand together."""
    yield from frame_samples(words)
    yield from reading_samples(words)
    yield from finding_samples(words)
    yield from booking_samples(words)
    yield from form_samples(words)
    yield from login_required_samples()
