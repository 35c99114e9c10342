"""Keyset paging: pages that neither slow down with depth nor skip rows that move.

A cursor is the place of one row in the order. It is sealed, because sort keys are
names and balances and cursors stand in URLs.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet

from crm.lib.secrets import Sealed, UnreadableError

BAD_CURSOR = "bad cursor"


@dataclass(frozen=True)
class Page:
    """The rows of one page in their order, and the cursors of its neighbours, None at an end."""

    rows: list
    next_cursor: str | None
    previous_cursor: str | None


def keyset(
    queryset: QuerySet,
    *,
    order: Sequence[str],
    after: str | None = None,
    before: str | None = None,
    size: int,
) -> Page:
    """One page of at most `size` rows, by one query.

    `order` names sort keys that are never NULL, "-" before a falling one, and ends with
    "pk" or "-pk"; a key may be an annotation or go through a foreign key that the
    queryset selects. `after` and `before` are cursors of a page in the same order.
    Raises ValueError("bad cursor") for any other text.
    """
    if order[-1].lstrip("-") != "pk":
        raise TypeError("A keyset order ends with the primary key.")
    if after and before:
        raise ValueError(BAD_CURSOR)
    keys = [_Key(queryset, name, backward=bool(before)) for name in order]
    place = after or before
    if place:
        queryset = queryset.filter(_beyond(keys, _read(place, order, keys)))
    found = [*queryset.order_by(*(key.ordering for key in keys))[: size + 1]]
    rows, more = found[:size], len(found) > size
    if before:
        rows.reverse()
    # An empty page means that its rows went away meanwhile: the way back starts at the place.
    first = _write(rows[0], order, keys) if rows else place
    last = _write(rows[-1], order, keys) if rows else place
    return Page(
        rows,
        next_cursor=last if more or before else None,
        previous_cursor=first if (more if before else after) else None,
    )


class _Key:
    """One sort key: where its value is found, and in which direction we walk along it."""

    def __init__(self, queryset: QuerySet, name: str, *, backward: bool):
        self.path = name.removeprefix("-")
        self.falling = name.startswith("-") != backward
        self.ordering = f"-{self.path}" if self.falling else self.path
        self.value_of = attrgetter(self.path.replace("__", "."))
        self.field = _field(queryset, self.path)

    def beyond(self, value) -> Q:
        return Q((f"{self.path}__{'lt' if self.falling else 'gt'}", value))

    def at_or_beyond(self, value) -> Q:
        return Q((f"{self.path}__{'lte' if self.falling else 'gte'}", value))


def _beyond(keys: Sequence[_Key], values: Sequence) -> Q:
    """Rows after a place: the first key is further on, or equal and the other keys are."""
    condition = keys[-1].beyond(values[-1])
    for key, value in zip(keys[-2::-1], values[-2::-1], strict=True):
        condition = key.beyond(value) | (Q((key.path, value)) & condition)
    # Implied by the rest, but it lets the database enter the index at the place.
    return keys[0].at_or_beyond(values[0]) & condition


def _write(row: Model, order: Sequence[str], keys: Sequence[_Key]) -> str:
    values = [key.value_of(row) for key in keys]
    if None in values:
        raise TypeError("A keyset order has no key that can be NULL.")
    return Sealed.of(json.dumps([*order, *map(str, values)])).token


def _read(cursor: str, order: Sequence[str], keys: Sequence[_Key]) -> list:
    try:
        written = json.loads(Sealed(cursor).open())
        if written[: len(order)] != [*order]:
            raise ValueError(BAD_CURSOR)
        texts = written[len(order) :]
        return [key.field.to_python(text) for key, text in zip(keys, texts, strict=True)]
    except (UnreadableError, ValidationError, ValueError, TypeError) as refused:
        raise ValueError(BAD_CURSOR) from refused


def _field(queryset: QuerySet, path: str) -> Field:
    if path in queryset.query.annotations:
        return queryset.query.annotations[path].output_field
    *relations, name = path.split("__")
    model = queryset.model
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return model._meta.pk if name == "pk" else model._meta.get_field(name)
