"""Everything that writes profiles. Each function is one transaction, its e-mails and search rows included."""

from directory.services.availability import ask_lapsed, confirm_availability, leave, pause, resume
from directory.services.checking import (
    approve,
    correct,
    recheck,
    reinstate,
    request_changes,
    settle_changes,
    submit,
    suspend,
    withdraw_submission,
)
from directory.services.facts import remove_portrait, save_facts, set_portrait, start_profile
from directory.services.reports import close_report, erase_old_reports, report_profile
from directory.services.texts import remove_texts, save_texts

__all__ = [
    "approve",
    "ask_lapsed",
    "close_report",
    "confirm_availability",
    "correct",
    "erase_old_reports",
    "leave",
    "pause",
    "recheck",
    "reinstate",
    "remove_portrait",
    "remove_texts",
    "report_profile",
    "request_changes",
    "resume",
    "save_facts",
    "save_texts",
    "set_portrait",
    "settle_changes",
    "start_profile",
    "submit",
    "suspend",
    "withdraw_submission",
]
