"""Changes to wagtail-localize itself, where it has no hook. Each has a test that fails when it isn't needed any more.

Everything that wagtail-localize writes into a page or snippet goes through `Translation.save_target`, whatever
screen it starts on, so that is where nothing incomplete gets through.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models.signals import post_save
from django.utils.translation import gettext as _
from wagtail.blocks import URLBlock
from wagtail.models import DraftStateMixin, Page, PageViewRestriction
from wagtail_localize import operations
from wagtail_localize.models import (
    SegmentOverride,
    SourceDeletedError,
    StringTranslation,
    Translation,
    TranslationSource,
    post_save_string_translation,
)

from core.users import User
from translation.checks import faults, plain, unsafe_address
from translation.state import (
    IncompleteError,
    block_at,
    is_gone,
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
    @transaction.atomic
    def save_target(self: Translation, user: User | None = None, publish: bool = True) -> None:
        Translation.objects.select_for_update(of=("self",)).get(pk=self.pk)  # one at a time
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
        try:
            upstream(self, user=user, publish=publish)
        except (SourceDeletedError, ObjectDoesNotExist) as error:
            raise IncompleteError(
                _("The original, or something that it needs, has been deleted. Nothing was changed.")
            ) from error
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


RANKS = (
    None,
    PageViewRestriction.LOGIN,
    PageViewRestriction.PASSWORD,
    PageViewRestriction.GROUPS,
)


def guard_restrictions(upstream: Callable[..., None]) -> Callable[..., None]:
    """`TranslationSource.sync_view_restrictions` that only ever closes a translation, never opens it.

    Upstream deletes a restriction that stands on the translation alone, and doesn't see one that the original has
    from a page above it.
    """

    @wraps(upstream)
    def sync_view_restrictions(self: TranslationSource, original: Any, translation_page: Any) -> None:
        if not isinstance(original, Page) or not isinstance(translation_page, Page):
            upstream(self, original, translation_page)
            return
        page = Page.objects.get(pk=original.pk)  # `original` may be a version of it
        original_restriction = max(page.get_view_restrictions(), key=rank, default=None)
        ours = max(Page.objects.get(pk=translation_page.pk).get_view_restrictions(), key=rank, default=None)
        if original_restriction is None or rank(ours) > rank(original_restriction):
            return
        groups = set(original_restriction.groups.all())
        if (
            ours is not None
            and rank(ours) == rank(original_restriction)
            and not groups < set(ours.groups.all())
        ):
            return
        restriction, _made = PageViewRestriction.objects.update_or_create(
            page_id=translation_page.pk,
            defaults={
                "restriction_type": original_restriction.restriction_type,
                "password": original_restriction.password,
            },
        )
        restriction.groups.set(groups)

    return sync_view_restrictions


def rank(restriction: PageViewRestriction | None) -> int:
    """How closed a page is."""
    return RANKS.index(restriction.restriction_type if restriction else None)


def guard_creator(upstream: Callable[..., None]) -> Callable[..., None]:
    """`TranslationCreator.create_translations` that leaves alone what stands on its own in a language.

    Whoever submits a page submits what it needs, too: upstream starts a stopped translation of it again, or puts a
    hand-made one under the original, and the next publication overwrites its text.
    """

    @wraps(upstream)
    def create_translations(self: Any, instance: Any, *args: Any, **kwargs: Any) -> None:
        wanted = self.target_locales
        self.target_locales = [locale for locale in wanted if not stands_alone(instance, locale)]
        try:
            upstream(self, instance, *args, **kwargs)
        finally:
            self.target_locales = wanted

    return create_translations


def stands_alone(instance: Any, locale: Any) -> bool:
    """Whether `instance` has a text in this language that no translation of it governs."""
    there = type(instance)._base_manager.filter(translation_key=instance.translation_key, locale_id=locale.pk)
    if isinstance(instance, Page):
        there = there.filter(alias_of__isnull=True)
    governed = Translation.objects.filter(
        source__object_id=instance.translation_key, target_locale_id=locale.pk, enabled=True
    )
    return there.exists() and not governed.exists()


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
    sentences = faults(instance.translation_of.data, instance.data, **limits)
    if sentences:
        instance.has_error, instance.field_error = True, " ".join(sentences)
        StringTranslation.objects.filter(pk=instance.pk).update(
            has_error=True, field_error=instance.field_error
        )


def check_override(
    instance: SegmentOverride, raw: bool = False, update_fields: Any = None, **_kwargs: Any
) -> None:
    """Mark an address that could run a script, or a choice of what isn't there, as wrong: upstream takes any text."""
    if raw or (update_fields and "data_json" not in update_fields):
        return
    if instance.context is None or not isinstance(instance.data, str):
        return
    sentence = ""
    source = instance.context.object.sources.select_related("specific_content_type").first()
    if holds_address(instance) and unsafe_address(instance.data):
        sentence = _("This is not an address that a link can lead to.")
    elif source is not None and is_gone(source.specific_content_type.model_class(), instance):
        sentence = _("What was chosen here for your language has been deleted: choose again, or revert.")
    if sentence != instance.field_error or bool(sentence) != instance.has_error:
        instance.has_error, instance.field_error = bool(sentence), sentence
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
    model = source.specific_content_type.model_class()
    return isinstance(block_at(model, override.context.field_path), URLBlock)


def apply() -> None:
    """Put all of the above in place, once, when the app starts."""
    if getattr(Translation, "guarded", False):
        return
    # They need the models to be ready.
    from wagtail_localize.views import edit_translation

    from translation import strings

    Translation.guarded = True
    Translation.save_target = guard_save_target(Translation.save_target)
    Translation.get_status_display = guard_status(Translation.get_status_display)
    TranslationSource.sync_view_restrictions = guard_restrictions(TranslationSource.sync_view_restrictions)
    operations.TranslationCreator.create_translations = guard_creator(
        operations.TranslationCreator.create_translations
    )
    edit_translation.reverse = strings.reverse
    connect()


def connect() -> None:
    """Connect our receivers, and ours in place of upstream's."""
    post_save.disconnect(post_save_string_translation, sender=StringTranslation)
    post_save.connect(follow_title, sender=StringTranslation, dispatch_uid="follow_title")
    post_save.connect(check_string, sender=StringTranslation, dispatch_uid="check_string")
    post_save.connect(check_override, sender=SegmentOverride, dispatch_uid="check_override")
