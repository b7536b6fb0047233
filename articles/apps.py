from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"

    def ready(self) -> None:
        """Tell the directory what specialists have written; it doesn't import this app. Give the CMS's roles rights."""
        from accounts import roles
        from articles import people
        from articles.rights import RIGHTS
        from directory import ports

        ports.provide(articles=people)
        roles.register(RIGHTS)
