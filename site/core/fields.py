"""Fields of models that say more about themselves than Django's."""

from django.db import models


class OneALineField(models.TextField):
    """Several short texts, one a line. A translation has as many lines (translation.state)."""
