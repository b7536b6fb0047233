"""The directory and the specialists' pages."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, PagePermissionTester, Revision
from wagtail.search import index
from wagtail.url_routing import RouteResult
from wagtail_localize.fields import SynchronizedField

from core.blocks import StoredStreamBlock
from core.blocks.body import SHORT_TEXT_FEATURES, QuestionBlock
from core.fields import StreamField
from core.models import BasePage
from core.models.pages import Crumb
from core.page_cache.reading import reading
from core.page_tags import PAGE, PICTURE
from core.users import AnyUser
from directory.models.search import SearchText
from directory.models.specialists import Specialist
from directory.page_tags import PLACE, PORTRAIT, PROFESSION, SPECIALIST


class FaqStreamBlock(StoredStreamBlock):
    question = QuestionBlock(
        label=_("Question and answer"),
        icon="help",
        description=_("A question clients ask, with the specialist's answer."),
        template="blocks/question.html",
        preview_template="blocks/preview/question.html",
        preview_value={"question": "Do you work with couples?", "html": "<p>Yes, together and apart.</p>"},
    )


class SpecialistIndexPage(BasePage):
    """The directory of one language."""

    introduction = models.TextField(_("introduction"), max_length=400, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["directory.SpecialistPage"]
    max_count_per_parent = 1
    page_description = _("The directory of specialists. There is one in each language.")
    template = "pages/directory/specialist_index_page.html"

    class Meta:
        verbose_name = _("directory")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """A specialist without a page in this language is shown all the same, in their own words."""
        try:
            return super().route(request, path_components)
        except Http404:
            page = self.page_elsewhere(path_components)
            if page is None:
                raise
            here = Crumb.of(self.title, self.url_path, self.locale.language_code)
            page.routed_ancestors = [*(self.routed_ancestors or []), here]
            return page.route(request, [])

    def page_elsewhere(self, path_components: list[str]) -> "SpecialistPage | None":
        """The page that the directory shows for a slug that has none in this language."""
        if len(path_components) != 1 or not self.live:
            return None
        language = self.locale.language_code
        shown = SearchText.objects.filter(language=language, page__slug=path_components[0])
        texts = shown.select_related(
            "page__locale",
            "page__social_image",
            *(f"page__{name}" for name in SpecialistPage.routing_related),
        )
        with reading(found=[PAGE, PICTURE, *SpecialistPage.routing_kinds]):
            text = texts.first()
        if text is None:
            return None
        text.page.shown_in = language
        return text.page

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from directory.search.listing import listing  # which leans on the models of this package

        found = listing(request, language=self.locale.language_code, path=self.path_here)
        return {**super().get_context(request, *args, **kwargs), **found}


class SpecialistPageForm(WagtailAdminPageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:  # whose words these are never changes
            del self.fields["specialist"]


class ChosenOncePanel(FieldPanel):
    """Chosen when the page is made, and only read after that."""

    def get_bound_panel(self, instance: Any = None, **options: Any) -> FieldPanel.BoundPanel:
        if instance is None or not instance.pk or self.read_only:
            return super().get_bound_panel(instance=instance, **options)
        panel = FieldPanel(**{**self.clone_kwargs(), "read_only": True}).bind_to_model(self.model)
        return panel.get_bound_panel(instance=instance, **options)


def may_see_hidden(user: AnyUser) -> bool:
    """Whether `user` may know who has applied, pauses or is suspended: moderators and administrators."""
    return bool(user.has_perm("directory.view_specialist"))


class NeverCopied(PagePermissionTester):
    """A copy, or an alias in the same language, would be a second page of the same specialist.

    What the public doesn't see is nobody's to open but moderators' and the specialist's own.
    """

    def __init__(self, user: AnyUser, page: Any) -> None:
        super().__init__(user, page)
        if not self.is_shown and not user.is_superuser:
            self.permissions = set()

    @cached_property
    def is_shown(self) -> bool:
        """Whether the user may know of the specialist. A page that is being made has none yet."""
        if not self.page.specialist_id or not self.page.is_hidden:
            return True
        return may_see_hidden(self.user) or self.page.specialist.user_id == self.user.pk

    def can_edit(self) -> bool:
        return self.is_shown and super().can_edit()

    def can_publish(self) -> bool:
        """Texts are drafts until the check; approving it publishes them (services.checking)."""
        if self.page.specialist_id and not self.page.specialist.is_approved:
            return False
        return super().can_publish()

    def can_copy(self) -> bool:
        return False


class SpecialistPage(BasePage):
    """A specialist in their own words, in one language."""

    specialist = models.ForeignKey(
        "directory.Specialist", verbose_name=_("specialist"), on_delete=models.PROTECT, related_name="pages"
    )
    headline = models.CharField(
        _("headline"), max_length=140, help_text=_("What they help with, in one line.")
    )
    story = RichTextField(_("story"), features=SHORT_TEXT_FEATURES)
    approach = RichTextField(_("approach"), features=SHORT_TEXT_FEATURES, blank=True)
    faq = StreamField(FaqStreamBlock(), verbose_name=_("questions and answers"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        ChosenOncePanel("specialist"),
        FieldPanel("headline"),
        FieldPanel("story"),
        FieldPanel("approach"),
        FieldPanel("faq"),
    ]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        SynchronizedField("title", overridable=False),  # a person's name
        SynchronizedField("specialist", overridable=False),
    ]
    base_form_class = SpecialistPageForm
    parent_page_types = ["directory.SpecialistIndexPage"]
    subpage_types: list[str] = []
    page_description = _("One specialist's page, in their own words. The facts stand with the specialist.")
    template = "pages/directory/specialist_page.html"
    routing_related: ClassVar[tuple[str, ...]] = (
        "specialist__portrait",
        "specialist__profession",
        "specialist__place",
        "specialist__search_row",
    )
    routing_kinds = (SPECIALIST, PORTRAIT, PROFESSION, PLACE)
    search_fields = [
        *Page.search_fields,
        index.SearchField("headline"),
        index.SearchField("story"),
        index.SearchField("approach"),
    ]

    class Meta:
        verbose_name = _("specialist's page")
        verbose_name_plural = _("specialists' pages")

    def save(self, *args: Any, **options: Any) -> None:
        """As always; the title is the specialist's name, which was checked, whatever a draft says."""
        fields = options.get("update_fields")
        if self.specialist_id and (fields is None or "title" in fields):
            self.title = Specialist.objects.values_list("name", flat=True).get(pk=self.specialist_id)
        super().save(*args, **options)

    def publish(self, revision: Revision, *args: Any, **options: Any) -> None:
        """As always, together with the rows that the directory searches (directory.signals)."""
        with transaction.atomic():
            self._lock_specialists(revision.content["specialist"])  # an editor may have put another one there
            super().publish(revision, *args, **options)

    def unpublish(self, *args: Any, **options: Any) -> None:
        """As always, together with the rows that the directory searches (directory.signals)."""
        with transaction.atomic():
            self._lock_specialists()
            super().unpublish(*args, **options)

    def _lock_specialists(self, *more: int) -> None:
        """Before the page, as services do that write a specialist's texts: the rows are written at the end."""
        from directory.index.locks import lock

        lock({self.specialist_id, *more})

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """As always; a page that isn't published gives way to the one that the directory shows instead of it."""
        if self.live or path_components:
            return super().route(request, path_components)
        with reading(PAGE(self.pk), found=[PAGE]):
            parent = SpecialistIndexPage.objects.parent_of(self).select_related("locale").first()
        page = parent.page_elsewhere([self.slug]) if parent else None
        if page is None:
            raise Http404
        page.routed_ancestors = self.routed_ancestors
        return page.route(request, [])

    # The language of the directory that shows the page where it has no translation, with the facts localised.
    shown_in: str = ""

    @property
    def read_in(self) -> str:
        """The language of everything around the specialist's own words."""
        return self.shown_in or self.locale.language_code

    @property
    def is_hidden(self) -> bool:
        with reading(found=[SPECIALIST]):
            return not self.specialist.is_public

    @classmethod
    def hidden(cls) -> models.QuerySet:
        return cls.objects.exclude(specialist__in=Specialist.objects.published())

    def permissions_for_user(self, user: AnyUser) -> PagePermissionTester:
        return NeverCopied(user, self)

    def clean(self) -> None:
        """One page a specialist and language, which no constraint can say: the locale is a column of Wagtail's table.

        Neither changes once there is a page, so this asks new ones only. Whatever has come about beside it keeps
        nobody from writing (services.texts): the page that is first in the tree is theirs.
        """
        super().clean()
        if self.pk or not self.specialist_id:
            return
        if SpecialistPage.objects.filter(specialist=self.specialist_id, locale=self.locale_id).exists():
            raise ValidationError({"specialist": _("This specialist has a page in this language already.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from directory.profile.page import profile

        return {**super().get_context(request, *args, **kwargs), **profile(self.specialist, self.read_in)}

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Count the view, beside the page rather than in it."""
        from directory.profile.visits import count_view

        response = super().serve(request, *args, **kwargs)
        count_view(request, response, self.specialist)
        return response
