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
    call_off_introduction,
    introduction_of,
    settle_introduction,
)
from clients.appointments.actions.opening import set_hours, tell_of_closed
from clients.appointments.actions.telling import agreed_to_mail, remind
from clients.appointments.actions.visits import hold, no_show, tick

__all__ = [
    "agreed_to_mail",
    "book",
    "book_introduction",
    "call_off_coming",
    "call_off_introduction",
    "cancel",
    "close_feed",
    "confirm",
    "hand_on",
    "hold",
    "introduction_of",
    "move",
    "no_show",
    "open_feed",
    "remind",
    "set_hours",
    "settle_introduction",
    "tell_of_closed",
    "tick",
]
