"""Every mail that the site can write, with made-up details. For the preview and the tests; nothing is written."""

from collections.abc import Callable

from django.core.mail import EmailMultiAlternatives

Sample = Callable[[str], EmailMultiAlternatives]
_samples: dict[str, Sample] = {}


def register_sample(name: str, sample: Sample) -> None:
    """Make known how to compose the mail `emails/<name>` with made-up details, in a given language."""
    _samples[name] = sample


def samples() -> dict[str, Sample]:
    """The samples by their names, sorted."""
    return dict(sorted(_samples.items()))
