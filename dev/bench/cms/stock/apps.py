"""Our models with nothing of ours around them: no `ready`, no hooks, no method that says more than Wagtail's."""

from importlib import import_module

from django.apps import AppConfig, apps


class ModelsAlone(AppConfig):
    """An app that only has its tables: one of ours, or one that the models of ours import."""


class CoreModels(ModelsAlone):
    name = "core"


class ModerationModels(ModelsAlone):
    name = "moderation"


class AccountsModels(ModelsAlone):
    name = "accounts"


class HomeModels(ModelsAlone):
    name = "home"


class ArticlesModels(ModelsAlone):
    name = "articles"


class DirectoryModels(ModelsAlone):
    name = "directory"


class BookingModels(ModelsAlone):
    name = "booking"


class LocalizeModels(ModelsAlone):
    name = "wagtail_localize"


class AllauthModels(ModelsAlone):
    name = "allauth.account"
    label = "account"


class FactorModels(ModelsAlone):
    name = "allauth.mfa"
    label = "mfa"


class SessionModels(ModelsAlone):
    name = "allauth.usersessions"
    label = "usersessions"


class Undone(AppConfig):
    """Takes back what our models do on their own, and lets Wagtail find no hooks but those of packages."""

    name = "dev.bench.cms.stock"
    label = "cms_stock"

    def ready(self) -> None:
        from wagtail import hooks
        from wagtail.snippets.models import register_snippet

        from articles.models import Person
        from core.blocks import StoredStreamBlock
        from core.models import BasePage, Topic

        for name in ("from_serializable_data", "publish", "route"):
            delattr(BasePage, name)
        del StoredStreamBlock.to_python
        for model in (Topic, Person):  # what an article's form chooses from
            register_snippet(model)
        for app in apps.get_app_configs():
            if isinstance(app, ModelsAlone | Undone) or not app.module:
                continue
            name = f"{app.name}.wagtail_hooks"
            try:
                import_module(name)
            except ModuleNotFoundError as error:
                if error.name != name:
                    raise
        hooks._searched_for_hooks = True
