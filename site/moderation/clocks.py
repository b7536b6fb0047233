"""How moderators read times."""

from datetime import datetime

from core.i18n.zones import load_zone


def on_clock(moment: datetime, zone: str) -> str:
    """The time on the clock of `zone`, the same in every language: lists and spreadsheets sort it."""
    return f"{moment.astimezone(load_zone(zone)):%Y-%m-%d %H:%M} {zone}"
