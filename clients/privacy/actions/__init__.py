"""Everything that ends a relationship, throws client data away, or locks it."""

from clients.privacy.actions.closing import close, close_ended, reopen
from clients.privacy.actions.erasing import erase, erase_again, erase_due
from clients.privacy.actions.locking import lock_away
from clients.privacy.actions.requests import answer, refuse, take, take_down, warn
from clients.privacy.actions.retention import apply_retention

__all__ = [
    "answer",
    "apply_retention",
    "close",
    "close_ended",
    "erase",
    "erase_again",
    "erase_due",
    "lock_away",
    "refuse",
    "reopen",
    "take",
    "take_down",
    "warn",
]
