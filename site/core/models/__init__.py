from core.models.outbox import Outbox
from core.models.periodic import PeriodicRun

__all__ = ["Outbox", "PeriodicRun"]
