"""Make a client unknown: the key goes, and with it every copy of what it sealed (rules J7).

What people typed is emptied, lines that only tell of the person are removed, figures stay.
"""

from collections import defaultdict

from django.db import transaction

from clients.book.models import Client, Household
from clients.privacy import emptying, traces
from clients.privacy.actions.locking import family, lock_away
from clients.privacy.actions.proofs import prove
from clients.privacy.models import Erasure
from clients.privacy.rules import keeping
from crm.lib import clock
from crm.lib.errors import RuleBroken

Rows = dict[str, list[int]]


@transaction.atomic
def erase(client, *, basis, by, at) -> Erasure:
    """Erase the file that stands for a client with all that were merged into it; their proof.

    Raises RuleBroken where law keeps the file, or while an import holds the client; a file that
    was erased already gives its proof again.
    """
    files = family(client)
    if files[0].erased_at:
        return Erasure.objects.get(kind="clients", client_id=files[0].pk)
    keeping.check_erasure(files, on=clock.local(at).date())
    return _erase(files, basis=basis, by=by, at=at)


@transaction.atomic
def erase_again(client, *, basis, at) -> Erasure:
    """What was erased before a backup was restored goes anew, whatever the law says today."""
    files = family(client)
    if files[0].erased_at:
        return Erasure.objects.get(kind="clients", client_id=files[0].pk)
    return _erase(files, basis=basis, by=None, at=at)


def erase_due(pks: list[int], at) -> None:
    """Erase whose period is over, one transaction each; who is held by an import waits a night."""
    for client in Client.objects.filter(pk__in=pks).order_by("pk"):
        try:
            erase(client, basis=Erasure.Basis.PERIOD, by=None, at=at)
        except RuleBroken:
            continue


def _erase(files, *, basis, by, at) -> Erasure:
    lock_away(files[0], by=by, at=at)
    rows: Rows = defaultdict(list)
    for found in (traces.forget(files, at=at), _of_files(files)):
        for table, ids in found.items():
            rows[table] += ids
    for file in Client.objects.filter(pk__in=[file.pk for file in files]):
        emptying.empty_client(file, at=at)
        rows[Client._meta.label_lower].append(file.pk)
    about = {"client_id": files[0].pk, "number": files[0].number}
    return prove("clients", rows, basis=basis, by=by, at=at, **about)


def _of_files(files) -> Rows:
    """Empty or remove the rows of every table that points at these clients."""
    rows: Rows = defaultdict(list)
    homes = list(Household.objects.filter(members__client__in=files).values_list("pk", flat=True))
    for model, found in emptying.rows_about(files):
        label = model._meta.label_lower
        rows[label] += found.values_list("pk", flat=True)
        if model in emptying.REMOVED:
            found.delete()
        else:
            emptying.empty(found, emptying.TYPED.get(model, {}))
            emptying.unname(found)
    Household.objects.filter(pk__in=homes, members__isnull=True).delete()
    return rows
