"""Wagtail's workflows here: only a decision publishes, and what waits is never lost."""
