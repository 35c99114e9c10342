"""The organisation: units, staff (the users), who is posted where, and who is away."""

from managers.people.models.hours import OpeningHours, ruling
from managers.people.models.languages import SpokenLanguage, Tongue
from managers.people.models.licences import Licence
from managers.people.models.postings import RM_POSTS, SEQUENCE_OF, Post, Posting, Sequence
from managers.people.models.presence import Absence, Associate, Eligibility
from managers.people.models.staff import Staff
from managers.people.models.units import RECEIVES, OrgUnit, UnitKind

__all__ = [
    "RECEIVES",
    "RM_POSTS",
    "SEQUENCE_OF",
    "Absence",
    "Associate",
    "Eligibility",
    "Licence",
    "OpeningHours",
    "OrgUnit",
    "Post",
    "Posting",
    "Sequence",
    "SpokenLanguage",
    "Staff",
    "Tongue",
    "UnitKind",
    "ruling",
]
