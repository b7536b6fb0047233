"""The directory's screens in the CMS."""

from typing import Any

import django_filters  # type: ignore[import-untyped]
from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from accounts.roles import CHANGE_USERS
from core.merging.views import MergeMixin
from core.viewsets import TERM_COLUMNS, OnlyScreens
from directory import index, services
from directory.checking import worklists
from directory.forms import SpecialistForm
from directory.models import ClientGroup, Method, Place, Profession, ProfileReport, Specialist
from directory.policies import not_shown_to
from directory.views import checking, reports
from moderation.viewsets.reports import REPORT_COLUMNS, ReportViewSet


class SpecialistFilterSet(WagtailFilterSet):
    """By state and facts; and the operators' lists."""

    needs = django_filters.ChoiceFilter(
        label=_("Needs a look"),
        method="filter_needs",
        choices=worklists.CHOICES,
    )

    # By the slug, which is the same in every language: records point at the source language's terms alone.
    profession = django_filters.ChoiceFilter(
        label=_("Profession"),
        field_name="profession__slug",
        choices=lambda: sorted(Profession.names(get_language() or "").items(), key=lambda one: one[1]),
    )

    class Meta:
        model = Specialist
        fields = ["state", "offers_free_consultation", "profession"]

    def filter_needs(self, found: QuerySet[Specialist], name: str, value: str) -> QuerySet[Specialist]:
        return found.filter(pk__in=worklists.needing(value).values("pk"))


class SpecialistIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Specialist]:
        found: QuerySet[Specialist] = super().get_base_queryset()
        return found.select_related("profession")

    def get_list_more_buttons(self, instance: Specialist) -> list[Any]:
        check = Button(
            _("Check"), url=reverse("specialists:check", args=[instance.pk]), icon_name="check", priority=5
        )
        return [check, *super().get_list_more_buttons(instance)]


class AddSpecialistView(generic.CreateView):
    """For those who have no account yet. It begins as a draft, like everybody's."""

    def save_instance(self) -> Any:
        specialist = super().save_instance()
        index.rebuild([specialist.pk])
        return specialist


class EditSpecialistView(generic.EditView):
    """A moderator changes the facts directly, of what is checked too; the state changes on the check page alone."""

    class Refused(Exception):
        """Somebody has changed the record since the form was found valid."""

    def form_valid(self, form: Any) -> Any:
        try:
            return super().form_valid(form)
        except self.Refused:
            return self.form_invalid(self.form)

    def save_instance(self) -> Any:
        """Look at the form once more when nobody else can change the record any longer, and save what it changes."""
        save = super().save_instance

        def save_form() -> Any:
            self.object = self.get_object()
            self.form = self.get_form()
            if not self.is_valid(self.form):
                raise self.Refused
            return save()

        return services.correct(specialist=self.form.instance, by=self.request.user, save=save_form)

    @property
    def header_buttons(self) -> list[Any]:
        url = reverse("specialists:check", args=[self.object.pk])
        return [*super().header_buttons, HeaderButton(_("Check"), url=url, icon_name="check")]


class RememberingTabs(TabbedInterface):
    """With the values as they are shown, in hidden fields: Wagtail's panels leave out what Django adds for them."""

    class BoundPanel(TabbedInterface.BoundPanel):
        def render_missing_fields(self) -> SafeString:
            shown = [
                bound.as_hidden(only_initial=True) for bound in self.form if bound.field.show_hidden_initial
            ]
            return format_html("{}{}", super().render_missing_fields(), SafeString("".join(shown)))


class SpecialistViewSet(ModelViewSet):
    """The checked facts about specialists. A record, not a snippet: it is never translated or offered in choosers."""

    model = Specialist
    icon = "group"
    menu_label = _("Specialists")
    menu_order = 310
    add_to_admin_menu = True
    list_display = [
        TitleColumn("name", label=_("Name"), get_url=lambda one: reverse("specialists:edit", args=[one.pk])),
        Column("profession.name_here", label=_("Profession"), sort_key="profession", classname="wide-only"),
        Column("get_state_display", label=_("State"), sort_key="state"),
        Column("checked_on", label=capfirst(_("checked on")), sort_key="checked_on", classname="wide-only"),
        Column(
            "offers_free_consultation",
            label=_("Free consultation"),
            accessor=lambda one: _("Yes") if one.offers_free_consultation else _("No"),
            sort_key="offers_free_consultation",
            classname="wide-only",
        ),
    ]
    filterset_class = SpecialistFilterSet
    search_fields = ["name", "credential_number"]
    copy_view_enabled = False
    index_view_class = SpecialistIndexView
    add_view_class = AddSpecialistView
    edit_view_class = EditSpecialistView
    edit_handler = RememberingTabs(
        [
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("name"), FieldPanel("slug", read_only=True)]),
                    FieldRowPanel([FieldPanel("gender"), FieldPanel("state", read_only=True)]),
                    FieldPanel("new_portrait"),
                    FieldPanel("user", permission=CHANGE_USERS),
                ],
                heading=_("Who"),
            ),
            ObjectList(
                [
                    FieldPanel("profession", widget=forms.Select),
                    FieldRowPanel([FieldPanel("credential_country"), FieldPanel("credential_register")]),
                    FieldRowPanel([FieldPanel("credential_number"), FieldPanel("credential_url")]),
                    FieldPanel("can_prescribe"),
                    FieldRowPanel([FieldPanel("practice_url"), FieldPanel("practice_phone")]),
                    FieldRowPanel(
                        [FieldPanel("checked_on", read_only=True), FieldPanel("checked_by", read_only=True)]
                    ),
                ],
                heading=_("What is checked"),
            ),
            ObjectList(
                [
                    FieldPanel("session_languages"),
                    FieldPanel("topics"),
                    FieldPanel("methods"),
                    FieldPanel("client_groups"),
                    FieldRowPanel([FieldPanel("is_online"), FieldPanel("place", widget=forms.Select)]),
                    MultiFieldPanel(
                        [
                            FieldRowPanel([FieldPanel("price_min"), FieldPanel("price_max")]),
                            FieldPanel("currency"),
                        ],
                        _("Price"),
                    ),
                    FieldPanel("practising_since"),
                ],
                heading=_("Practice"),
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("is_accepting"), FieldPanel("accepting_confirmed_on")]),
                    FieldPanel("offers_free_consultation"),
                ],
                heading=_("Availability"),
            ),
        ],
        base_form_class=SpecialistForm,
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("queue/", checking.queue, name="queue"),
            path("changed/", checking.changed, name="changed"),
            path("check/<int:pk>/", checking.check, name="check"),
        ]


class SearchForm(BaseFilterForm):
    """Specialists are searched by their names in the database: they aren't in Wagtail's search index."""

    q = forms.CharField(
        label=_("Search"), widget=forms.TextInput(attrs={"placeholder": _("Search")}), required=False
    )

    def filter(self, objects: QuerySet[Specialist]) -> QuerySet[Specialist]:
        query = self.cleaned_data["q"].strip()
        self.is_searching, self.search_query = bool(query), query
        return objects.filter(name__icontains=query) if query else objects


class OnlyKnown:
    """Wagtail's choosers ask nobody for rights: those who are no moderators choose among public specialists."""

    def get_object_list(self) -> QuerySet[Specialist]:
        found: QuerySet[Specialist] = super().get_object_list()  # type: ignore[misc]
        return found.exclude(pk__in=not_shown_to(self.request.user).order_by().values("pk"))  # type: ignore[attr-defined]


class ChooseSpecialistView(OnlyKnown, chooser.ChooseView):
    filter_form_class = SearchForm


class ChooseSpecialistResultsView(OnlyKnown, chooser.ChooseResultsView):
    filter_form_class = SearchForm


class ChosenSpecialistView(chooser.ChosenView):
    def get_object(self, pk: Any) -> Specialist:
        if not_shown_to(self.request.user).filter(pk=pk).exists():
            raise Http404
        found: Specialist = super().get_object(pk)
        return found


class SpecialistChooserViewSet(OnlyScreens, ChooserViewSet):
    """Where a page or hours are made for somebody: a list of everybody to choose from would be too long.

    One is chosen at a time, and made elsewhere.
    """

    screens = ("choose", "choose_results", "chosen")

    model = Specialist
    icon = "group"
    choose_one_text = _("Choose")
    choose_view_class = ChooseSpecialistView
    choose_results_view_class = ChooseSpecialistResultsView
    chosen_view_class = ChosenSpecialistView


class ReportIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[ProfileReport]:
        found: QuerySet[ProfileReport] = super().get_base_queryset()
        return found.select_related("specialist")


class ProfileReportViewSet(ReportViewSet):
    """What visitors report about profiles."""

    model = ProfileReport
    list_display = [
        TitleColumn("specialist", label=_("Specialist"), get_url=lambda one: one.cms_url),
        *REPORT_COLUMNS,
    ]
    index_view_class = ReportIndexView
    report_view = staticmethod(reports.report)


class ProfessionViewSet(SnippetViewSet):
    model = Profession
    icon = "tag"
    list_display = TERM_COLUMNS


class MethodViewSet(SnippetViewSet):
    model = Method
    icon = "tag"
    list_display = TERM_COLUMNS


class ClientGroupViewSet(SnippetViewSet):
    model = ClientGroup
    icon = "tag"
    list_display = TERM_COLUMNS


class PlaceViewSet(MergeMixin, SnippetViewSet):
    model = Place
    icon = "site"
    list_display = TERM_COLUMNS


class TaxonomyGroup(SnippetViewSetGroup):
    """What specialists are described by, together in one menu."""

    items = (ProfessionViewSet, MethodViewSet, ClientGroupViewSet, PlaceViewSet)
    menu_label = _("Taxonomies")
    menu_icon = "tag"
    menu_order = 330
