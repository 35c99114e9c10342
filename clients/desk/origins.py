"""Whose clients the results of a competition are about, for the fairness report (rules H11)."""

from collections.abc import Iterable

from django.db.models import Q

from clients.book.models import Client
from clients.handover.models import Handover
from clients.lobby.models import Referral
from clients.sales.models import SaleRecord
from managers.competition.fairness import Origin, Tie, register
from managers.people.models import Associate

# Sources that begin with the client, such as "contact:17:2026-11-23".
OF_CLIENTS = {"contact", "identified", "growth", "new_vip", "upgrade"}


def origins(pairs: Iterable[tuple[int, str]]) -> dict[str, Origin]:
    """The client and the tie of each source that is known; a fixed number of queries."""
    pairs = list(pairs)
    rows = _rows({staff for staff, _source in pairs})
    tied = _tied()
    found = {}
    for staff, source in pairs:
        client = _client(source, rows)
        if client is not None:
            found[source] = Origin(client, _tie(staff, *tied.get(client, (None, (), False))))
    return found


def _client(source: str, rows) -> int | None:
    kind, _colon, rest = source.partition(":")
    number = rest.partition(":")[0]
    if not number.isdecimal():
        return None
    return int(number) if kind in OF_CLIENTS else rows.get(kind, {}).get(int(number))


def _rows(staff) -> dict[str, dict[int, int]]:
    """By kind of source the client of each row that these people could be credited for."""
    sales = SaleRecord.objects.filter(staff__in=staff)
    sent = Handover.objects.filter(Q(from_staff__in=staff) | Q(to_staff__in=staff))
    made = Referral.objects.filter(referrer__in=staff)
    by_sale, by_referral, by_handover = (
        dict(one.order_by().values_list("pk", "client")) for one in (sales, made, sent)
    )
    return {
        "sale": by_sale,
        "fee": by_sale,
        "referral": by_referral,
        "conversion": by_referral,
        "handover": by_handover,
    }


def _tied() -> dict[int, tuple[int | None, set[int], bool]]:
    """Clients who are staff, live with staff, or have an associate's name: few in any bank."""
    names = Associate.objects.filter(is_active=True).values("name")
    at_home = "membership__household__members__client__person"
    known = Q(person__isnull=False) | Q(**{f"{at_home}__isnull": False}) | Q(name__in=names)
    rows = Client.objects.filter(known).order_by().values_list("pk", "person", at_home)
    found: dict[int, tuple[int | None, set[int], bool]] = {}
    named = set(Client.objects.filter(name__in=names).order_by().values_list("pk", flat=True))
    for client, person, housemate in rows:
        _person, housemates, _named = found.setdefault(client, (person, set(), client in named))
        housemates.add(housemate)
    return found


def _tie(staff: int, person, housemates, is_named: bool) -> Tie | None:
    if person == staff:
        return Tie.OWN
    if staff in housemates:
        return Tie.HOUSEHOLD
    if person is not None:
        return Tie.STAFF
    return Tie.ASSOCIATE if is_named else None


register(origins)
