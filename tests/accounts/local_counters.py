"""Counters of one process alone: what must not be, for the control of a test."""

from datetime import datetime

from django.core.cache.backends.locmem import LocMemCache


class LocalCounters(LocMemCache):
    """As core.counters.Counters, in the process's own memory."""

    def hit(self, key: str, *, most: int, seconds: float, now: datetime) -> float:
        hits = [one for one in self.get(key, []) if one > now.timestamp() - seconds]
        if len(hits) >= most:
            return float(hits[most - 1] + seconds - now.timestamp())
        self.set(key, [now.timestamp(), *hits], seconds)
        return 0.0

    def take_back(self, key: str, moment: datetime) -> None:
        self.set(key, [one for one in self.get(key, []) if one != moment.timestamp()], 3600)
