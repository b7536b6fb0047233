"""Changes to wagtail-localize itself, where it has no hook. Each has a test that fails when it isn't needed any more.

Everything that wagtail-localize writes into a page or snippet goes through `Translation.save_target`, whatever
screen it starts on, so that is where nothing incomplete gets through.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models.signals import post_save
from django.utils.translation import gettext as _
from wagtail.blocks import URLBlock
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, Page
from wagtail_localize.models import (
    SegmentOverride,
    StringTranslation,
    Translation,
    post_save_string_translation,
)

from core.translation.checks import faults, plain, unsafe_address
from core.translation.state import (
    IncompleteError,
    is_outdated,
    limits_of,
    sentence_about,
    shortcomings,
)

TITLE = Page._meta.get_field("title").max_length or 255


def guard_save_target(upstream: Callable[..., None]) -> Callable[..., None]:
    """`Translation.save_target` that never puts the source language in a published place.

    Upstream falls back to the source for every string without a translation, also in what is published
    (wagtail-localize issue 502). Drafts may: that is what translators start from. A snippet that is new in a
    language may as well, since it cannot be a draft and its page needs it; an existing one keeps what it says.
    Raises IncompleteError.
    """

    @wraps(upstream)
    def save_target(self: Translation, user: Any = None, publish: bool = True) -> None:
        model = self.source.specific_content_type.model_class()
        target = model.objects.filter(
            translation_key=self.source.object_id, locale_id=self.target_locale_id
        ).first()
        can_be_draft = issubclass(model, DraftStateMixin)
        alias = target is not None and getattr(target, "alias_of_id", None) is not None
        public = target is not None and not alias and (not can_be_draft or target.live)
        if public or (publish and can_be_draft):
            missing = shortcomings(self)
            if missing:
                raise IncompleteError(sentence_about(missing))
        if public and can_be_draft and not publish:  # upstream would write the live row
            raise IncompleteError(_("This translation is published: publish it again to change it."))
        upstream(self, user=user, publish=publish)
        if alias and not publish and target is not None:
            # It showed the original and said so; now it claims to be a translation, and isn't one yet.
            target.specific_class.objects.get(pk=target.pk).unpublish(user=user)

    return save_target


def guard_status(upstream: Callable[[Translation], str]) -> Callable[[Translation], str]:
    """`Translation.get_status_display` that knows when the original has changed (wagtail-localize issue 832)."""

    @wraps(upstream)
    def get_status_display(self: Translation) -> str:
        if is_outdated(self):
            return _("Outdated: the original has changed")
        return upstream(self)

    return get_status_display


def follow_title(instance: StringTranslation, **_kwargs: Any) -> None:
    """Upstream's receiver, with a title that fits: it fails with a database error on 256 characters."""
    if instance.context and instance.context.path == "title":
        Page.objects.filter(translation_key=instance.context.object_id, locale_id=instance.locale_id).update(
            draft_title=plain(instance.data)[:TITLE]
        )


def check_string(instance: StringTranslation, raw: bool = False, **_kwargs: Any) -> None:
    """Mark a string that fails our checks as wrong, whoever saved it: the editor, a file, a machine."""
    if raw or instance.has_error or instance.context is None:
        return
    source = instance.context.object.sources.select_related("specific_content_type").first()
    model = source.specific_content_type.model_class() if source else None
    limits = limits_of(model, instance.context.field_path) if model else {}
    found = faults(instance.translation_of.data, instance.data, **limits)
    if found:
        instance.has_error, instance.field_error = True, " ".join(found)
        StringTranslation.objects.filter(pk=instance.pk).update(
            has_error=True, field_error=instance.field_error
        )


def check_override(
    instance: SegmentOverride, raw: bool = False, update_fields: Any = None, **_kwargs: Any
) -> None:
    """Mark an address that could run a script as wrong: upstream takes any text for a link's address."""
    if raw or (update_fields and "data_json" not in update_fields):
        return
    if instance.context is None or not isinstance(instance.data, str):
        return
    wrong = holds_address(instance) and unsafe_address(instance.data)
    if wrong != instance.has_error:
        instance.has_error = wrong
        instance.field_error = _("This is not an address that a link can lead to.") if wrong else ""
        SegmentOverride.objects.filter(pk=instance.pk).update(
            has_error=instance.has_error, field_error=instance.field_error
        )


def holds_address(override: SegmentOverride) -> bool:
    """Whether an override stands for a link of a rich text (its path ends with the quoted address) or a URL block."""
    if override.context.path.endswith("'"):
        return True
    source = override.context.object.sources.select_related("specific_content_type").first()
    if source is None:
        return False
    name, *rest = override.context.field_path.split(".")
    block: Any = source.specific_content_type.model_class()._meta.get_field(name)
    if not isinstance(block, StreamField):
        return False
    block = block.stream_block
    for part in rest:
        block = getattr(block, "child_block", None) or block.child_blocks[part]
    return isinstance(block, URLBlock)


def apply() -> None:
    """Put all of the above in place, once, when the app starts."""
    if getattr(Translation, "guarded", False):
        return
    Translation.guarded = True
    Translation.save_target = guard_save_target(Translation.save_target)
    Translation.get_status_display = guard_status(Translation.get_status_display)
    connect()


def connect() -> None:
    """Connect our receivers, and ours in place of upstream's."""
    post_save.disconnect(post_save_string_translation, sender=StringTranslation)
    post_save.connect(follow_title, sender=StringTranslation, dispatch_uid="follow_title")
    post_save.connect(check_string, sender=StringTranslation, dispatch_uid="check_string")
    post_save.connect(check_override, sender=SegmentOverride, dispatch_uid="check_override")
