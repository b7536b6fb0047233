"""All makers of synthetic data: importing this registers them."""

from dev.synthetic import articles, booking, directory, makers

__all__ = ["articles", "booking", "directory", "makers"]
