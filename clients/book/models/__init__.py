"""The client book: clients, who is responsible, what they hold, who belongs together."""

from clients.book.models.client import (
    PREMIUM,
    SEALED,
    SHUT,
    WITH_OWNER,
    Client,
    OfClientsQuerySet,
    State,
    Tier,
)
from clients.book.models.duplicates import Duplicate
from clients.book.models.holdings import NOT_ASSETS, Category, Holding, Household, Member
from clients.book.models.lists import SavedView, Tag, Tagging
from clients.book.models.ownership import Ownership
from clients.book.models.reach import OPEN_TO_COLLEAGUES, FileReader, asked_once, lent_to

__all__ = [
    "NOT_ASSETS",
    "OPEN_TO_COLLEAGUES",
    "PREMIUM",
    "SEALED",
    "SHUT",
    "WITH_OWNER",
    "Category",
    "Client",
    "Duplicate",
    "FileReader",
    "Holding",
    "Household",
    "Member",
    "OfClientsQuerySet",
    "Ownership",
    "SavedView",
    "State",
    "Tag",
    "Tagging",
    "Tier",
    "asked_once",
    "lent_to",
]
