"""Carry the table of retention out."""

from django.db import transaction

from clients.privacy.actions.proofs import prove
from clients.privacy.kinds import Kind, kinds
from clients.privacy.models import Erasure
from crm.lib import clock
from crm.lib.db import lock_many

CHUNK = 500  # rows in one transaction


def apply_retention(*, at) -> dict[str, int]:
    """Throw away what is due, each chunk with its proof in one transaction; rows by kind.

    Where it was cut short the next run goes on; again finds nothing.
    """
    return {kind.code: _apply(kind, at=at) for kind in kinds() if kind.drop}


def _apply(kind: Kind, *, at) -> int:
    due, done, last = kind.due(on=clock.local(at).date()), 0, 0
    size = 1 if kind.proves_itself else CHUNK  # the files of one client are many rows
    while pks := list(due.filter(pk__gt=last).values_list("pk", flat=True)[:size]):
        done += _drop(kind, pks, at=at)
        last = pks[-1]
    return done


@transaction.atomic
def _drop(kind: Kind, pks: list[int], *, at) -> int:
    due = kind.due(on=clock.local(at).date())
    rows = [row.pk for row in lock_many(due, pks)]  # what is still due under the lock
    if rows:
        kind.drop(rows, at)
    if rows and not kind.proves_itself:
        table = due.model._meta.label_lower
        prove(kind.code, {table: rows}, basis=Erasure.Basis.PERIOD, by=None, at=at)
    return len(rows) - due.filter(pk__in=rows).count()
