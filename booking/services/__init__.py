"""Everything that writes bookings. Each function is one transaction, its e-mails included."""

from booking.services.account_changes import follow_account
from booking.services.blocking import cancel_blocked, count_told, end_hold
from booking.services.changing import (
    OPEN,
    accept_proposal,
    accept_request,
    cancel_all,
    cancel_booking,
    cancel_for_specialist,
    close_booking,
    decline_request,
    move_booking,
    propose_time,
)
from booking.services.clients import ClientDetails, Nobody
from booking.services.confirming import confirm_booking, let_go, send_link_again
from booking.services.expiry import complete_past, erase_old, expire_holds, expire_requests, tick
from booking.services.requesting import request_booking
from booking.services.schedules import edit_schedule, fingerprint, resume
from booking.services.steps import Shown
from booking.services.strangers import Wanted, request_discreetly

__all__ = [
    "OPEN",
    "ClientDetails",
    "Nobody",
    "Shown",
    "Wanted",
    "accept_proposal",
    "accept_request",
    "cancel_all",
    "cancel_blocked",
    "cancel_booking",
    "cancel_for_specialist",
    "close_booking",
    "complete_past",
    "confirm_booking",
    "count_told",
    "decline_request",
    "edit_schedule",
    "end_hold",
    "erase_old",
    "expire_holds",
    "expire_requests",
    "fingerprint",
    "follow_account",
    "let_go",
    "move_booking",
    "propose_time",
    "request_booking",
    "request_discreetly",
    "resume",
    "send_link_again",
    "tick",
]
