from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"

    def ready(self) -> None:
        """Tell the account what waits, here and in the CMS; let the rows follow what is changed elsewhere."""
        from accounts import pages as account_pages
        from accounts import waiting as account
        from core import sitemaps
        from core.merging import register_follower
        from directory import following, workflows
        from directory.account import pages, reports, to_check, waiting
        from directory.search.listing import sitemap_entries
        from directory.services.merging import follow_merge

        account.register(waiting)
        account.register(to_check, staff=True)
        account.register(reports, staff=True)
        account_pages.register(pages)
        register_follower(follow_merge)
        sitemaps.more.append(sitemap_entries)
        following.follow(self)
        workflows.guard()
