"""Everything that changes appointments.

The client's lock comes first, then the appointment's, then whose time it takes, then the room: two
people who book one colleague or one room meet there, and the second is told (rules F9).
"""

from clients.appointments.actions.booking import (
    book,
    call_off_coming,
    cancel,
    confirm,
    hand_on,
    move,
)
from clients.appointments.actions.feeds import close_feed, open_feed
from clients.appointments.actions.introductions import (
    book_introduction,
    introduction_of,
    settle_introduction,
)
from clients.appointments.actions.telling import may_mail_client, remind
from clients.appointments.actions.visits import hold, no_show, tick

__all__ = [
    "book",
    "book_introduction",
    "call_off_coming",
    "cancel",
    "close_feed",
    "confirm",
    "hand_on",
    "hold",
    "introduction_of",
    "may_mail_client",
    "move",
    "no_show",
    "open_feed",
    "remind",
    "settle_introduction",
    "tick",
]
