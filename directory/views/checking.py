"""The moderators' queue, and the page where they decide about one specialist."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.paginator import WagtailPaginator

from core.i18n.languages import join_words
from directory import services
from directory.checking import review
from directory.checking.comparison import changed_parts, compare, field_label, practice
from directory.checking.flags import Flag
from directory.errors import DirectoryError, Incomplete
from directory.forms import CheckForm
from directory.models import Specialist
from directory.profile_fields import CHECKED
from directory.states import Action, can

PER_PAGE = 50
CHANGED_PER_PAGE = 20  # each is compared with what it was
DONE = {
    "approve": gettext_lazy("“%(name)s” is approved, and told so."),
    "ask": gettext_lazy("“%(name)s” is asked for changes."),
    "recheck": gettext_lazy("“%(name)s” is noted as checked today."),
    "settle": gettext_lazy("Noted: you have looked at what has changed on the profile of “%(name)s”."),
    "suspend": gettext_lazy("“%(name)s” is suspended, and told so."),
    "reinstate": gettext_lazy("“%(name)s” is no longer suspended, and told so."),
    "submit": gettext_lazy("“%(name)s” waits to be checked."),
}


def _require(request: HttpRequest) -> None:
    if not request.user.has_perm("directory.change_specialist"):
        raise PermissionDenied


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Those who wait, the longest waiting first: new profiles, and changes of public ones."""
    _require(request)
    waiting = WagtailPaginator(Specialist.objects.waiting().select_related("profession"), PER_PAGE)
    page = waiting.get_page(request.GET.get("p"))
    pages = waiting.get_elided_page_range(page.number)
    return render(request, "cms/queue.html", {"waiting": page, "elided_page_range": pages})


@require_safe
def changed(request: HttpRequest) -> HttpResponse:
    """Public profiles that differ from what was last looked at: those with something flagged first."""
    _require(request)
    paginator = WagtailPaginator(
        Specialist.objects.changed().select_related("place", "portrait"), CHANGED_PER_PAGE
    )
    page = paginator.get_page(request.GET.get("p"))
    rows = [
        {
            "specialist": specialist,
            "parts": changed_parts(specialist) if review.last_check(specialist) else [],
            "flags": [Flag(*flag) for flag in specialist.flags],
        }
        for specialist in page
    ]
    pages = paginator.get_elided_page_range(page.number)
    return render(request, "cms/changed.html", {"changed": page, "rows": rows, "elided_page_range": pages})


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """All that there is to look at, and the decisions that can be taken now."""
    _require(request)
    specialist = get_object_or_404(Specialist.objects.select_related("profession", "user", "portrait"), pk=pk)
    form = None
    if request.method == "POST":
        form = CheckForm(request.POST, names=commented(specialist), points=review.points(specialist))
        if form.is_valid() and _decide(request, specialist, form):
            return redirect(
                "specialists:changed" if request.POST.get("act") == "settle" else "specialists:queue"
            )
        specialist.refresh_from_db()
        # What was typed stays; what was looked at is what the page shows from now on.
        form.data = {
            **request.POST.dict(),
            "ticked": request.POST.getlist("ticked"),
            "seen": review.seen(specialist),
        }
    return render(request, "cms/check.html", _context(request, specialist, form), status=409 if form else 200)


def commented(specialist: Specialist) -> list[str]:
    """What a comment can stand beside."""
    texts = [f"text.{page.locale.language_code}" for page in review.own_pages(specialist)]
    return [*CHECKED, "portrait", *texts]


def _decide(request: HttpRequest, specialist: Specialist, form: CheckForm) -> bool:
    """Do what the pressed button says, and say so; or say why not."""
    act, data = request.POST.get("act", ""), form.cleaned_data
    common: dict[str, Any] = {"specialist": specialist, "by": request.user}
    try:
        match act:
            case "approve":
                services.approve(**common, seen=data["seen"], ticked=data["ticked"], comment=data["comment"])
            case "ask":
                services.request_changes(
                    **common,
                    seen=data["seen"],
                    comment=data["comment"],
                    field_comments=form.field_comments(),
                )
            case "recheck":
                services.recheck(**common, seen=data["seen"], ticked=data["ticked"])
            case "settle":
                services.settle_changes(**common, seen=data["seen"])
            case "suspend":
                services.suspend(**common, reason=data["comment"])
            case "reinstate":
                services.reinstate(**common, comment=data["comment"])
            case "submit":
                services.submit(**common)
            case _:
                raise Http404
    except DirectoryError as error:
        messages.error(request, _sentence(error))
        return False
    messages.success(request, DONE[act] % {"name": specialist.name})
    return True


def _sentence(error: DirectoryError) -> str:
    if not isinstance(error, Incomplete):
        return str(error.sentence)
    labels = join_words(field_label(name) for name in error.missing)
    return _("Something is still missing: %(fields)s.") % {"fields": labels}


def _context(request: HttpRequest, specialist: Specialist, form: CheckForm | None) -> dict[str, Any]:
    review_status = review.review_status(specialist)
    form = form or CheckForm(
        names=commented(specialist),
        points=review.points(specialist),
        initial={"seen": review.seen(specialist)},
    )
    comparison = compare(specialist)
    offered = {
        "approve": can(specialist, Action.APPROVE, review_status),
        "ask": can(specialist, Action.REQUEST_CHANGES),
        "settle": can(specialist, Action.SETTLE_CHANGES) and specialist.changed_at is not None,
        "recheck": can(specialist, Action.RECHECK) and not review_status.is_waiting,
        "suspend": can(specialist, Action.SUSPEND),
        "reinstate": can(specialist, Action.REINSTATE),
        # What has been public is handed in again by its owner.
        "submit": can(specialist, Action.SUBMIT, review_status) and not specialist.is_approved,
    }
    return {
        "specialist": specialist,
        "review_status": review_status,
        "before": comparison.before,
        "facts": [(fact, form.comment_on(fact.name)) for fact in comparison.facts],
        "texts": [(text, form.comment_on(text.name)) for text in comparison.texts],
        "on_portrait": form.comment_on("portrait"),
        "practice": practice(specialist),
        "form": form,
        "checks": specialist.checks.select_related("by"),
        "reports": specialist.reports.filter(state="open"),
        "can": offered,
        # Boxes are there for the buttons that use them; what somebody typed is never taken away.
        "has_comments": offered["ask"] or form.is_bound,
        "has_comment": offered["ask"] or offered["approve"] or offered["reinstate"] or form.is_bound,
        "is_overdue": Specialist.objects.overdue_for_recheck(today=timezone.localdate())
        .filter(pk=specialist.pk)
        .exists(),
    }
