"""The steps of a profile: each a form of its own that saves what it has. See also directory.profile.progress."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.private_pages import unlisted
from core.users import User, UserRequest
from directory import services
from directory.checking import review
from directory.errors import BadPicture, DirectoryError
from directory.models import Specialist, SpecialistPage
from directory.profile.forms.steps import (
    AboutForm,
    ConsultationForm,
    ContactForm,
    CredentialsForm,
    PricesForm,
    StepForm,
    WorkForm,
)
from directory.profile.forms.texts import TextsForm
from directory.profile.progress import STEPS, offered_languages, step_after, text_languages
from directory.views.own import own_profile, see_other, tell_saved, typed

NEXT = "next"  # the value of the button that goes on


def step_view(
    url_name: str, form_class: type[StepForm], template: str = "step"
) -> Callable[..., HttpResponse]:
    """The view of a step whose form saves facts."""

    @own_profile
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: UserRequest, specialist: Specialist) -> HttpResponse:
        review_status = review.review_status(specialist)
        data = typed(request)
        files = request.FILES if request.method == "POST" else None
        form = form_class(data, files, specialist=specialist, review_status=review_status)
        if request.method == "POST" and _save(request, form, specialist):
            return see_other(
                step_after(url_name) if request.POST.get("act") == NEXT else "specialist_profile"
            )
        context = {
            "form": form,
            "specialist": specialist,
            "review_status": review_status,
            **place_of(url_name),
        }
        status = 422 if request.method == "POST" else 200
        return render(request, f"account/specialist/{template}.html", context, status=status)

    return view


def place_of(url_name: str) -> dict[str, Any]:
    """Which step it is, for a page's heading."""
    number = [step.url_name for step in STEPS].index(url_name)
    return {"step": STEPS[number], "number": number + 1, "total": len(STEPS)}


def _save(request: UserRequest, form: StepForm, specialist: Specialist) -> bool:
    """Save what the form has, and say so; False if something in it needs another look."""
    is_valid = form.is_valid()
    if isinstance(form, AboutForm):
        is_valid = _save_portrait(form, specialist, request.user) and is_valid
    if not is_valid:
        return False
    facts = form.facts()
    try:
        after = services.save_facts(specialist=specialist, by=request.user, facts=facts)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    proposed = review.review_status(after).proposed
    is_proposed = any(name in proposed and _differs(specialist, name, facts[name]) for name in facts)
    tell_saved(request, form.cleaned_data["state"], after, is_proposed=is_proposed)
    return True


def _differs(specialist: Specialist, name: str, value: Any) -> bool:
    return bool(specialist.serializable_value(name) != getattr(value, "pk", value))


def _save_portrait(form: AboutForm, specialist: Specialist, user: User) -> bool:
    """Save the photo even if something else in the form isn't right: nobody likes to choose a file twice."""
    file, crop = form.cleaned_data.get("portrait"), form.cleaned_data.get("crop") or "face"
    if file:
        try:
            after = services.set_portrait(specialist=specialist, by=user, file=file, crop=crop)
        except BadPicture as error:
            form.add_error("portrait", str(error.sentence))
            return False
        specialist.portrait = after.portrait  # the page may be shown again, and the old one is erased
        form.forget_photo()
    elif form.cleaned_data.get("remove_portrait"):
        specialist.portrait = services.remove_portrait(specialist=specialist, by=user).portrait
    return True


about = step_view("specialist_profile_about", AboutForm, "step_about")
credentials = step_view("specialist_profile_credentials", CredentialsForm)
work = step_view("specialist_profile_work", WorkForm)
prices = step_view("specialist_profile_prices", PricesForm)
contact = step_view("specialist_profile_contact", ContactForm, "step_contact")
consultation = step_view("specialist_profile_consultation", ConsultationForm, "step_consultation")


# --- Texts --------------------------------------------------------------------------------------------------------


@own_profile
@require_http_methods(["GET", "HEAD"])
def texts(request: HttpRequest, specialist: Specialist) -> HttpResponse:
    """The languages to write in, and how far each is."""
    pages = {page.locale.language_code: page for page in review.own_pages(specialist)}
    offered = offered_languages()
    languages = [code for code in offered if code in specialist.session_languages or code in pages]
    review_status = review.review_status(specialist)
    asked = review_status.asked.field_comments if review_status.asked else {}
    rows = [
        {
            "code": code,
            "page": pages.get(code),
            "is_complete": code in pages and review.is_complete(pages[code]),
            "has_comment": f"text.{code}" in asked,
            "is_spoken": code in specialist.session_languages,
        }
        for code in languages
    ]
    context = {
        "specialist": specialist,
        "rows": rows,
        "offered": [code for code in offered if code not in languages],
        "comment": asked.get("texts", ""),
        "next_url": reverse(step_after("specialist_profile_texts")),
        **place_of("specialist_profile_texts"),
    }
    return render(request, "account/specialist/step_texts.html", context)


@own_profile
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: UserRequest, specialist: Specialist, language: str) -> HttpResponse:
    """The texts in one language."""
    pages = {page.locale.language_code: page for page in review.own_pages(specialist)}
    if language not in text_languages(specialist):
        raise Http404
    page = pages.get(language)
    form = TextsForm(typed(request), language=language, page=page, specialist=specialist)
    if request.method == "POST" and _save_texts(request, form, specialist, language):
        return (
            see_other("specialist_profile_text", language)
            if more_wanted(request)
            else see_other("specialist_profile_texts")
        )
    review_status = review.review_status(specialist)
    asked = review_status.asked.field_comments if review_status.asked else {}
    context = {
        "specialist": specialist,
        "form": form,
        "language": language,
        "page_there": page,
        "others": len(pages) - (language in pages),
        "comment": asked.get(f"text.{language}", ""),
        **place_of("specialist_profile_texts"),
    }
    return render(
        request, "account/specialist/step_text.html", context, status=422 if request.method == "POST" else 200
    )


def more_wanted(request: HttpRequest) -> bool:
    """Whether the button was pressed that saves and stays, for more questions."""
    return request.POST.get("act") == "more"


def _save_texts(request: UserRequest, form: TextsForm, specialist: Specialist, language: str) -> bool:
    if not form.is_valid():
        return False
    try:
        services.save_texts(specialist=specialist, language=language, by=request.user, **form.texts())
    except ValidationError as error:
        form.text.add_error(None, error)
        return False
    except DirectoryError as error:
        form.text.add_error(None, str(error.sentence))
        return False
    specialist.refresh_from_db()
    tell_saved(request, request.POST.get("state", ""), specialist, is_proposed=False)
    return True


@own_profile
@require_POST
def remove_text(request: UserRequest, specialist: Specialist, language: str) -> HttpResponse:
    """Take the texts in one language away."""
    if not specialist.pages.filter(locale__language_code=language).exists():
        raise Http404
    try:
        services.remove_texts(specialist=specialist, language=language, by=request.user)
    except DirectoryError as error:
        messages.warning(request, str(error.sentence))
    else:
        messages.success(request, _("Your texts in this language are gone."))
    return see_other("specialist_profile_texts")


# --- Preview ------------------------------------------------------------------------------------------------------


@own_profile
@require_http_methods(["GET", "HEAD"])
def preview(request: UserRequest, specialist: Specialist) -> HttpResponse:
    """The page as clients will see it, in the language of the address; others' previews have no address at all."""
    pages = {page.locale.language_code: page for page in review.own_pages(specialist)}
    if not pages:
        messages.info(request, _("Write your texts first, then you can see your page."))
        return see_other("specialist_profile_texts")
    language = get_language() or ""
    if language not in pages:
        return _preview_in(next(iter(pages)))
    page: SpecialistPage = pages[language]
    page.specialist = specialist
    request.is_preview = True  # type: ignore[attr-defined]
    context = {**page.get_context(request), "codes": [code for code in pages if code != language]}
    if not specialist.is_approved:  # what is said once it is public; it is confirmed when it is sent in
        reachable = specialist.has_contact or specialist.offers_free_consultation
        context["is_accepting"] = specialist.is_accepting and reachable
    return unlisted(render(request, "account/specialist/preview.html", context))


def _preview_in(language: str) -> HttpResponse:
    with translation.override(language):
        return see_other("specialist_profile_preview")
