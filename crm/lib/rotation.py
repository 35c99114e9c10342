"""New master keys for old: data keys are wrapped anew, what no row's key seals is sealed anew.

Works through any table, in small transactions, while others write; what is done is not done again,
so that a run which was cut short simply starts again.
"""

from collections.abc import Iterator
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import transaction
from django.db.models import F, Model, Q
from django.db.models.functions import Left
from django.db.models.lookups import Exact

from crm.lib.db import lock_many
from crm.lib.secrets import (
    MASTER,
    WRAPPED,
    EncryptedField,
    KeyField,
    Sealed,
    UnreadableError,
    new_key,
    rewrap,
)

CHUNK = 500  # rows locked at once: some tenths of a second


def sealed_fields(model: type[Model]) -> list:
    """The fields of a model that hold wrapped keys or sealed values, in that order."""
    fields = model._meta.concrete_fields
    return [f for kind in (KeyField, EncryptedField) for f in fields if isinstance(f, kind)]


def renew(model: type[Model]) -> Iterator[int]:
    """Bring every row under the current master key; yields how many rows each chunk changed.

    A row that has sealed values and no key yet gets its key here as well. What cannot be opened
    stays as it is and is counted by `under`.
    """
    rows = model._base_manager.filter(_any(map(_is_old, sealed_fields(model)))).order_by("pk")
    pks = list(rows.values_list("pk", flat=True)[:CHUNK])
    while pks:
        yield _renew_rows(model, pks)
        pks = list(rows.filter(pk__gt=pks[-1]).values_list("pk", flat=True)[:CHUNK])


def under(model: type[Model], key_id: str) -> int:
    """How many rows still need a master key."""
    heads = [f"{MASTER}.{key_id}.", f"{WRAPPED}.{key_id}."]
    needing = [_begins(field, head) for field in sealed_fields(model) for head in heads]
    return model._base_manager.filter(_any(needing)).count()


@transaction.atomic
def _renew_rows(model, pks) -> int:
    rows = lock_many(model._base_manager.all(), pks)
    fields = sealed_fields(model)
    renewed = [row for row in rows if _renew_row(row, fields)]
    model._base_manager.bulk_update(renewed, [field.name for field in fields])
    return len(renewed)


def _renew_row(row, fields) -> bool:
    try:
        for field in fields:
            _renew_value(row, field)
    except UnreadableError:
        return False
    return True


def _renew_value(row, field) -> None:
    value = getattr(row, field.name)
    if isinstance(field, KeyField):
        setattr(row, field.name, rewrap(value) if value else new_key())
    elif value and value.token.startswith(f"{MASTER}."):
        setattr(row, field.name, Sealed.of(value.open()))  # which the row's own key seals anew


def _is_old(field) -> Q:
    """The condition that the current master key does not protect a value yet."""
    if isinstance(field, EncryptedField) and field.key:
        return _begins(field, f"{MASTER}.")
    version = MASTER if isinstance(field, EncryptedField) else WRAPPED
    current = _begins(field, f"{version}.{settings.FIELD_KEY_CURRENT}.")
    return ~current & ~Q(**{field.name: ""})


def _begins(field, head: str) -> Q:
    return Q(Exact(Left(F(field.name), len(head)), head))


def _any(conditions) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))
