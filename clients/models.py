"""Registry: Django looks for models here."""

from clients.book.models import Client, FileReader, Holding, Household, Member, Ownership
from clients.followups.models import Contact, FollowUp
from clients.handover.models import Handover
from clients.lobby.models import Referral

__all__ = [
    "Client",
    "Contact",
    "FileReader",
    "FollowUp",
    "Handover",
    "Holding",
    "Household",
    "Member",
    "Ownership",
    "Referral",
]
