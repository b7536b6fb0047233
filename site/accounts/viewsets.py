"""People in the CMS, for administrators, and the CMS's own settings of whoever uses it.

Accounts are made, changed and erased by their owners alone: under `/<lang>/account/`, where addresses are verified and
passwords are asked for. So the CMS has no door to any of it.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn
from wagtail.admin.views.account import AccountView
from wagtail.users.views import users

from accounts.forms.people import PersonForm


class PeopleView(users.IndexView):
    """The list of accounts, which can be searched by name too. What is done, is done to one at a time."""

    search_fields = ["email", "display_name"]

    @property
    def columns(self) -> list[Any]:
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]


class EditPersonView(users.EditView):
    """One account. Superusers, and who is one, are for superusers alone."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.can_delete = False
        if self.object.is_superuser and not request.user.is_superuser:
            raise PermissionDenied

    def get_form(self, *args: Any, **kwargs: Any) -> Form:
        form = super().get_form(*args, **kwargs)
        if not self.request.user.is_superuser:
            form.fields.pop("is_superuser", None)
        return form


class PeopleViewSet(users.UserViewSet):
    index_view_class = PeopleView
    edit_view_class = EditPersonView
    edit_template_name = "wagtailadmin/generic/edit.html"
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[Form]:
        return PersonForm

    def get_permissions_to_register(self) -> Any:
        """Offer no rights on accounts when groups are edited: who may change users can become anybody."""
        return super().get_permissions_to_register().none()


class CmsSettingsView(AccountView):
    """How the CMS looks and when it writes to one: all of Wagtail's account page that isn't the account."""

    PANELS = ("notifications", "locale", "theme")

    def get_panels(self) -> list[Any]:
        return [panel for panel in super().get_panels() if panel.name in self.PANELS]
