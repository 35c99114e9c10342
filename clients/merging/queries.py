"""What a head sees before two files are made one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Model, Q

from clients.book.details import masked_details
from clients.book.models import Client
from clients.merging import moves
from clients.merging.actions import FIELDS, fields_to_take
from clients.merging.models import Merge
from crm import bank, words
from crm.lib import clock
from managers.people import scope
from managers.people.scope import Right


@dataclass(frozen=True)
class Field:
    """One line of the two files side by side; sealed details are masked."""

    name: str
    label: str
    kept: str
    merged: str
    is_choice: bool
    is_taken: bool


@dataclass(frozen=True)
class Going:
    """How many rows of a kind go to the kept file."""

    label: str
    count: int


@dataclass(frozen=True)
class Preview:
    """The two files field by field, and what goes over."""

    kept: Client
    merged: Client
    fields: list[Field]
    going: list[Going]


def preview(kept, merged) -> Preview:
    """What a merge would do; a query for each kind of row."""
    taken = fields_to_take(kept, merged)
    shown = [_shown(client) for client in (kept, merged)]
    fields = [
        Field(
            name=name,
            label=Client._meta.get_field(name).verbose_name,
            kept=shown[0][name],
            merged=shown[1][name],
            is_choice=_differ(kept, merged, name) and bool(getattr(merged, name)),
            is_taken=name in taken,
        )
        for name in FIELDS
        if shown[0][name] or shown[1][name]
    ]
    counted = [(field.model, moves.rows_of(field, merged).count()) for field in moves.relations()]
    going = [Going(_label(model), count) for model, count in counted if count]
    return Preview(kept, merged, fields, going)


def undoable(person, *, at):
    """Merges that can still be taken back, in the units for which a head answers."""
    units = scope.units(person, Right.MERGE)
    days = bank.read("merge.undo_days", on=clock.local(at).date())
    since = clock.start_of_day(clock.local(at).date() - timedelta(days=days))
    rows = Merge.objects.filter(
        undone_at__isnull=True,
        made_at__gte=since,
        kept__outlet__in=units,
        merged__outlet__in=units,
    )
    rows = rows.exclude(Q(kept__person=person) | Q(merged__person=person))
    return rows.select_related("kept", "merged", "made_by")


def _label(model: type[Model]) -> str:
    return model._meta.verbose_name_plural


def _differ(kept, merged, name) -> bool:
    first, second = getattr(kept, name), getattr(merged, name)
    if hasattr(first, "open"):
        return first.open() != second.open()
    return first != second


def _shown(client) -> dict[str, str]:
    details = masked_details(client)
    return {name: details.get(name) or _plain(client, name) for name in FIELDS}


def _plain(client, name) -> str:
    value = getattr(client, name)
    if name == "sex":
        return client.get_sex_display()
    if isinstance(value, date | datetime):
        return words.day(value)
    return value if isinstance(value, str) else ""
