"""Find files that may be about one person, and ask the head about them (rules C5)."""

from django.db.models import Q

from clients.book.models import Client, Duplicate
from managers.audit.actions import record_many

Reason = Duplicate.Reason


def note(clients, *, by, at) -> list[Duplicate]:
    """Ask about each pair that these clients make with anybody, unless it was asked before.

    Files of one identity number, phone, or name and date of birth make a pair; the first of these
    is named. Closed files make none. Two queries for any number of clients, and the caller's
    transaction; the identity and phone numbers are compared by their blind indexes.
    """
    pairs = _pairs([client for client in clients if client.merged_into_id is None])
    if not pairs:
        return []
    found = [
        Duplicate(first_id=first, second_id=second, reason=reason, found_at=at)
        for (first, second), reason in pairs.items()
    ]
    known = Duplicate.objects.filter(first__in={pair.first_id for pair in found})
    asked = set(known.values_list("first", "second"))
    new = [pair for pair in found if (pair.first_id, pair.second_id) not in asked]
    made = Duplicate.objects.bulk_create(new)
    record_many(
        "duplicate.found",
        made,
        by=by,
        at=at,
        client=lambda pair: pair.second_id,
        other=lambda pair: pair.first_id,
        reason=lambda pair: pair.reason,
    )
    return made


def _pairs(clients) -> dict[tuple[int, int], str]:
    """Pairs of ids, the lower first, and why; the strongest reason first."""
    identities = {c.identity_index for c in clients} - {""}
    phones = {c.phone_index for c in clients} - {""}
    births = {(c.name, c.birth_date) for c in clients if c.name and c.birth_date}
    if not (identities or phones or births):
        return {}
    same = Q(identity_index__in=identities) | Q(phone_index__in=phones)
    if births:
        same |= Q(birth_date__in={day for _name, day in births}, name__in={n for n, _day in births})
    rows = Client.objects.active().filter(same)
    fields = ("pk", "identity_index", "phone_index", "name", "birth_date")
    others = list(rows.values_list(*fields))
    pairs: dict[tuple[int, int], str] = {}
    for reason, key in _KEYS.items():
        holders: dict = {}
        for other in others:
            if value := key(*other[1:]):
                holders.setdefault(value, []).append(other[0])
        for client in clients:
            value = key(client.identity_index, client.phone_index, client.name, client.birth_date)
            for pk in holders.get(value, ()) if value else ():
                if pk != client.pk:
                    pairs.setdefault((min(pk, client.pk), max(pk, client.pk)), reason)
    return pairs


_KEYS = {
    Reason.IDENTITY: lambda identity, _phone, _name, _born: identity,
    Reason.PHONE: lambda _identity, phone, _name, _born: phone,
    Reason.BIRTH: lambda _identity, _phone, name, born: (name, born) if name and born else None,
}


def reason_of(first, second) -> str:
    """Why two files may be about one person; "" for no reason that counts (rules C5)."""
    for reason, key in _KEYS.items():
        values = [
            key(c.identity_index, c.phone_index, c.name, c.birth_date) for c in (first, second)
        ]
        if values[0] and values[0] == values[1]:
            return reason
    return ""
