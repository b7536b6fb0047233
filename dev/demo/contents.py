"""All steps of the demo: importing this registers them."""

from dev.demo import accounts, articles, booking, directory, helplines, home, steps, topics

__all__ = ["accounts", "articles", "booking", "directory", "helplines", "home", "steps", "topics"]
