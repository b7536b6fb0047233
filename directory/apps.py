from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"

    def ready(self) -> None:
        """Tell the account what waits in the CMS."""
        from accounts import waiting
        from directory.account import submitted

        waiting.register(submitted, staff=True)
