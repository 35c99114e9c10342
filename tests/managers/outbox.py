"""A letter, and what became of it."""

from datetime import timedelta

import pytest

from managers.outbox.actions import post

SECOND = timedelta(seconds=1)
LATER = timedelta(hours=2)  # longer than any pause between two attempts


@pytest.fixture
def note(rm, now):
    """A note to Lin Yue, due now."""
    return post("note", to=rm, due=now, about="note:1", at=now, text="Ring 单**")


def tally(**counts):
    return {"sent": 0, "failed": 0, "uncertain": 0, "waiting": 0, **counts}


def state_of(letter):
    letter.refresh_from_db()
    return letter.state, letter.last_error


def found(message_id):
    """A mail server's log that knows every letter; a test names it in MAIL_LOOKUP."""
    return True


def not_found(message_id):
    """A mail server's log that knows none."""
    return False
