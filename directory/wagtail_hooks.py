from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from accounts.policies import NeverDeleted
from directory.models import Specialist
from directory.viewsets import SpecialistViewSet, TaxonomyGroup

register_permission_policy(Specialist, NeverDeleted(Specialist))
register_snippet(TaxonomyGroup)


@hooks.register("register_admin_viewset")
def specialists() -> ViewSet:
    return SpecialistViewSet("specialists")
