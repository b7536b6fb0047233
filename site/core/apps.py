from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save, pre_migrate


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        """Forget what is remembered when it changes; make Wagtail's exports safe."""
        from wagtail.models import Page, Site
        from wagtail.signals import page_published, page_unpublished, post_page_move

        from core import exports
        from core.caching import forget
        from core.models import Menu, MenuItem, Term
        from core.page_cache import triggers
        from core.routing import follow_root_paths
        from core.workflows import steps

        pre_migrate.connect(
            lambda plan, **_kwargs: triggers.uninstall() if plan else None,
            sender=self,
            weak=False,
            dispatch_uid="no_triggers",
        )
        post_migrate.connect(
            lambda **_kwargs: triggers.install(), sender=self, weak=False, dispatch_uid="triggers"
        )
        exports.apply()
        steps.guard()
        follow_root_paths()

        def forget_menus(instance: Any, **_kwargs: Any) -> None:
            forget("menus")
            if isinstance(instance, Page):
                forget(f"published_{instance.slug}")

        def forget_names(sender: Any, **_kwargs: Any) -> None:
            if issubclass(sender, Term):
                forget(sender._meta.label_lower)
                forget(f"{sender._meta.label_lower}_former")

        def forget_site(**_kwargs: Any) -> None:
            for kind in ("site", "roots", "root_paths"):
                forget(kind)

        def forget_front_pages(sender: Any, instance: Any, **_kwargs: Any) -> None:
            if issubclass(sender, Page) and instance.depth == 2:
                forget("roots")
                forget("root_paths")

        for signal in (page_published, page_unpublished, post_page_move):
            signal.connect(forget_menus, weak=False, dispatch_uid="forget_menus")
        for signal in (post_save, post_delete):
            signal.connect(forget_front_pages, weak=False, dispatch_uid="forget_front_pages")
            signal.connect(forget_names, weak=False, dispatch_uid="forget_names")
            signal.connect(forget_site, sender=Site, weak=False, dispatch_uid="forget_site")
            for model in (Menu, MenuItem):
                signal.connect(
                    forget_menus, sender=model, weak=False, dispatch_uid=f"forget_menus_{model.__name__}"
                )
