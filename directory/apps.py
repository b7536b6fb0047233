from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"

    def ready(self) -> None:
        """Tell the account what waits in the CMS; let the rows follow what is changed elsewhere."""
        from accounts import waiting
        from core import sitemaps
        from directory import following
        from directory.account import submitted
        from directory.search.listing import sitemap_entries

        waiting.register(submitted, staff=True)
        sitemaps.more.append(sitemap_entries)
        following.follow(self)
