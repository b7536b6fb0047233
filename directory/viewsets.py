"""The directory's screens in the CMS."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from accounts.roles import CHANGE_USERS
from directory import seams
from directory.forms import SpecialistForm
from directory.models import ClientGroup, Method, Place, Profession, Specialist


class EditSpecialistView(generic.EditView):
    def save_instance(self) -> Any:
        return seams.edit_specialist(specialist_id=self.form.instance.pk, save=super().save_instance)


class SpecialistViewSet(ModelViewSet):
    """The checked facts about specialists. A record, not a snippet: it is never translated or offered in choosers."""

    model = Specialist
    icon = "group"
    menu_label = _("Specialists")
    menu_order = 310
    add_to_admin_menu = True
    list_display = ["name", "profession", "state", "checked_on", "offers_free_consultation"]
    list_filter = ["state", "offers_free_consultation", "profession"]
    search_fields = ["name", "credential_number"]
    copy_view_enabled = False
    edit_view_class = EditSpecialistView
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]),
                    FieldRowPanel([FieldPanel("state"), FieldPanel("gender")]),
                    FieldPanel("portrait"),
                    FieldPanel("user", permission=CHANGE_USERS),  # the choices are everybody's addresses
                ],
                heading=_("Who"),
            ),
            ObjectList(
                [
                    FieldPanel("profession"),
                    FieldRowPanel([FieldPanel("credential_country"), FieldPanel("credential_register")]),
                    FieldRowPanel([FieldPanel("credential_number"), FieldPanel("credential_url")]),
                    FieldRowPanel([FieldPanel("checked_on"), FieldPanel("checked_by")]),
                ],
                heading=_("Credential"),
            ),
            ObjectList(
                [
                    FieldPanel("session_languages"),
                    FieldPanel("topics"),
                    FieldPanel("methods"),
                    FieldPanel("client_groups"),
                    FieldRowPanel([FieldPanel("is_online"), FieldPanel("place")]),
                    MultiFieldPanel(
                        [
                            FieldRowPanel([FieldPanel("price_min"), FieldPanel("price_max")]),
                            FieldPanel("currency"),
                        ],
                        _("Price"),
                    ),
                    FieldRowPanel([FieldPanel("practising_since"), FieldPanel("can_prescribe")]),
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


class ProfessionViewSet(SnippetViewSet):
    model = Profession
    icon = "tag"
    list_display = ["name", "slug"]


class MethodViewSet(SnippetViewSet):
    model = Method
    icon = "tag"
    list_display = ["name", "slug"]


class ClientGroupViewSet(SnippetViewSet):
    model = ClientGroup
    icon = "tag"
    list_display = ["name", "slug"]


class PlaceViewSet(SnippetViewSet):
    model = Place
    icon = "site"
    list_display = ["name", "slug"]


class TaxonomyGroup(SnippetViewSetGroup):
    """What specialists are described by, together in one menu."""

    items = (ProfessionViewSet, MethodViewSet, ClientGroupViewSet, PlaceViewSet)
    menu_label = _("Taxonomies")
    menu_icon = "tag"
    menu_order = 330
