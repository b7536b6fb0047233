"""What a version of a page named and has been deleted since: Wagtail leaves it out of the editor without a word."""

from functools import cache
from typing import Any

from django.contrib import messages
from django.db.models import ForeignKey, Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalKey
from wagtail.models import Page

from core.i18n.languages import join_words
from core.references import dangling, with_children


def warn_of_gone(request: HttpRequest, page: Page) -> None:
    """For `before_edit_page`: say above the editor what is missing in the version that it opens."""
    if request.method != "GET":
        return
    number = request.resolver_match.kwargs.get("revision_id") if request.resolver_match else None
    version = page.revisions.filter(pk=number).first() if number else page.latest_revision
    if version is not None and (names := gone(page.specific_class, version.content)):
        messages.warning(
            request,
            _("This version named something that has been deleted since: %(names)s. It is missing below.")
            % {"names": join_words(names)},
        )


def gone(model: type[Model], content: dict[str, Any]) -> list[str]:
    """The names of the fields of `content`, a page's stored version, that point at nothing any more; each once."""
    lost = dangling(with_children(model, content), shown, lambda target: target._default_manager.all())
    return list(dict.fromkeys(str(field.verbose_name) for fields in lost for field in fields))


@cache
def shown(model: type[Model]) -> list[ForeignKey]:
    """The foreign keys of a model that its editor shows.

    None of Wagtail's own, such as who made the page, nor the page that a child belongs to.
    """
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey)
        and not field.model._meta.app_label.startswith("wagtail")
        and not isinstance(field, ParentalKey)
        and not field.remote_field.parent_link
    ]
