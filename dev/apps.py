from django.apps import AppConfig


class DevConfig(AppConfig):
    """Demo content, synthetic data, measuring, pages for development. Nothing depends on it."""

    name = "dev"
