from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"

    def ready(self) -> None:
        """Tell the account and the moderators what waits; let the rows follow what is changed elsewhere."""
        from accounts import overview, roles, sessions
        from accounts import pages as account_pages
        from accounts import waiting as account
        from core import sitemaps
        from core.merging.terms import register_follower
        from directory import signals
        from directory.account import OWN_PROFILE, pages, reads_confidences, waiting
        from directory.checking import workflows
        from directory.queues import QUEUES
        from directory.rights import RIGHTS
        from directory.services.merging import follow_merge
        from directory.sitemaps import sitemap_entries
        from moderation import queues

        roles.register(RIGHTS)
        account.register(waiting)
        for queue in QUEUES:
            queues.register(queue)
        account_pages.register(pages)
        overview.register(OWN_PROFILE)
        sessions.second_factor_rules.append(reads_confidences)
        register_follower(follow_merge)
        sitemaps.more.append(sitemap_entries)
        signals.follow(self)
        self._erase_files_with_portraits()
        workflows.guard()

    def _erase_files_with_portraits(self) -> None:
        """As Wagtail does for the library's pictures, and for no others."""
        from django.db.models.signals import post_delete
        from wagtail.images.signal_handlers import post_delete_file_cleanup, post_delete_purge_rendition_cache

        sizes = self.get_model("PortraitRendition")
        post_delete.connect(post_delete_file_cleanup, sender=self.get_model("Portrait"))
        post_delete.connect(post_delete_file_cleanup, sender=sizes)
        post_delete.connect(post_delete_purge_rendition_cache, sender=sizes)
