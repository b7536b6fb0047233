"""What the directory searches: derived rows, written by `directory.index` alone and thrown away at will.

Facts that filters and orders read stand in a narrow row per specialist, since their next free time changes with every
booking; words stand in a row per specialist and language, which changes when somebody writes. Decision 0012 says
why, and what it costs.
"""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F

from directory.models.bits import CHUNK, TRIGGERS


class BitField(models.Field):
    """A bit string of a fixed length. Only PostgreSQL reads and writes it."""

    def __init__(self, *args: Any, length: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.length = length

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "length": self.length}

    def db_type(self, connection: Any) -> str:
        return f"bit({self.length})"


class SearchOption(models.Model):
    """One value of one filter, such as the topic `sleep`. Its number stands in the rows."""

    kind = models.CharField(max_length=12)
    value = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="directory_option_unique")]

    def __str__(self) -> str:
        return f"{self.kind}={self.value}"


class SearchRow(models.Model):
    """One listed specialist: what filters and orders need, and nothing else."""

    specialist = models.OneToOneField(
        "directory.Specialist", primary_key=True, on_delete=models.CASCADE, related_name="search_row"
    )
    facets = ArrayField(models.IntegerField(), help_text="Options that fit, but for those of `soon`.")
    name = models.CharField(max_length=120, help_text="As it sorts.")
    name_key = models.CharField(
        max_length=400, help_text="By its sounds, in small Latin letters: forgives accents and scripts."
    )
    price = models.PositiveIntegerField(null=True, help_text="In the directory's own currency.")
    confirmed_on = models.DateField(null=True, help_text="When they last said that they accept clients.")
    reply_minutes = models.PositiveIntegerField(
        null=True, help_text="How long requests usually wait; 0: settled at once."
    )

    # Kept by booking in the transaction of what changes them.
    soon = ArrayField(
        models.IntegerField(), default=list, help_text="Options: when they are free in the next 7 days."
    )
    next_slot_at = models.DateTimeField(null=True)
    upcoming = ArrayField(models.DateTimeField(), default=list, help_text="The next eight free starts.")
    advance_at = models.DateTimeField(null=True, help_text="When the first of them can't be booked any more.")
    stale_at = models.DateTimeField(null=True, help_text="When all of this must be worked out again.")

    objects: ClassVar[models.Manager["SearchRow"]] = models.Manager()

    class Meta:
        indexes = [
            GinIndex(fields=["facets"], name="directory_row_facets", fastupdate=False),
            GinIndex(
                fields=["name_key"], name="directory_row_name", opclasses=["gin_trgm_ops"], fastupdate=False
            ),
            models.Index(
                F("next_slot_at").asc(nulls_last=True),
                F("confirmed_on").desc(nulls_last=True),
                name="directory_row_order",
            ),
            models.Index(F("price").asc(nulls_last=True), "specialist", name="directory_row_price"),
            models.Index(fields=["name", "specialist"], name="directory_row_by_name"),
            models.Index(fields=["advance_at"], name="directory_row_advance"),
            models.Index(fields=["stale_at"], name="directory_row_stale"),
        ]
        triggers = TRIGGERS

    def __str__(self) -> str:
        return self.name


class SearchText(models.Model):
    """A listed specialist in one language: the page whose words are shown there, and what text search finds."""

    specialist = models.ForeignKey(
        "directory.Specialist", on_delete=models.CASCADE, related_name="search_texts"
    )
    language = models.CharField(max_length=12)
    page = models.ForeignKey(
        "directory.SpecialistPage",
        on_delete=models.CASCADE,
        related_name="+",
        help_text="In that language, or the one they wrote themselves.",
    )
    words = SearchVectorField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["specialist", "language"], name="directory_text_unique"),
        ]
        indexes = [GinIndex(fields=["language", "words"], name="directory_text_words", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.specialist_id} {self.language}"


class SearchWord(models.Model):
    """A word, without its endings, that several specialists use in a language (directory.search.spelling)."""

    language = models.CharField(max_length=12)
    word = models.CharField(max_length=40)

    class Meta:
        indexes = [
            GinIndex(
                F("language"), OpClass("word", "gin_trgm_ops"), name="directory_word_alike", fastupdate=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.word} ({self.language})"


class OptionBits(models.Model):
    """Whom an option fits, as bits by the specialist's number: counting options is counting bits.

    Kept by a trigger on the rows, so that no writer can forget it.
    """

    pk = models.CompositePrimaryKey("option_id", "chunk")
    option = models.ForeignKey(SearchOption, on_delete=models.CASCADE, related_name="+")
    chunk = models.IntegerField(help_text="The specialist's number divided by the length.")
    bits = BitField(length=CHUNK)

    def __str__(self) -> str:
        return f"{self.option_id} {self.chunk}"
