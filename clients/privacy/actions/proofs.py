"""Proof of what was thrown away."""

import hashlib

from clients.privacy.models import Erasure
from managers.audit.actions import record


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
