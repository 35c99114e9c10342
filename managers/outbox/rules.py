"""When a letter may go, and when to try again."""

import random
from datetime import datetime, timedelta

from managers.outbox.models import Letter, Trouble

CLAIM_LEASE = timedelta(seconds=90)
# A dialogue with the server has six steps of at most settings.EMAIL_TIMEOUT each.
HANDING_LEASE = timedelta(minutes=4)
MOST_ATTEMPTS = 12  # about seven hours with the pauses below


def obstacle(letter: Letter) -> str:
    """Why this letter cannot go to its recipient at all; "" if it can."""
    if not letter.recipient.is_active:
        return Trouble.INACTIVE
    if not letter.recipient.email:
        return Trouble.NO_ADDRESS
    return ""


def next_try(attempts: int, at: datetime) -> datetime:
    """When to try again: after 1, 2, 4 … 60 minutes, spread by half (security 5)."""
    minutes = min(2 ** max(attempts - 1, 0), 60)
    spread = random.uniform(0.5, 1.5)  # noqa: S311 - spreads the load, guards nothing
    return at + timedelta(minutes=minutes * spread)
