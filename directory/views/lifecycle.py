"""Being in the directory or not: the overview, handing in, pausing, leaving, and whether clients are accepted."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.users import UserRequest
from directory import ports, services
from directory.checking import review
from directory.checking.comparison import shown_value
from directory.errors import DirectoryError, Incomplete, Stale
from directory.models import Specialist, SpecialistCheck
from directory.models.specialist_querysets import AVAILABILITY_LAPSES_AFTER
from directory.profile import visits
from directory.profile.forms.joining import SendInForm
from directory.profile.progress import hints, progress, text_languages
from directory.states import Action, State, can
from directory.views.own import news, own_profile, see_other

Decision = SpecialistCheck.Decision
WEEK = 7


@own_profile
@require_safe
def dashboard(request: UserRequest, specialist: Specialist) -> HttpResponse:
    """How the profile stands, whether clients are accepted, how often it was looked at, what would make it better."""
    today = timezone.localdate()
    pages = review.own_pages(specialist)
    days = visits.views_of(specialist, today=today) if specialist.is_approved else []
    confirmed, suspension = specialist.accepting_confirmed_on, review.suspension(specialist)
    context = {
        "specialist": specialist,
        "review_status": review.review_status(specialist),
        "today": today,
        "ahead": ports.booking().consultations_ahead(specialist_id=specialist.pk),
        "is_accepting": specialist.is_accepting_on(today),
        "lapses_on": confirmed + AVAILABILITY_LAPSES_AFTER if confirmed else None,
        "days": days,
        "views": sum(count for _day, count in days),
        "views_in_a_week": sum(count for _day, count in days[-WEEK:]),
        "most_views": max((count for _day, count in days), default=0),
        "hints": hints(specialist, pages, text_languages(specialist)) if specialist.is_member else [],
        "reason": suspension.comment if suspension else "",
    }
    return render(request, "account/specialist/dashboard.html", context)


@own_profile
@require_safe
def profile(request: UserRequest, specialist: Specialist) -> HttpResponse:
    """The steps with what is left of them, what the moderators ask for, and what is waiting to be checked."""
    review_status = review.review_status(specialist)
    context = {
        "specialist": specialist,
        "review_status": review_status,
        "progress": progress(specialist, review_status),
        "changes": changes(specialist, review_status),
        "note": _note(specialist),
        "can_submit": can(specialist, Action.SUBMIT, review_status),
        "has_pages": specialist.pages.filter(alias_of__isnull=True).exists(),
    }
    return render(request, "account/specialist/profile.html", context)


def _note(specialist: Specialist) -> str:
    """What a moderator wrote with the last decision, unless that asks for changes: those stand beside the fields."""
    said = {Decision.APPROVED, Decision.CHANGES_REQUESTED, Decision.SUSPENDED, Decision.REINSTATED}
    last = specialist.checks.filter(decision__in=said).first() if specialist.is_approved else None
    return last.comment if last and last.decision != Decision.CHANGES_REQUESTED else ""


def changes(specialist: Specialist, review_status: review.ReviewStatus) -> list[dict[str, str]]:
    """What shall become of checked facts: how they are shown now, and how then."""
    return [
        {
            "label": str(cast(Any, Specialist._meta.get_field(name)).verbose_name),
            "now": shown_value(name, getattr(specialist, name)),
            "then": shown_value(name, value),
        }
        for name, value in review_status.proposed.items()
    ]


@own_profile
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: UserRequest, specialist: Specialist) -> HttpResponse:
    """Says what happens next; POST hands the profile to the moderators."""
    if request.method == "POST":
        is_accepting = "is_accepting" in request.POST
        try:
            after = services.submit(specialist=specialist, by=request.user, is_accepting=is_accepting)
        except Incomplete:
            return see_other("specialist_profile_submit")  # which says what is missing
        except DirectoryError as error:
            messages.warning(request, f"{error.sentence} {news(_now(specialist))}")
        else:
            messages.success(request, _handed_in(after))
        return see_other("specialist_profile")
    review_status = review.review_status(specialist)
    context = {
        "specialist": specialist,
        "review_status": review_status,
        "progress": progress(specialist, review_status),
        "changes": changes(specialist, review_status),
        "usual_days": review.usual_days(),
        "form": SendInForm(initial={"is_accepting": specialist.is_accepting}),
        "can_submit": can(specialist, Action.SUBMIT, review_status),
    }
    return render(request, "account/specialist/submit.html", context)


def _handed_in(specialist: Specialist) -> str:
    if specialist.is_approved:
        return _("Sent. A moderator will look at your change; until then clients see the old version.")
    return _("Sent. A moderator will look at your profile, and we write to you as soon as they have.")


@own_profile
@require_POST
def withdraw(request: UserRequest, specialist: Specialist) -> HttpResponse:
    """Take back what waits to be checked."""
    before = request.POST.get("state", "")
    after = services.withdraw_submission(specialist=specialist, by=request.user)
    if before == State.SUBMITTED and after.state != State.DRAFT:
        messages.warning(request, _("The moderators have decided in the meantime.") + " " + news(after))
    elif after.is_approved:
        messages.success(request, _("Taken back. Everything stays as clients see it now."))
    else:
        messages.success(request, _("Taken back. Your profile is a draft again."))
    return see_other("specialist_profile")


def change_view(
    service: Callable[..., Specialist],
    template: str,
    *,
    action: Action,
    done: Callable[[], str],
    cancels: bool = False,
) -> Callable[..., HttpResponse]:
    """A page that says what a step does before POST does it. Where `action` can't be done there is no such step.

    `cancels`: it cancels the consultations that the page has counted; if they are more or fewer by then, it asks again.
    """

    @own_profile
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: UserRequest, specialist: Specialist) -> HttpResponse:
        ahead, status = ports.booking().consultations_ahead(specialist_id=specialist.pk), 200
        if cancels and can(specialist, action) and request.method == "POST":
            status = 200 if request.POST.get("shown") == str(ahead) else 409
        if status == 409:
            messages.warning(request, Stale.sentence)
        elif request.method == "POST":
            try:
                service(specialist=specialist, by=request.user)
            except DirectoryError as error:
                messages.warning(request, f"{error.sentence} {news(_now(specialist))}")
            else:
                messages.success(request, done())
            return see_other("specialist_dashboard")
        if not can(specialist, action):
            return see_other("specialist_dashboard")
        context = {"specialist": specialist, "ahead": ahead}
        return render(request, f"account/specialist/{template}.html", context, status=status)

    return view


pause = change_view(
    services.pause,
    "pause",
    action=Action.PAUSE,
    done=lambda: _("Your profile is paused: nobody else sees it."),
)
resume = change_view(
    services.resume, "resume", action=Action.RESUME, done=lambda: _("Your profile is public again.")
)
leave = change_view(
    services.leave,
    "leave",
    action=Action.LEAVE,
    done=lambda: _("You have left the directory. Your profile is kept as a draft that only you see."),
    cancels=True,
)


@own_profile
@require_POST
def accepting(request: UserRequest, specialist: Specialist) -> HttpResponse:
    """One press: yes, as of today, or not at the moment."""
    if request.POST.get("accepting") == "no":
        services.save_facts(specialist=specialist, by=request.user, facts={"is_accepting": False})
        messages.success(request, _("Your profile says that you don’t accept clients at the moment."))
        return see_other("specialist_dashboard")
    try:
        services.confirm_availability(specialist=specialist, by=request.user)
    except DirectoryError as error:
        messages.warning(request, str(error.sentence))
    else:
        after = _now(specialist)
        if after.is_accepting_on(timezone.localdate()):
            messages.success(request, _("Your profile says that you accept clients, confirmed today."))
        else:
            messages.warning(
                request, _("Saved. Your profile says so once it also says how clients reach you.")
            )
    return see_other("specialist_dashboard")


def _now(specialist: Specialist) -> Specialist:
    found: Specialist = Specialist.objects.get(pk=specialist.pk)
    return found
