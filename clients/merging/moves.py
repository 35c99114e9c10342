"""Which rows go from one file to the other, found from the models themselves.

Whatever points at a client goes with the person, also what later features will bring. What stays
tells the history of the file itself, or counts it: the merged file keeps it.
"""

from collections.abc import Iterable

from django.db.models import Q, UniqueConstraint

from clients.assets.models import (
    Balance,
    Contribution,
    MonthAverage,
    Standing,
    StateChange,
    TierChange,
)
from clients.book.models import Client, Duplicate, FileReader, Ownership
from clients.merging.models import Merge

STAYS = (
    Balance,
    Client,
    Contribution,
    Duplicate,
    FileReader,
    Merge,
    MonthAverage,
    Ownership,
    Standing,
    StateChange,
    TierChange,
)


def relations() -> list:
    """The foreign keys whose rows go with the person, in a lasting order."""
    links = [
        link.field
        for link in Client._meta.get_fields(include_hidden=True)
        if link.auto_created and (link.one_to_many or link.one_to_one)
    ]
    links = [field for field in links if field.model not in STAYS]
    return sorted(links, key=lambda field: (field.model._meta.label_lower, field.name))


def key(field) -> str:
    """How a foreign key is written down: `clients.contact.client`."""
    return f"{field.model._meta.label_lower}.{field.name}"


def merge_mark(pk: int) -> str:
    """What the key of a holding ends with that came from this file."""
    return f"@{pk}"


def rows_of(field, client):
    """All rows of the model that point at the client."""
    return field.model._default_manager.filter(**{field.name: client}).order_by("pk")


def move(field, *, source, target, only: Iterable | None = None) -> list[int]:
    """Point the rows at another client but for those that would break a constraint there.

    Returns the ids of what went.
    """
    rows = rows_of(field, source)
    if only is not None:
        rows = rows.filter(pk__in=list(only))
    blocked = _blocked(field, source, target)
    going = [pk for pk in rows.values_list("pk", flat=True) if pk not in blocked]
    field.model._default_manager.filter(pk__in=going).update(**{field.name: target})
    return going


def _blocked(field, source, target) -> set[int]:
    """Rows of which the target has one already, where it may have only one."""
    found: set[int] = set()
    if field.unique and rows_of(field, target).exists():
        found |= set(rows_of(field, source).values_list("pk", flat=True))
    for constraint in field.model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and field.name in constraint.fields:
            found |= _clashes(field, constraint, source, target)
    return found


def _clashes(field, constraint, source, target) -> set[int]:
    others = [name for name in constraint.fields if name != field.name]
    condition = constraint.condition or Q()
    if not others:
        taken = rows_of(field, target).filter(condition).exists()
        mine = rows_of(field, source).filter(condition)
        return set(mine.values_list("pk", flat=True)) if taken else set()
    taken = set(rows_of(field, target).filter(condition).values_list(*others))
    mine = rows_of(field, source).filter(condition).values_list("pk", *others)
    return {pk for pk, *values in mine if tuple(values) in taken and None not in values}
