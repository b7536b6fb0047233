"""What a version of a page named and has been deleted since: Wagtail leaves it out of the editor without a word."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import ForeignKey, Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from modelcluster.models import get_all_child_relations
from wagtail.models import Page

from core.i18n.languages import join_words


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
    rows = [(model, content)]
    for relation in get_all_child_relations(model):
        children = content.get(relation.get_accessor_name()) or []
        rows += [(relation.related_model, child) for child in children]
    return list(dict.fromkeys(name for kind, row in rows for name in _dangling(kind, row)))


def _dangling(model: type[Model], row: dict[str, Any]) -> Iterator[str]:
    for field in model._meta.concrete_fields:
        # Wagtail's own, such as who made the page, aren't in the editor.
        if not isinstance(field, ForeignKey) or field.model._meta.app_label.startswith("wagtail"):
            continue
        key, target = row.get(field.name), field.remote_field.model
        if key and not field.remote_field.parent_link and not target._default_manager.filter(pk=key).exists():
            yield str(field.verbose_name)
