"""Everything that throws client data away, or locks it."""

from clients.privacy.actions.erasing import erase, erase_again, erase_due
from clients.privacy.actions.locking import lock_away
from clients.privacy.actions.requests import answer, refuse, take, take_down, warn
from clients.privacy.actions.retention import apply_retention, close_ended

__all__ = [
    "answer",
    "apply_retention",
    "close_ended",
    "erase",
    "erase_again",
    "erase_due",
    "lock_away",
    "refuse",
    "take",
    "take_down",
    "warn",
]
