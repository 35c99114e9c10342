"""Carry the table of retention out."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.book.models import Client, State
from clients.privacy.actions.locking import put_away
from clients.privacy.actions.proofs import prove
from clients.privacy.kinds import Kind, kinds
from clients.privacy.models import Erasure
from crm.lib import clock
from crm.lib.db import lock, lock_many
from managers.audit.actions import record

CHUNK = 500  # rows in one transaction


def apply_retention(*, at) -> dict[str, int]:
    """Throw away what is due, each chunk with its proof in one transaction; rows by kind.

    Where it was cut short the next run goes on; again finds nothing.
    """
    return {kind.code: _apply(kind, at=at) for kind in kinds() if kind.drop}


def close_ended(*, at) -> int:
    """Close the files of clients whose relationship is over: nobody calls them any more."""
    rows = Client.objects.active().filter(ended_on__lte=clock.local(at).date())
    return sum(_close(client, at=at) for client in rows.order_by("pk"))


@transaction.atomic
def _close(client, *, at) -> bool:
    client = lock(client)
    if client.state == State.CLOSED or not client.ended_on:
        return False
    put_away(client, reason=_("The relationship with the client ended."), by=None, at=at)
    client.state = State.CLOSED
    client.version += 1
    client.save(update_fields=["state", "version"])
    record("client.closed", client, by=None, at=at, client=client.pk)
    return True


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
