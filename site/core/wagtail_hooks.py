from wagtail.snippets.models import register_snippet

from core.viewsets import MenuViewSet, TopicViewSet

register_snippet(TopicViewSet)
register_snippet(MenuViewSet)
