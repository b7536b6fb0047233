from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = "Front page and plain pages"

    def ready(self) -> None:
        """Say what pages depend on."""
        from home import page_tags  # noqa: F401
