"""Under `/cms/`, before Wagtail's own: what stands in place of its screens about accounts."""

from typing import Any, NoReturn

from django.http import Http404, HttpRequest
from django.urls import path, re_path
from wagtail.admin.auth import require_admin_access

from accounts.viewsets import CmsSettingsView


def nowhere(request: HttpRequest, **kwargs: Any) -> NoReturn:
    """In place of a screen that the site does without."""
    raise Http404


urlpatterns = [
    path("account/", require_admin_access(CmsSettingsView.as_view()), name="cms_account"),
    # Actions on many accounts at once delete, and know no difference between superusers and others.
    path("bulk/accounts/user/<str:action>/", nowhere, name="cms_bulk_people"),
    re_path(r"^(?:api/main/|bulk/wagtail|)doc(?:ument)?s/", nowhere, name="cms_documents"),
]
