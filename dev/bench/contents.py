"""All that is measured: importing this registers it."""

from dev.bench import articles, booking, directory, home, measured

__all__ = ["articles", "booking", "directory", "home", "measured"]
