"""Registry: the kinds of letter that this app's features write."""

from clients.appointments import letters as appointments
from clients.desk import digest
from clients.desk.reminders import away, escalation, evening, soon, week
from clients.handover import letters as handover
from clients.lobby import letters as lobby

__all__ = [
    "appointments",
    "away",
    "digest",
    "escalation",
    "evening",
    "handover",
    "lobby",
    "soon",
    "week",
]
