"""Follow-ups that are planned, contacts that took place, and what plans them."""

from clients.followups.models.followups import Contact, ContactQuerySet, FollowUp, FollowUpQuerySet
from clients.followups.models.kinds import NEXT, REMAINING, SPOKE, Channel, Outcome, Trigger
from clients.followups.models.programmes import Programme, ProgrammeRun, ProgrammeStep, Start
from clients.followups.models.series import Every, Series
from clients.followups.models.standards import ContactStandard, TriggerRule

__all__ = [
    "NEXT",
    "REMAINING",
    "SPOKE",
    "Channel",
    "Contact",
    "ContactQuerySet",
    "ContactStandard",
    "Every",
    "FollowUp",
    "FollowUpQuerySet",
    "Outcome",
    "Programme",
    "ProgrammeRun",
    "ProgrammeStep",
    "Series",
    "Start",
    "Trigger",
    "TriggerRule",
]
