"""Registry: the kinds of notification that this app's features tell."""

from clients.appointments import notices as appointments
from clients.desk.reminders import away, escalation, soon, week
from clients.exports import notices as exports
from clients.followups import notices as followups
from clients.handover import notices as handover
from clients.lobby import notices as lobby
from clients.market import notices as market
from clients.oversight import notices as oversight
from clients.planning import notices as planning
from clients.privacy import notices as privacy
from clients.prospecting import notices as prospecting
from clients.reassignment import notices as reassignment
from clients.requests import notices as requests

__all__ = [
    "appointments",
    "away",
    "escalation",
    "exports",
    "followups",
    "handover",
    "lobby",
    "market",
    "oversight",
    "planning",
    "privacy",
    "prospecting",
    "reassignment",
    "requests",
    "soon",
    "week",
]
