from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.models import register_snippet

from directory.viewsets import SpecialistViewSet, TaxonomyGroup

register_snippet(TaxonomyGroup)


@hooks.register("register_admin_viewset")
def specialists() -> ViewSet:
    return SpecialistViewSet("specialists")
