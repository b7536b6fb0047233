from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"

    def ready(self) -> None:
        """Tell the account what waits in the CMS; let the rows follow what is changed elsewhere."""
        from accounts import waiting
        from core import sitemaps
        from core.merging import register_follower
        from directory import following
        from directory.account import reports, to_check
        from directory.search.listing import sitemap_entries
        from directory.services.merging import follow_merge

        waiting.register(to_check, staff=True)
        waiting.register(reports, staff=True)
        register_follower(follow_merge)
        sitemaps.more.append(sitemap_entries)
        following.follow(self)
