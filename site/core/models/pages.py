"""What every page of the site has."""

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Concat
from django.http import Http404, HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.models import get_all_child_relations
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageViewRestriction, Revision, get_page_models
from wagtail.url_routing import RouteResult
from wagtail_localize.fields import SynchronizedField

from core.page_cache.process import cache as page_cache
from core.page_cache.reading import may_be_kept, reading
from core.page_cache.tags import Kind
from core.page_tags import PAGE, PICTURE, RESTRICTION
from core.references import dangling, with_children
from core.users import User
from core.workflows.publishing import may_publish


@dataclass(frozen=True)
class Crumb:
    """A page as the breadcrumbs name it."""

    title: str  # empty for the front page, which is called so in every language
    url: str

    @classmethod
    def of(cls, title: str, url_path: str, language: str) -> "Crumb":
        below_home = url_path.split("/", 2)[2]
        return cls(title if below_home else "", f"/{language}/{below_home}")


class BasePage(Page):
    """A page in one language. Its slug is the same in every language, so addresses are never transliterated."""

    social_image = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        verbose_name=_("social image"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown where somebody shares the page. 1200 × 630 pixels are best."),
    )

    # Foreign keys that are read with the page itself, and the kinds of what they lead to.
    routing_related: ClassVar[tuple[str, ...]] = ()
    routing_kinds: ClassVar[tuple[Kind, ...]] = ()

    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("slug"),
                FieldPanel("seo_title"),
                FieldPanel("search_description"),
                FieldPanel("social_image"),
            ],
            _("For search engines and sharing"),
        ),
        MultiFieldPanel([FieldPanel("show_in_menus")], _("In menus")),
    ]
    override_translatable_fields = [SynchronizedField("slug", overridable=False)]

    class Meta:
        abstract = True

    @classmethod
    def from_serializable_data(cls, data: Any, check_fks: bool = True, strict_fks: bool = False) -> Any:
        """As always, also where a version names somebody or something that has been deleted since.

        Upstream drops or empties what may be deleted with its target, and raises Exception for what is protected:
        only what is on a page protects, not what was in an older version of it or is in a draft.
        """
        return super().from_serializable_data(
            without_deleted(cls, data) if check_fks else data, check_fks, strict_fks
        )

    def publish(self, revision: Revision, user: User | None = None, **options: Any) -> None:
        """Publish `revision`, unless something is against it, such as that a translation isn't complete."""
        if may_publish(self, revision, user):
            super().publish(revision, user=user, **options)

    @property
    def is_hidden(self) -> bool:
        """Whether readers may not see this page though it is published."""
        return False

    @classmethod
    def hidden(cls) -> models.QuerySet | None:
        """The pages of this type that `is_hidden`; None if there can't be any."""
        return None

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find the page for what is left of the path, here or below. Raises Http404."""
        if self.is_hidden:
            raise Http404
        return super().route(request, path_components)

    @cached_property
    def written_in(self) -> str:
        """The language code of the text really on the page: an alias shows its source's."""
        with reading(found=[PAGE]):
            return (self.alias_of.locale if self.alias_of_id else self.locale).language_code

    @cached_property
    def written_direction(self) -> str:
        """`rtl` or `ltr`, of the text really on the page."""
        return "rtl" if get_language_info(self.written_in)["bidi"] else "ltr"

    def get_view_restrictions(self) -> Any:
        """As Wagtail's, without a query where nothing is private."""
        # Never for some minutes: what is private is so at once, in all processes.
        if not page_cache.remembered("restricted", read_restricted):
            return nothing_private()
        with reading(RESTRICTION, found=[PAGE]):
            restrictions = super().get_view_restrictions()
            len(restrictions)  # read here
        return restrictions

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """As always. The page is the same for everybody who isn't logged in."""
        may_be_kept()
        return super().serve(request, *args, **kwargs)

    # Set by core.routing, which finds the pages above along with this one.
    routed_ancestors: list[Crumb] | None = None

    @cached_property
    def breadcrumbs(self) -> list[dict[str, str]]:
        """Title and address of the pages from the front page down to this one. No query after routing, else 1."""
        above = self.routed_ancestors
        if above is None:
            pages = self.get_ancestors().filter(depth__gt=1).select_related("locale").defer_streamfields()
            above = [Crumb.of(page.title, page.url_path, page.locale.language_code) for page in pages]
        trail = [{"title": crumb.title or gettext("Home"), "url": crumb.url} for crumb in above]
        return [*trail, {"title": self.title, "url": path_of(self)}]

    @property
    def picture_for_sharing(self) -> Any:
        """The picture that goes with the page where somebody shares it: its own for that, else the one it shows."""
        with reading(found=[PICTURE]):
            return self.social_image or getattr(self, "picture", None)

    @property
    def path_here(self) -> str:
        """The address of the page without the site: no query."""
        return path_of(self)

    @property
    def full_address(self) -> str:
        return settings.SITE_URL + path_of(self)

    def structured_data(self) -> list[dict[str, Any]]:
        """schema.org objects about this page, as Python data; the template prints them as JSON-LD."""
        trail = [
            {
                "@type": "ListItem",
                "position": number,
                "name": crumb["title"],
                "item": settings.SITE_URL + crumb["url"],
            }
            for number, crumb in enumerate(self.breadcrumbs, start=1)
        ]
        return [{"@type": "BreadcrumbList", "itemListElement": trail}] if len(trail) > 1 else []


@cache
def nothing_private() -> Any:
    """No restrictions, looked through already: an empty QuerySet costs as much as one that has something to ask."""
    nothing = PageViewRestriction.objects.none()
    len(nothing)
    return nothing


def read_restricted() -> list[int]:
    """The numbers of the pages that somebody has made private. 1 query."""
    with reading(RESTRICTION):
        return list(PageViewRestriction.objects.values_list("page_id", flat=True))


def without_deleted(model: type[Page], data: dict[str, Any]) -> dict[str, Any]:
    """The content of a version of a page, without the rows that lean on something protected that is gone.

    Of the page itself, such a field is what it is on the page now. 1 query where nothing is gone.
    """
    rows = list(with_children(model, data))
    lost = dangling(rows, protected, lambda target: target._base_manager.all())
    cleaned = dict(data)
    if not any(lost):
        return cleaned
    for field in lost[0]:
        cleaned[field.name] = (
            model._base_manager.filter(pk=data["pk"]).values_list(field.name, flat=True).first()
        )
    broken = {id(row) for (_model, row), fields in zip(rows, lost, strict=True) if fields}
    for relation in get_all_child_relations(model):
        accessor = relation.get_accessor_name()
        if accessor in cleaned:
            cleaned[accessor] = [row for row in cleaned[accessor] or [] if id(row) not in broken]
    return cleaned


@cache
def protected(model: type[models.Model]) -> list[models.ForeignKey]:
    """The foreign keys of a model whose targets can't be deleted as long as a row has them."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete in (models.PROTECT, models.RESTRICT)
    ]


class LikeAny(Func):
    """Whether the first argument is LIKE any pattern of the second, an array."""

    template = "(%(expressions)s))"
    arg_joiner = " LIKE ANY ("
    output_field = models.BooleanField()


def unrestricted(pages: Any) -> Any:
    """The pages of a QuerySet that nothing above them keeps private: Wagtail's `.public()` without its query.

    The restrictions are read once for the whole query, as an array. Written as a join or an EXISTS, PostgreSQL would
    compare all pages with them before it takes the first one.
    """
    return pages.exclude(is_restricted())


def is_restricted() -> LikeAny:
    """Whether something keeps a page private, for a QuerySet of pages: itself or one above."""
    # A path has digits and capital letters alone, so nothing in it has to be escaped.
    below = PageViewRestriction.objects.values(below=Concat("page__path", Value("%")))
    return LikeAny("path", ArraySubquery(below))


def hidden_keys() -> Any:
    """The translation keys of all pages that readers may not see though they are published, as a subquery."""
    keys = [
        hidden.order_by().values("translation_key")
        for model in get_page_models()
        if issubclass(model, BasePage) and (hidden := model.hidden()) is not None
    ]
    return keys[0].union(*keys[1:]) if keys else []


def without_hidden(pages: Any) -> Any:
    """The pages of a QuerySet without those that are hidden, in whatever language."""
    return pages.exclude(translation_key__in=hidden_keys())


def path_of(page: Page) -> str:
    """The path of a page: `/<language>/` and its address under that language's front page. 1 query without `locale`.

    Wagtail's own `url` asks for the site each time; there is one site here.
    """
    return path_in(page.locale.language_code, page.url_path)


def path_in(language: str, url_path: str) -> str:
    """The path of the page in `language` whose place in the tree is `url_path`."""
    return f"/{language}/{url_path.split('/', 2)[2]}"
