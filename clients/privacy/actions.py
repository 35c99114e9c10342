"""Carry the table of retention out."""

import hashlib

from django.db import transaction

from clients.privacy.kinds import Kind, kinds
from clients.privacy.models import Erasure
from crm.lib import clock
from crm.lib.db import lock_many
from managers.audit.actions import record

CHUNK = 500  # rows in one transaction


def apply_retention(*, at) -> dict[str, int]:
    """Throw away what is due, each chunk with its proof in one transaction; rows by kind.

    Where it was cut short the next run goes on; again finds nothing.
    """
    return {kind.code: _apply(kind, at=at) for kind in kinds() if kind.drop}


def _apply(kind: Kind, *, at) -> int:
    due, done, last = kind.due(on=clock.local(at).date()), 0, 0
    while pks := list(due.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        done += _drop(kind, pks, at=at)
        last = pks[-1]
    return done


@transaction.atomic
def _drop(kind: Kind, pks: list[int], *, at) -> int:
    due = kind.due(on=clock.local(at).date())
    rows = [row.pk for row in lock_many(due, pks)]  # what is still due under the lock
    if rows:
        kind.drop(rows, at)
        table = due.model._meta.label_lower
        prove(kind.code, {table: rows}, basis=Erasure.Basis.PERIOD, by=None, at=at)
    return len(rows)


def prove(kind: str, rows: dict[str, list[int]], *, by, at, **about) -> Erasure:
    """Keep the proof of what went, by table and id, and chain it into the audit."""
    digest = hashlib.sha256()
    for table in sorted(rows):
        digest.update(f"{table}:{','.join(map(str, sorted(rows[table])))};".encode())
    made = Erasure.objects.create(
        kind=kind,
        rows={table: len(ids) for table, ids in sorted(rows.items()) if ids},
        digest=digest.hexdigest(),
        by=by,
        at=at,
        **about,
    )
    facts = {"kind": kind, "count": made.count, "digest": made.digest, "basis": made.basis}
    record("erasure.made", made, by=by, at=at, client=made.client_id, **facts)
    return made
