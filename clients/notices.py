"""Registry: the kinds of notification that this app's features tell."""

from clients.handover import notices as handover
from clients.lobby import notices as lobby
from clients.oversight import notices as oversight

__all__ = ["handover", "lobby", "oversight"]
