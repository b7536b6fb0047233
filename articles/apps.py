from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"

    def ready(self) -> None:
        """Tell the directory what specialists have written; it doesn't import this app."""
        from articles import people
        from directory import ports

        ports.provide(articles=people)
