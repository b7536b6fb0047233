"""All samples: importing this registers them."""

from dev.pages.mail_samples import accounts, booking, directory, samples

__all__ = ["accounts", "booking", "directory", "samples"]
