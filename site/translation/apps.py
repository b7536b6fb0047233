from typing import Any

from django.apps import AppConfig


class TranslationConfig(AppConfig):
    name = "translation"

    def ready(self) -> None:
        """Mend what wagtail-localize does wrong; let translations follow their original."""
        from wagtail.signals import page_unpublished

        from translation import workarounds
        from translation.guards import unpublish_translations

        def unpublish_followers(instance: Any, **_kwargs: Any) -> None:
            unpublish_translations(instance)

        workarounds.apply()
        # A signal, because pages also expire and are unpublished in bulk.
        page_unpublished.connect(unpublish_followers, weak=False, dispatch_uid="unpublish_followers")
