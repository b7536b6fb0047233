"""What the account shows of the directory: a specialist's own pages, and what waits for them."""

from collections.abc import Iterator

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import WorkflowState

from accounts.login_required import LoginReason, register
from accounts.overview import OverviewSection
from accounts.pages import AccountPage
from accounts.waiting import Waiting
from core.users import User
from directory.models import Specialist

LOG_IN_TO_JOIN = register(
    LoginReason(
        _("Log in to create your specialist profile"),
        _("Your profile belongs to your account: you alone can change it."),
    )
)
OWN_PROFILE = OverviewSection(template="pages/directory/own_profile.html", order=200)


def pages(user: User) -> Iterator[AccountPage]:
    """What a specialist has beside everybody's pages. 1 query."""
    if Specialist.objects.filter(user=user).exists():
        yield AccountPage(
            title=_("My work as a specialist"),
            name="specialist_dashboard",
            also=("specialist_pause_profile", "specialist_resume_profile", "specialist_leave"),
        )
        yield AccountPage(title=_("My profile"), name="specialist_profile", also=("specialist_profile_",))


def reads_confidences(user: User) -> bool:
    """Whether clients can write to `user` as a specialist, or could before: a password alone is too little. 1 query."""
    return Specialist.objects.filter(user=user, state__in=Specialist.APPROVED_STATES).exists()


def waiting(user: User) -> Iterator[Waiting]:
    """What a moderator asks a specialist to change, and a promise to accept clients that has lapsed. 1 query."""
    asked = WorkflowState.objects.filter(
        base_content_type=Specialist.get_base_content_type(),
        object_id=Cast(OuterRef("pk"), CharField()),
        status=WorkflowState.STATUS_NEEDS_CHANGES,
    )
    specialists = Specialist.objects.filter(user=user).select_related("search_row")
    specialist = specialists.annotate(is_asked=Exists(asked)).first()
    if specialist is None:
        return
    if specialist.is_asked or specialist.state == Specialist.State.CHANGES_REQUESTED:
        text = gettext("A moderator asks you to change something in your profile")
        yield Waiting(text=text, url=reverse("specialist_profile"))
    is_unreachable = not specialist.has_contact and not specialist.has_slot
    if specialist.is_public and is_unreachable:
        text = gettext("Say how clients can reach you")
        yield Waiting(text=text, url=reverse("specialist_profile_contact"))
    has_lapsed = (
        not is_unreachable
        and specialist.is_accepting
        and not specialist.is_accepting_on(timezone.localdate())
    )
    if specialist.is_public and has_lapsed:
        text = gettext("Say whether you accept clients")
        yield Waiting(text=text, url=f"{reverse('specialist_dashboard')}#accepting")
