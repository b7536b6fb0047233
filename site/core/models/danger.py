"""What the team adds to the danger list (core.danger), and the lines that people in danger can call."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.models import TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from core.danger.matching import PhraseError, PhraseList, parse
from core.i18n import countries
from core.page_cache.reading import today

OVERDUE = timedelta(days=274)  # nine months since somebody looked whether a line is still right
HIDDEN = timedelta(days=730)  # two years: then readers don't see it any more


class DangerPhrase(models.Model):
    """Words that show help first wherever somebody types them, or that keep it from showing."""

    class Kind(models.TextChoices):
        LIFE = "life", _("Shows help: ending one’s life, self-harm")
        OVERDOSE = "overdose", _("Shows help: overdose, poisoning")
        VIOLENCE = "violence", _("Shows help: violence, rape")
        HARMLESS = PhraseList.HARMLESS, _("Harmless: shows nothing, also if the list in the code has it")

    phrase = models.CharField(
        _("phrase"),
        max_length=200,
        help_text=_(
            "Words as people type them. A star at the end of a word stands for any ending; (one|another) for a choice; "
            "three dots for up to three words between."
        ),
    )
    kind = models.CharField(_("what it does"), max_length=10, choices=Kind.choices, default=Kind.LIFE)
    language = models.CharField(
        _("language code"),
        max_length=12,
        blank=True,
        help_text=_("For example: en, de, uk. For your own overview."),
    )
    is_on = models.BooleanField(_("in use"), default=True)

    panels = [
        HelpPanel(
            content=_(
                "Try a sentence under Reports before and after you change something. A change holds at once. Case, "
                "accents, apostrophes and doubled letters don’t matter."
            )
        ),
        FieldPanel("phrase"),
        FieldPanel("kind"),
        FieldRowPanel([FieldPanel("language"), FieldPanel("is_on")]),
    ]

    class Meta:
        verbose_name = _("danger phrase")
        verbose_name_plural = _("danger phrases")
        ordering = ["language", "phrase"]
        constraints = [models.UniqueConstraint(fields=["phrase"], name="core_dangerphrase_unique")]

    def __str__(self) -> str:
        return self.phrase

    def clean(self) -> None:
        """Refuse what can't be read or would fire on nearly everything."""
        super().clean()
        try:
            PhraseList([self.as_phrase()])
            letters = sum(letter.isalnum() for letter in self.phrase)
            if "<" in self.phrase or letters < 3:
                raise PhraseError("Too short.")
            if not self.phrase.strip().startswith("*"):
                parse(self.phrase)
        except PhraseError as error:
            raise ValidationError(
                {
                    "phrase": _(
                        "This phrase can’t be read. Write three letters or more, close every bracket, and put stars "
                        "only at the end of a word of two letters or more."
                    )
                }
            ) from error

    def as_phrase(self) -> Any:
        from core.danger.matching import Phrase

        return Phrase(self.phrase, self.kind, self.language, is_ours=True)


class Helpline(TranslatableMixin, models.Model):
    """A number that people in danger can call, in one country. Facts are the same in all languages."""

    class Kind(models.TextChoices):
        EMERGENCY = "emergency", _("emergency number")
        CRISIS = "crisis", _("crisis line")
        VIOLENCE = "violence", _("violence and rape")
        CHILDREN = "children", _("children and young people")

    class From(models.TextChoices):
        INSIDE = "inside", _("inside the country")
        ANYWHERE = "anywhere", _("from abroad too")

    country = models.CharField(_("country"), max_length=2, choices=countries.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=80)
    display = models.CharField(
        _("number as people read it"), max_length=24, help_text=_("With spaces: 116 123.")
    )
    dial = models.CharField(
        _("number as the phone dials it"),
        max_length=20,
        validators=[RegexValidator(r"^\+?[0-9*#]{2,19}\Z", _("Digits only, with + before a country code."))],
        help_text=_("Digits only: 116123."),
    )
    callable_from = models.CharField(_("works from"), max_length=8, choices=From.choices, default=From.INSIDE)
    hours = models.CharField(_("hours and cost"), max_length=120, blank=True)
    languages = models.CharField(
        _("languages"), max_length=60, blank=True, help_text=_("Codes with commas between them: en, de.")
    )
    website = models.URLField(_("the line’s own website"), blank=True)
    source = models.URLField(_("where the number was found"), blank=True)
    verified_on = models.DateField(
        _("last checked"),
        null=True,
        blank=True,
        help_text=_(
            "The day somebody compared the number with the line’s own website. Empty: nobody has yet."
        ),
    )
    verified_by = models.CharField(_("checked by"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    panels = [
        HelpPanel(
            content=_(
                "Check every line against its own website and write down the day. Until then readers see “not checked "
                "yet” with it. After nine months it is listed as overdue; after two years "
                "readers don’t see it any more. Emergency numbers stay."
            )
        ),
        FieldRowPanel([FieldPanel("country"), FieldPanel("kind"), FieldPanel("position")]),
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("display"), FieldPanel("dial"), FieldPanel("callable_from")]),
        FieldPanel("hours"),
        FieldPanel("languages"),
        FieldPanel("website"),
        MultiFieldPanel(
            [FieldPanel("source"), FieldRowPanel([FieldPanel("verified_on"), FieldPanel("verified_by")])],
            _("Checked"),
        ),
    ]
    SYNCHRONIZED_FIELDS = (
        "country",
        "kind",
        "display",
        "dial",
        "callable_from",
        "languages",
        "website",
        "source",
        "verified_on",
        "verified_by",
        "position",
    )
    translatable_fields = [
        TranslatableField("name"),
        TranslatableField("hours"),
        *(SynchronizedField(name, overridable=False) for name in SYNCHRONIZED_FIELDS),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("helpline")
        verbose_name_plural = _("helplines")
        ordering = ["country", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.get_country_display()}: {self.name} ({self.display})"

    @property
    def is_overdue(self) -> bool:
        """Whether somebody should check the line, again or for the first time."""
        return self.verified_on is None or self.verified_on < timezone.localdate() - OVERDUE

    @property
    def is_hidden(self) -> bool:
        """Whether readers don't see it, unchecked for too long as it is. Emergency numbers they always see.

        A line nobody has checked at all is shown and marked as such: it may be new, and a number is better than none.
        """
        return is_too_old(self.kind, self.verified_on)


def is_too_old(kind: str, verified_on: date | None) -> bool:
    """Whether a helpline of a kind that was last checked on a day is hidden from readers."""
    too_old = verified_on is not None and verified_on < today() - HIDDEN
    return too_old and kind != Helpline.Kind.EMERGENCY
