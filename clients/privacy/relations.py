"""With whom the bank has, had or never had a relationship (rules J7)."""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Greatest

from clients.assets.models import Balance
from clients.book.models import WITH_OWNER, Client, Holding, Ownership, State
from clients.sales.models import SaleRecord

_EARLY = (State.PROSPECT, State.IDENTIFIED, State.REFERRED)


def known():
    """Files that stand and belong to a relationship, also a past one; law keeps these."""
    return _standing().filter(_with_relationship())


def prospects():
    """Files of people who never became clients; `last_word` is when they were last spoken to.

    An import tells of clients whom its source has, whatever we know of them.
    """
    never = _standing().filter(~_with_relationship(), state__in=(*_EARLY, State.CLOSED))
    return never.annotate(last_word=Greatest("created_at", "last_contact_at"))


def is_kept_by_law(clients, *, ended_after) -> bool:
    """Whether any file of a person belongs to a relationship that lasts, or ended after a day.

    What was merged into the file that stands ended with it, unless its own source says when.
    """
    rows = Client.objects.filter(pk__in=[client.pk for client in clients])
    ends = rows.filter(_with_relationship()).values_list("ended_on", flat=True)
    standing = rows.filter(merged_into=None).values_list("ended_on", flat=True).first()
    days = [ended or standing for ended in ends]
    return any(day is None or day > ended_after for day in days)


def _standing():
    return Client.objects.filter(erased_at__isnull=True, merged_into__isnull=True)


def _with_relationship() -> Q:
    """What shows that somebody is, or was, more than a prospect."""
    imported = Ownership.objects.filter(cause=Ownership.Cause.IMPORTED)
    traces = (Holding.objects, Balance.objects, SaleRecord.objects, imported)
    found = Q(state__in=WITH_OWNER) | Q(client_since__isnull=False) | Q(ended_on__isnull=False)
    found |= Q(aum__gt=0)
    for rows in traces:
        found |= Q(Exists(rows.filter(client=OuterRef("pk"))))
    return found
