from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"

    def ready(self) -> None:
        """Tell the account what waits in the CMS."""
        from accounts import waiting
        from core.merging import register_follower
        from directory.account import reports, to_check
        from directory.services.merging import follow_merge

        waiting.register(to_check, staff=True)
        waiting.register(reports, staff=True)
        register_follower(follow_merge)
