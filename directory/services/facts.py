"""The facts of a profile, and its picture."""

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from accounts.personal_data.cms import forget_picture
from core.i18n.languages import CODES
from core.users import User
from directory import index
from directory.models import Portrait, Profession, Specialist, SpecialistIndexPage, SpecialistPage
from directory.models.specialists import MAX_TOPICS
from directory.profile.portraits import make_portrait
from directory.profile_fields import CHECKED, FACTS
from directory.services.changes import follow_changes
from directory.services.proposing import propose, renew
from directory.services.steps import locked, note, on_specialist
from directory.services.titles import follow_name
from directory.slugs import slug_from
from directory.terms import MANY, ONE_OF_EACH

PLAIN = [name for name in FACTS if name not in {*CHECKED, *MANY}]  # true at once, and in the row itself
TRIES = 20  # of as many namesakes at one moment, one gets on in each
RESERVED = {"join"}  # addresses beside those of specialists (directory.urls)


def start_profile(*, user: User, name: str, profession: Profession) -> Specialist:
    """The draft that somebody begins with. Whoever has a profile already gets that one, unchanged."""
    for attempt in range(1, TRIES + 1):
        if existing := Specialist.objects.filter(user=user).first():
            return existing
        try:
            with transaction.atomic():
                specialist: Specialist = Specialist.objects.create(
                    user=user,
                    name=name,
                    slug=free_slug(name),
                    profession=profession,
                    session_languages=[],
                    is_accepting=True,
                )
                if not user.display_name:
                    user.display_name = name[:80]
                    user.save(update_fields=["display_name"])
                note(specialist, "wagtail.create", user)
                index.rebuild([specialist.pk])
                return specialist
        except IntegrityError:  # the same person in another tab, or somebody of the same name
            if attempt == TRIES:
                raise
    raise AssertionError("unreachable")


def free_slug(name: str, *, of: Specialist | None = None) -> str:
    """An address that neither another specialist nor another page of the directory has."""
    own_pk = of.pk if of else None
    indexes = SpecialistIndexPage.objects.all()

    def is_taken(slug: str) -> bool:
        if slug in RESERVED or Specialist.objects.filter(slug=slug).exclude(pk=own_pk or 0).exists():
            return True
        pages = Page.objects.filter(slug=slug).exclude(
            pk__in=SpecialistPage.objects.filter(specialist=own_pk)
        )
        return any(pages.child_of(index).exists() for index in indexes)

    return slug_from(name, is_taken)


@transaction.atomic
def save_facts(*, specialist: Specialist, by: User, facts: Mapping[str, Any]) -> Specialist:
    """Save some of the profile's FACTS; what isn't named stays.

    The fields in CHECKED of a profile that has been approved are proposed, and shown once a moderator has approved
    them; everything else is true at once. Raises ValidationError for values that don't fit, by field.

    A term that has been merged into another since it was chosen means that one.
    """
    facts = {**facts, **_terms(facts)}  # locked before the specialist, since a merge locks them in that order
    return _save_facts(specialist=specialist, by=by, facts=facts)


def _terms(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The chosen terms as they are now, locked. Raises ValidationError for those that are gone."""
    terms: dict[str, Any] = {}
    for name in (*ONE_OF_EACH, *MANY):
        chosen = list(facts.get(name) or []) if name in MANY else [facts[name]] if facts.get(name) else []
        if not chosen:
            continue
        now = type(chosen[0]).locked(chosen)
        if len(now) < len(chosen):
            message = _("What you chose here isn’t on the list any more. Please choose again.")
            raise ValidationError({name: ValidationError(message, code="gone")})
        terms[name] = list({term.pk: term for term in now.values()}.values())
        if name in ONE_OF_EACH:
            (terms[name],) = terms[name]
    return terms


@on_specialist
def _save_facts(*, specialist: Specialist, by: User, facts: Mapping[str, Any]) -> Specialist:
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise ValueError(f"No facts: {', '.join(sorted(unknown))}")
    _validate(specialist, facts)
    changed = _save_plain(specialist, facts) + _save_many(specialist, facts)
    checked = {name: facts[name] for name in CHECKED if name in facts}
    if specialist.is_approved:
        if checked:
            propose(specialist, by, checked)
    else:
        changed += _save_checked(specialist, checked)
    if changed:
        note(specialist, "wagtail.edit", by, fields=changed)
        renew(specialist, by)
        follow_changes(specialist)
    return locked(specialist.pk)


def _validate(specialist: Specialist, facts: Mapping[str, Any]) -> None:
    """Raise ValidationError unless the row with these values would be a good one. Empty is good while it is a draft."""
    wanted = Specialist.objects.get(pk=specialist.pk)
    single = [name for name in facts if name not in MANY]
    for name in single:
        setattr(wanted, name, facts[name])
    others = [field.name for field in Specialist._meta.fields if field.name not in single]
    if not specialist.is_approved:  # what is still empty is asked for when the profile is submitted
        others += [name for name in single if name != "name" and facts[name] in ("", [], None)]
    wanted.clean_fields(exclude=others)
    wanted.validate_constraints(exclude={"slug", "user"})
    if not set(facts.get("session_languages") or []) <= set(CODES):
        raise ValidationError({"session_languages": _("Choose languages from the list.")})
    if specialist.is_approved and "topics" in facts and not facts["topics"]:
        raise ValidationError({"topics": _("Choose one topic at least.")})
    if len(facts.get("topics") or []) > MAX_TOPICS:
        message = _("Choose %(most)d topics at most.") % {"most": MAX_TOPICS}
        raise ValidationError({"topics": ValidationError(message, code="too_many")})


def _save_plain(specialist: Specialist, facts: Mapping[str, Any]) -> list[str]:
    changed = [name for name in PLAIN if name in facts and getattr(specialist, name) != facts[name]]
    for name in changed:
        setattr(specialist, name, facts[name])
    fields = [*changed, "updated_at"]
    if "is_accepting" in changed and specialist.is_accepting:
        specialist.accepting_confirmed_on = timezone.localdate()
        fields.append("accepting_confirmed_on")
    if changed:
        specialist.save(update_fields=fields)
    return changed


def _save_many(specialist: Specialist, facts: Mapping[str, Any]) -> list[str]:
    changed = []
    for name in MANY:
        if name not in facts:
            continue
        terms = getattr(specialist, name)
        wanted = {term.pk for term in facts[name]}
        if wanted != set(terms.values_list("pk", flat=True)):
            terms.set(wanted)
            changed.append(name)
    return changed


def _save_checked(specialist: Specialist, checked: Mapping[str, Any]) -> list[str]:
    """Straight into the row: nobody sees it yet. The address follows the name until the profile is first approved."""
    changed = [name for name in checked if getattr(specialist, name) != checked[name]]
    for name in changed:
        setattr(specialist, name, checked[name])
    fields = [*changed, "updated_at"]
    if "name" in changed and specialist.checked_on is None:
        specialist.slug = free_slug(specialist.name, of=specialist)
        fields.append("slug")
    if changed:
        specialist.save(update_fields=fields)
    if "name" in changed:
        follow_name(specialist)
    return changed


def set_portrait(*, specialist: Specialist, by: User, file: IO[bytes], crop: str = "face") -> Specialist:
    """Show the picture in `file`, cropped (portraits.CROPS) and re-encoded; the one before is erased.

    Its sizes are served to whoever knows their address, and a draft's picture is nobody's to see: nobody can guess it
    (docs/decisions/0015). Raises BadPicture.
    """
    content = make_portrait(file, crop=crop)  # takes seconds: nobody's bookings wait for that
    return show_portrait(specialist=specialist, by=by, content=content)


@on_specialist
def show_portrait(*, specialist: Specialist, by: User, content: ContentFile) -> Specialist:
    """Show what portraits.make_portrait has made."""
    old = specialist.portrait
    picture = Portrait.objects.create(title=specialist.name, file=content)
    _show(specialist, picture, old, by)
    return specialist


@on_specialist
def remove_portrait(*, specialist: Specialist, by: User) -> Specialist:
    """Show no picture; the one there was is erased."""
    if specialist.portrait is not None:
        _show(specialist, None, specialist.portrait, by)
    return specialist


def _show(specialist: Specialist, picture: Portrait | None, old: Portrait | None, by: User) -> None:
    specialist.portrait = picture
    specialist.save(update_fields=["portrait", "updated_at"])
    if old is not None and not Specialist.objects.filter(portrait=old).exists():
        forget_picture(old)
    note(specialist, "wagtail.edit", by, fields=["portrait"])
    renew(specialist, by)
    follow_changes(specialist)
