"""What a token is good for: groups of resources, each for reading or for all (security 18).

Whoever holds a token sees and does at most what its person may; the scope takes away from that.
What a later version adds is in no older token: it was made without knowing of it.
"""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Group(models.TextChoices):
    """Resources of the API that belong together."""

    CLIENTS = "clients", _("Clients, assets, households")
    WORK = "work", _("Follow-ups, contacts, calendar")
    RELAY = "relay", _("Referrals and handovers")
    SALES = "sales", _("Products, checks, sales")
    PEOPLE = "people", _("Units and colleagues")
    RESULTS = "results", _("Competition")
    FILES = "files", _("Imports and exports")
    OVERSIGHT = "oversight", _("Audit and access log")
    INBOX = "inbox", _("Notifications")


class Level(models.TextChoices):
    """How far a token goes in a group."""

    READ = "read", _("Read")
    WRITE = "write", _("Read and write")


ANY = "any"  # what every token may ask for: who it speaks for, the calendar of days, the schema


def everything(level: str) -> dict[str, str]:
    """All groups at one level."""
    return dict.fromkeys(Group.values, level)


def allows(scopes: Mapping[str, str], group: str | None, *, writes: bool) -> bool:
    """Whether a token of these scopes may read, or write, what belongs to a group.

    What belongs to none is for no token.
    """
    if group == ANY:
        return not writes
    held = scopes.get(group or "")
    return held == Level.WRITE or (held == Level.READ and not writes)


def only_reads(scopes: Mapping[str, str]) -> bool:
    """Whether nothing can be written anywhere."""
    return Level.WRITE not in scopes.values()
