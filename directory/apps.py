from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"

    def ready(self) -> None:
        """Tell the account what waits, here and in the CMS, and which pages a specialist has."""
        from accounts import pages as account_pages
        from accounts import waiting as account
        from directory.account import pages, submitted, waiting

        account.register(waiting)
        account.register(submitted, staff=True)
        account_pages.register(pages)
