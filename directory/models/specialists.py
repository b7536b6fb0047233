"""Specialists: one record per person, whatever the number of pages about them."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, RevisionMixin, Workflow, WorkflowState

from core.models import Topic
from core.users import User
from core.workflows.approval import UndecidedError
from directory.models.specialist_querysets import AVAILABILITY_LAPSES_AFTER, SpecialistQuerySet
from directory.models.taxonomies import ClientGroup, Method, Place, Profession
from directory.models.validators import international_number, practice_address
from directory.profile_fields import CHECKED

MAX_TOPICS = 6


class Specialist(RevisionMixin, models.Model):
    """Somebody who offers sessions: the facts, checked once, the same in every language.

    Bookings point here. What is told in words stands on their `SpecialistPage`s.

    The row is what is true now. A revision is what was handed over to be checked: the CHECKED fields as they were,
    and what shall become of them (docs/decisions/0011). Everything else is never in a revision, so that approving
    one can't bring back an old price or topic.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        CHANGES_REQUESTED = "changes", _("changes requested")
        PUBLISHED = "published", _("published")
        PAUSED = "paused", _("paused")
        SUSPENDED = "suspended", _("suspended")

    # Shown, or shown before: what is checked changes by proposal only.
    APPROVED_STATES = (State.PUBLISHED, State.PAUSED, State.SUSPENDED)
    # Shown, or not for a while by their own choice.
    MEMBER_STATES = (State.PUBLISHED, State.PAUSED)

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
        "directory.Portrait",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
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
    practice_url = models.URLField(_("web page of the practice"), blank=True, validators=[practice_address])
    practice_phone = models.CharField(
        _("telephone of the practice"), max_length=24, blank=True, validators=[international_number]
    )
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
    accepting_asked_on = models.DateField(
        null=True, blank=True, editable=False, help_text="When we last asked by e-mail."
    )
    offers_free_consultation = models.BooleanField(_("offers a free consultation"), default=False)
    changed_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Since when something is public that no moderator has looked at.",
    )
    flags = models.JSONField(
        default=list,
        blank=True,
        editable=False,
        help_text="What in the texts was flagged and not looked at yet: kind and words of each.",
    )

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    # Erased with the specialist.
    _workflow_states = GenericRelation(
        "wagtailcore.WorkflowState", content_type_field="base_content_type", object_id_field="object_id"
    )

    objects = SpecialistQuerySet.as_manager()

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
        indexes = [
            models.Index(fields=["checked_on"], name="directory_specialist_checked"),
            models.Index(
                fields=["changed_at"],
                name="directory_specialist_changed",
                condition=Q(changed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_public(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def is_approved(self) -> bool:
        return self.state in self.APPROVED_STATES

    @property
    def is_member(self) -> bool:
        return self.state in self.MEMBER_STATES

    def checked_facts(self) -> dict[str, Any]:
        """The checked fields as they are in the row, as JSON can hold them: the profession is its number."""
        return {name: self.serializable_value(name) for name in CHECKED}

    # --- What Wagtail's workflows ask of an object. ---

    # Fields that `save_revision` proposes to change, set just before it. By name, as `checked_facts` has them.
    proposed: dict[str, Any] | None = None

    def serializable_data(self) -> dict[str, Any]:
        return {"pk": self.pk, "checked": self.checked_facts(), "proposed": self.proposed or {}}

    def with_content_json(self, content: dict[str, Any]) -> "Specialist":
        """The row as it is now with what a revision proposes; nothing is saved."""
        specialist: Specialist = type(self).objects.get(pk=self.pk)
        for name, value in content["proposed"].items():
            setattr(specialist, "profession_id" if name == "profession" else name, value)
        return specialist

    def get_workflow(self) -> Workflow:
        from directory.models.check_tasks import CheckTask

        return CheckTask.workflow()

    @property
    def open_review(self) -> WorkflowState | None:
        """What waits for a moderator, or for the specialist to change something. 1 query.

        Not by the name that Wagtail's mixin gives it: the CMS's form would link to a page that snippets have.
        """
        states = WorkflowState.objects.active().for_instance(self)
        found: WorkflowState | None = states.select_related("current_task_state__revision").first()
        return found

    def publish(self, revision: Revision, user: User | None = None, **_options: Any) -> None:
        """What Wagtail does when a workflow is through, whoever or whatever has ended it: nothing.

        What is checked changes in the service that approves (services.checking.approve), before it ends the workflow.
        Raises UndecidedError, which takes back all that led here, if what the revision proposes isn't true by then.
        """
        now = type(self).objects.get(pk=self.pk)
        facts = now.checked_facts()
        if not now.is_approved or any(
            facts[name] != value for name, value in revision.content["proposed"].items()
        ):
            raise UndecidedError(_("Specialists become public on the check page alone."))

    # ---

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.name.split()[:2])

    @property
    def has_slot(self) -> bool:
        """Whether the directory's row has a free time. 1 query without `search_row`."""
        row = getattr(self, "search_row", None)
        return row is not None and row.next_slot_at is not None

    @property
    def has_contact(self) -> bool:
        """Whether the profile names a way to reach them outside of this site."""
        return bool(self.practice_url or self.practice_phone)

    @property
    def practice_host(self) -> str:
        """Where the practice's web page is, to be read before the link is followed."""
        return (urlsplit(self.practice_url).hostname or "").removeprefix("www.")

    @property
    def dialled(self) -> str:
        """The telephone number as it is dialled."""
        return self.practice_phone.replace(" ", "")

    def is_accepting_on(self, today: date, *, has_slot: bool | None = None) -> bool:
        """Whether *accepting clients* may be said: backed by a real slot, or confirmed in the last 14 days by
        somebody whose profile says how to reach them.

        `has_slot` as somebody has just looked it up; otherwise as the directory's row has it.
        """
        if not self.is_accepting:
            return False
        if has_slot is None:
            has_slot = self.has_slot
        if has_slot:
            return True
        confirmed = self.accepting_confirmed_on
        if not self.has_contact or confirmed is None:
            return False
        return today - confirmed <= AVAILABILITY_LAPSES_AFTER
