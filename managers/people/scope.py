"""Who looks over whom: the one map from a post to units, for every right (rules A5, A6).

`clients` and the pages ask only this module; nobody else decides by post.
"""

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from managers.people.models import OrgUnit, Post, UnitKind


class Reach(models.TextChoices):
    """How far a right goes: nowhere, own rows, the outlet, the units below, the whole bank."""

    NONE = "none"
    OWN = "own"
    OUTLET = "outlet"
    TREE = "tree"
    ALL = "all"


class Right(models.TextChoices):
    """The acts of the permission matrix that the product has."""

    VIEW_FILE = "view_file"
    LOOK_UP = "look_up"
    OPEN_PROSPECT = "open_prospect"
    EDIT_FILE = "edit_file"
    REVEAL = "reveal"
    OPEN_AUDIT = "open_audit"
    RESTRICT = "restrict"
    CLOSE = "close"
    REFER = "refer"
    ANSWER_HANDOVER = "answer_handover"
    ASSIGN = "assign"
    MERGE = "merge"
    FOLLOW_UP = "follow_up"
    RECEIVE = "receive"
    ADVISE = "advise"
    SEE_STANDINGS = "see_standings"
    RUN_COMPETITIONS = "run_competitions"
    READ_GRADES = "read_grades"
    PROPOSE_GRADE = "propose_grade"
    DECIDE_GRADE = "decide_grade"
    READ_AUDIT = "read_audit"
    CHECK_AUDIT = "check_audit"
    READ_ACCESS = "read_access"
    EXPORT_CLIENTS = "export_clients"
    EXPORT_AUDIT = "export_audit"
    READ_RETENTION = "read_retention"
    READ_PRIVACY = "read_privacy"
    ANSWER_PRIVACY = "answer_privacy"
    RECORD_BALANCES = "record_balances"
    IMPORT = "import"
    END_ACCESS = "end_access"
    SET_CONTACT_RULES = "set_contact_rules"


_OWN, _OUTLET, _TREE, _ALL = Reach.OWN, Reach.OUTLET, Reach.TREE, Reach.ALL
_COUNTER = {Right.LOOK_UP: _OUTLET, Right.OPEN_PROSPECT: _OUTLET, Right.REFER: _OUTLET}
_LOBBY = {**_COUNTER, Right.RECEIVE: _OUTLET}
_RM = {
    Right.VIEW_FILE: _OWN,
    Right.LOOK_UP: _OUTLET,
    Right.OPEN_PROSPECT: _OWN,
    Right.EDIT_FILE: _OWN,
    Right.REVEAL: _OWN,
    Right.REFER: _OUTLET,
    Right.FOLLOW_UP: _OWN,
    Right.RECEIVE: _OWN,
    Right.SEE_STANDINGS: _ALL,
    Right.READ_GRADES: _OWN,
    Right.READ_ACCESS: _OWN,
}
_HEAD = {
    Right.VIEW_FILE: _OUTLET,
    Right.LOOK_UP: _OUTLET,
    Right.OPEN_PROSPECT: _OUTLET,
    Right.REVEAL: _OUTLET,
    Right.RESTRICT: _OUTLET,
    Right.CLOSE: _OUTLET,
    Right.REFER: _OUTLET,
    Right.ASSIGN: _OUTLET,
    Right.MERGE: _OUTLET,
    Right.IMPORT: _OUTLET,
    Right.FOLLOW_UP: _OUTLET,
    Right.RECEIVE: _OUTLET,
    Right.SEE_STANDINGS: _TREE,
    Right.READ_GRADES: _OUTLET,
    Right.PROPOSE_GRADE: _OUTLET,
    Right.READ_ACCESS: _OUTLET,
    Right.EXPORT_CLIENTS: _OUTLET,
    Right.END_ACCESS: _OUTLET,
}

MATRIX: dict[str, dict[str, Reach]] = {
    Post.WEALTH_RM: {**_RM, Right.ANSWER_HANDOVER: _OWN, Right.ADVISE: _OWN},
    Post.MARKETING_RM: _RM,
    Post.LOBBY_MANAGER: {
        **_LOBBY,
        Right.SEE_STANDINGS: _ALL,
        Right.READ_GRADES: _OWN,
        Right.READ_ACCESS: _OWN,
    },
    Post.LOBBY_ASSISTANT: _LOBBY,
    Post.TELLER_CASH: _COUNTER,
    Post.TELLER_NONCASH: _COUNTER,
    Post.BRANCH_HEAD: _HEAD,
    Post.WEALTH_HEAD: {**_HEAD, Right.EDIT_FILE: _OUTLET, Right.ANSWER_HANDOVER: _OUTLET},
    Post.CP_OFFICER: {
        Right.LOOK_UP: _TREE,
        Right.READ_AUDIT: _ALL,
        Right.READ_ACCESS: _ALL,
        Right.EXPORT_AUDIT: _ALL,
        Right.READ_RETENTION: _ALL,
        Right.READ_PRIVACY: _TREE,
        Right.ANSWER_PRIVACY: _TREE,
    },
    Post.HQ_ADMIN: {
        Right.SEE_STANDINGS: _ALL,
        Right.RUN_COMPETITIONS: _ALL,
        Right.READ_GRADES: _ALL,
        Right.DECIDE_GRADE: _ALL,
        Right.READ_AUDIT: _ALL,
        Right.CHECK_AUDIT: _ALL,
        Right.READ_ACCESS: _ALL,
        Right.RECORD_BALANCES: _ALL,
        Right.IMPORT: _ALL,
        Right.END_ACCESS: _ALL,
        Right.SET_CONTACT_RULES: _ALL,
    },
    Post.AUDITOR: {
        Right.READ_GRADES: _ALL,
        Right.READ_AUDIT: _ALL,
        Right.OPEN_AUDIT: _ALL,
        Right.CHECK_AUDIT: _ALL,
        Right.READ_ACCESS: _ALL,
        Right.EXPORT_AUDIT: _ALL,
        Right.READ_RETENTION: _ALL,
        Right.READ_PRIVACY: _ALL,
    },
}


def reach(person, right: str) -> Reach:
    """How far a person's right goes today; nowhere without a posting."""
    found = MATRIX.get(person.current_post, {}).get(right, Reach.NONE)
    if found == Reach.OUTLET and person.current_post in (Post.BRANCH_HEAD, Post.WEALTH_HEAD):
        # A head answers for all that lies below: one outlet, a branch, or what the centre serves.
        return Reach.TREE
    return found


def may(person, right: str) -> bool:
    """Whether the right exists at all for this person, before any row is looked at."""
    return reach(person, right) != Reach.NONE


def posts_with(right: str) -> list[str]:
    """The posts to which a right belongs."""
    return [post for post, rights in MATRIX.items() if right in rights]


def require(person, right: str) -> None:
    """Raise PermissionDenied, whose sentence the page shows, unless the person has the right."""
    if not may(person, right):
        raise PermissionDenied(_("This page is not for your post."))


def units(person, right: str):
    """The units in which a person has a right; none for own rows only."""
    reached = reach(person, right)
    unit = person.current_unit
    if reached == Reach.ALL:
        return OrgUnit.objects.all()
    if unit is None or reached in (Reach.NONE, Reach.OWN):
        return OrgUnit.objects.none()
    if reached == Reach.OUTLET:
        # Who works in a wealth centre meets the clients of the outlets that it serves (rules A1).
        return OrgUnit.objects.filter(Q(pk=unit.pk) | Q(served_by=unit))
    below = Q(path__startswith=unit.path)
    if unit.kind == UnitKind.WEALTH_CENTRE:
        below |= Q(served_by=unit)
    return OrgUnit.objects.filter(below)
