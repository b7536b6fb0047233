"""What wagtail-localize leaves open: checks of every string, and guards around publishing (docs/decisions/0005)."""
