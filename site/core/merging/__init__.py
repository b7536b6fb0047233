"""Merging two terms that mean the same: what it does, and its screen."""
