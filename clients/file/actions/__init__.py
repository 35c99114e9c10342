"""Everything that changes what a client's file says beside the contact details."""

from clients.file.actions.entries import (
    add,
    change,
    keep_preferences,
    remove,
    withdraw_consents,
)
from clients.file.actions.household import correct_place, join, leave

__all__ = [
    "add",
    "change",
    "correct_place",
    "join",
    "keep_preferences",
    "leave",
    "remove",
    "withdraw_consents",
]
