from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"

    def ready(self) -> None:
        """Tell the account what waits in the CMS; let the rows follow what is changed elsewhere."""
        from accounts import waiting
        from directory import following
        from directory.account import submitted

        waiting.register(submitted, staff=True)
        following.follow(self)
