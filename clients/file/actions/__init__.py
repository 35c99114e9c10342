"""Everything that changes what a client's file says beside the contact details."""

from clients.file.actions.entries import add, change, keep_preferences, remove
from clients.file.actions.household import join, leave

__all__ = ["add", "change", "join", "keep_preferences", "leave", "remove"]
