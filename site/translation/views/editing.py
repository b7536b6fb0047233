"""What is done to one translation: taking a PO file, ending it, showing the original in its place."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.views.pages.utils import get_valid_next_url_from_request
from wagtail.models import Page
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.views import convert, edit_translation

from core.users import UserRequest
from translation import pofiles
from translation.restart import stopped, take_over
from translation.state import sentence_about, shortcomings
from translation.views.access import gone


@require_POST
def upload_pofile(request: UserRequest, translation_id: int) -> HttpResponseBase:
    """Takes what may be taken of a PO file, and says what wasn't and why."""
    translation = get_object_or_404(
        Translation.objects.select_related("source", "target_locale"), pk=translation_id
    )
    target = translation.get_target_instance()
    if not edit_translation.user_can_edit_instance(request.user, target):
        raise PermissionDenied
    try:
        outcome = pofiles.take(pofiles.read(request.FILES.get("file")), translation, user=request.user)
    except pofiles.UnusableFileError as error:
        messages.error(request, str(error))
    else:
        first, *others = pofiles.sentences(outcome)
        (messages.success if outcome.taken else messages.warning)(request, first)
        for sentence in others:
            messages.warning(request, sentence)
    return redirect(get_valid_next_url_from_request(request) or translation.get_target_instance_edit_url())


def stop_translation(request: HttpRequest, translation_id: int) -> HttpResponseBase:
    """Upstream's, for complete translations: an incomplete one that is stopped could be published in English."""
    translation = get_object_or_404(Translation, pk=translation_id)
    if request.method == "POST" and (missing := shortcomings(translation)):
        messages.error(request, sentence_about(missing))
        return redirect(translation.get_target_instance_edit_url())
    return edit_translation.stop_translation(request, translation_id)


def convert_to_alias(request: UserRequest, page_id: int) -> HttpResponseBase:
    """Upstream's, which publishes the original in place of the translation, for those who may publish."""
    page = get_object_or_404(Page, pk=page_id)
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    source = TranslationSource.objects.filter(
        object_id=page.translation_key, translations__target_locale=page.locale_id
    ).first()
    if request.method == "POST" and source is not None and page.alias_of_id is None:
        if (
            translation := stopped(page)
        ) is not None:  # written by hand: it is there when it is translated again
            take_over(page.specific, translation, user=request.user)
        try:
            # The page shows the original from now on, so it is as private.
            source.sync_view_restrictions(source.get_source_instance(), page)
        except ObjectDoesNotExist:
            return gone(request, _("The original has been deleted. Nothing was changed."))
    return convert.convert_to_alias(request, page_id)
