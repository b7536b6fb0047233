"""Fields of models that say more about themselves than Django's."""

from typing import Any

from django.db import models
from wagtail.fields import StreamField as WagtailStreamField


class OneALineField(models.TextField):
    """Several short texts, one a line. A translation has as many lines (translation.state)."""


class StreamField(WagtailStreamField):
    """Wagtail's, but migrations don't spell out its blocks: to change a block changes nothing in the database.

    A migration of data that needs them reads and writes the JSON as it is.
    """

    def deconstruct(self) -> Any:
        name, path, _block_types, kwargs = super().deconstruct()
        del kwargs["block_lookup"]
        return name, path, [[]], kwargs
