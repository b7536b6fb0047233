"""All samples: importing this registers them."""

from dev.pages.mail_samples import accounts, booking, directory, moderation, samples

__all__ = ["accounts", "booking", "directory", "moderation", "samples"]
