"""The articles' screens in the CMS."""

from wagtail.snippets.views.snippets import SnippetViewSet

from articles.models import Person


class PersonViewSet(SnippetViewSet):
    """Authors and reviewers, chosen in articles."""

    model = Person
    icon = "user"
    menu_order = 210
    add_to_admin_menu = True
    list_display = ["name", "honorific", "profession"]
