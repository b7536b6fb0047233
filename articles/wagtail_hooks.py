from wagtail.snippets.models import register_snippet

from articles.viewsets import PersonViewSet

register_snippet(PersonViewSet)
