"""What the directory holds about specialists (accounts.personal_data)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.personal_data import (
    Column,
    File,
    Order,
    Pause,
    Subject,
    delete,
    detach,
    leave_out,
    register,
    register_pause,
)
from accounts.personal_data.cms import forget_picture
from accounts.personal_data.object_history import forget_history, history_of
from core.html import plain_text
from core.media_files import content_of
from directory import index as search_index
from directory import ports
from directory.models import (
    CheckTask,
    ProfileReport,
    ProfileViews,
    SearchRow,
    SearchText,
    Specialist,
    SpecialistCheck,
    SpecialistPage,
)
from directory.states import Action, can, state_after


def pages_of(subject: Subject) -> QuerySet[SpecialistPage]:
    """Their page in every language, copies of it that wait for a translation included."""
    return SpecialistPage.objects.filter(specialist__user=subject.user)


def forget_pages(subject: Subject, rows: QuerySet[Any]) -> None:
    """The pages, and all that the CMS noted beside them: versions, redirects, log, search index, translations."""
    histories = []
    for page in rows.order_by("-pk"):  # translations before what they were made from, which is older
        histories.append(history_of(page))
        SpecialistPage.objects.get(pk=page.pk).delete()  # as it is now: the tree has changed
    for history in histories:
        forget_history(history)


def forget_specialists(subject: Subject, rows: QuerySet[Any]) -> None:
    for specialist in rows.select_related("portrait"):
        history, portrait = history_of(specialist), specialist.portrait
        specialist.delete()
        forget_history(history)
        if portrait and not Specialist.objects.filter(portrait=portrait).exists():
            forget_picture(portrait)


def portrait(specialist: Specialist) -> Iterator[File]:
    if specialist.portrait and (content := content_of(specialist.portrait.file)):
        yield File(name=f"pictures/{specialist.portrait.filename}", content=content)


def names(attribute: str) -> Any:
    """The names of the terms that a specialist is described by."""
    return lambda specialist: [term.name for term in getattr(specialist, attribute).all()]


def questions(page: SpecialistPage) -> list[str]:
    return [f"{block.value['question']}\n{plain_text(block.value['html'].source)}" for block in page.faq]


def pause(user: User) -> bool:
    """Take a published specialist out of the directory. Says whether there was one."""
    return _change(user, Action.PAUSE)


def resume(user: User) -> None:
    """Put them back, unless a moderator has decided otherwise in the meantime."""
    _change(user, Action.RESUME)


def _change(user: User, action: Action) -> bool:
    specialist = Specialist.objects.filter(user=user).first()
    if specialist is None or not can(specialist, action):
        return False
    was, to = specialist.state, state_after(specialist, action)

    def save() -> int:
        changed: int = Specialist.objects.filter(pk=specialist.pk, state=was).update(state=to)
        search_index.rebuild([specialist.pk])
        return changed

    return bool(ports.booking().edit_specialist(specialist_id=specialist.pk, save=save))


register(
    SpecialistPage,
    title=_("Your pages in the directory"),
    rows=pages_of,
    erase=forget_pages,
    order=Order.PROFILE,
    fields=[
        Column(name="language", label=_("language"), value=lambda page: page.locale.language_code),
        "title",
        "headline",
        Column(name="story", label=_("story"), value=lambda page: plain_text(page.story)),
        Column(name="approach", label=_("approach"), value=lambda page: plain_text(page.approach)),
        Column(name="faq", label=_("questions and answers"), value=questions),
    ],
    goes=_("Your profile: your pages in all languages, your portrait and your place in the directory."),
)
register(
    Specialist,
    title=_("What the directory says about you"),
    rows=lambda subject: Specialist.objects.filter(user=subject.user),
    via=["user"],
    erase=forget_specialists,
    order=Order.PROFILE,
    fields=[
        "name",
        "slug",
        "state",
        "gender",
        "profession",
        "credential_country",
        "credential_register",
        "credential_number",
        "credential_url",
        "practice_url",
        "practice_phone",
        "checked_on",
        "session_languages",
        Column(name="topics", label=_("topics"), value=names("topics")),
        Column(name="methods", label=_("methods"), value=names("methods")),
        Column(name="client_groups", label=_("client groups"), value=names("client_groups")),
        "is_online",
        "place",
        "price_min",
        "price_max",
        "currency",
        "can_prescribe",
        "practising_since",
        "is_accepting",
        "accepting_confirmed_on",
        "offers_free_consultation",
        "created_at",
        "updated_at",
    ],
    files=portrait,
    goes=_("Your profile: your pages in all languages, your portrait and your place in the directory."),
)
register(
    Specialist,
    title=_("Specialists whom you checked"),
    rows=lambda subject: Specialist.objects.filter(checked_by=subject.user),
    via=["checked_by"],
    erase=detach("checked_by"),
    order=Order.WORK,
    fields=["checked_on"],
)
register(
    SpecialistCheck,
    title=_("Decisions about your profile"),
    rows=lambda subject: SpecialistCheck.objects.filter(specialist__user=subject.user),
    erase=delete,
    fields=["decision", "at", "comment", "field_comments", "ticked", "facts"],
)
register(
    SpecialistCheck,
    title=_("Decisions about specialists that you took"),
    via=["by"],
    erase=detach("by"),
    order=Order.WORK,
    fields=["decision", "at", "comment", "field_comments"],
)
register(
    ProfileReport,
    title=_("What you reported about profiles"),
    rows=lambda subject: ProfileReport.objects.filter(email__in=subject.addresses),
    erase=delete,
    fields=["kind", "text", "email", "created_at", "state"],
    goes=_("What you reported about profiles under your address."),
)
register(
    ProfileReport,
    title=_("Reports that you closed"),
    via=["closed_by"],
    erase=detach("closed_by"),
    order=Order.WORK,
    fields=["decision", "closed_at"],
)
register(
    ProfileViews,
    title=_("How often your profile was looked at"),
    rows=lambda subject: ProfileViews.objects.filter(specialist__user=subject.user),
    erase=delete,
    fields=["day", "count"],
)
leave_out(CheckTask, "A step of the workflow, and about nobody.")
leave_out(SearchRow, "A copy of the profile's facts to search in; goes with the profile.")
leave_out(SearchText, "A copy of the page's words to search in; goes with the profile.")
register_pause(
    Pause(
        name="specialist",
        pause=pause,
        resume=resume,
        sentence=_(
            "If you have a profile, it rests for that time: it isn’t in the directory, and nobody can book you."
        ),
    )
)
