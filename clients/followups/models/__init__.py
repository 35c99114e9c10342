"""Follow-ups that are planned, contacts that took place, and what plans them."""

from clients.followups.models.followups import Contact, ContactQuerySet, FollowUp, FollowUpQuerySet
from clients.followups.models.kinds import REMAINING, SPOKE, Channel, Outcome, Trigger
from clients.followups.models.standards import ContactStandard, TriggerRule

__all__ = [
    "REMAINING",
    "SPOKE",
    "Channel",
    "Contact",
    "ContactQuerySet",
    "ContactStandard",
    "FollowUp",
    "FollowUpQuerySet",
    "Outcome",
    "Trigger",
    "TriggerRule",
]
