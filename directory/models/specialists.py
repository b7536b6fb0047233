"""Specialists: one record per person, whatever the number of pages about them."""

from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Topic
from directory.models.taxonomies import ClientGroup, Method, Place, Profession

AVAILABILITY_LAPSES_AFTER = timedelta(days=14)
MAX_TOPICS = 6


class SpecialistQuerySet(models.QuerySet["Specialist"]):
    """Reading specialists."""

    def published(self) -> Self:
        """Those the public may see."""
        return self.filter(state=Specialist.State.PUBLISHED)


class Specialist(models.Model):
    """Somebody who offers sessions: the facts, checked once, the same in every language.

    Bookings point here. What is told in words stands on their `SpecialistPage`s.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        CHANGES_REQUESTED = "changes", _("changes requested")
        PUBLISHED = "published", _("published")
        PAUSED = "paused", _("paused")
        SUSPENDED = "suspended", _("suspended")

    class Gender(models.TextChoices):
        FEMALE = "female", _("woman")
        MALE = "male", _("man")
        NONBINARY = "nonbinary", _("non-binary")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="specialist",
    )
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    gender = models.CharField(_("gender"), max_length=10, choices=Gender.choices, blank=True)
    portrait = models.ForeignKey(
        "core.Picture",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    profession = models.ForeignKey(
        Profession, verbose_name=_("profession"), on_delete=models.PROTECT, related_name="specialists"
    )
    credential_country = models.CharField(
        _("country of the register"), max_length=2, help_text=_("Two letters.")
    )
    credential_register = models.CharField(_("register"), max_length=160)
    credential_number = models.CharField(_("number in the register"), max_length=60)
    credential_url = models.URLField(_("entry in the register"), blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("checked by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    session_languages = ArrayField(models.CharField(max_length=12), verbose_name=_("session languages"))
    topics = models.ManyToManyField(
        Topic, verbose_name=_("topics"), related_name="specialists", help_text=_("Six at most.")
    )
    methods = models.ManyToManyField(
        Method, verbose_name=_("methods"), related_name="specialists", blank=True
    )
    client_groups = models.ManyToManyField(
        ClientGroup, verbose_name=_("client groups"), related_name="specialists", blank=True
    )
    is_online = models.BooleanField(_("works online"), default=True)
    place = models.ForeignKey(
        Place,
        verbose_name=_("place"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="specialists",
    )
    price_min = models.PositiveIntegerField(_("price from"), null=True, blank=True)
    price_max = models.PositiveIntegerField(_("price up to"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    can_prescribe = models.BooleanField(_("can prescribe medicine"), default=False)
    practising_since = models.PositiveSmallIntegerField(
        _("practising since"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1950), MaxValueValidator(2100)],
    )
    is_accepting = models.BooleanField(_("accepting clients"), default=True)
    accepting_confirmed_on = models.DateField(_("availability confirmed on"), null=True, blank=True)
    offers_free_consultation = models.BooleanField(_("offers a free consultation"), default=False)

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = SpecialistQuerySet.as_manager()

    class Meta:
        verbose_name = _("specialist")
        verbose_name_plural = _("specialists")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(price_min__isnull=True)
                | Q(price_max__isnull=True)
                | Q(price_max__gte=F("price_min")),
                name="directory_specialist_price_order",
                violation_error_message=_("The highest price is below the lowest."),
            ),
            models.CheckConstraint(
                condition=Q(is_online=True) | Q(place__isnull=False),
                name="directory_specialist_online_or_place",
                violation_error_message=_("Say where: online, a place, or both."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_public(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.name.split()[:2])

    def is_accepting_on(self, today: date, *, has_slot: bool) -> bool:
        """Whether *accepting clients* may be said: confirmed in the last 14 days, or backed by a real slot."""
        if not self.is_accepting:
            return False
        if has_slot:
            return True
        confirmed = self.accepting_confirmed_on
        return confirmed is not None and today - confirmed <= AVAILABILITY_LAPSES_AFTER
