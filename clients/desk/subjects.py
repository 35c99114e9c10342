"""Which client a result is about, for whoever may read of that client (rules A5, H9, J5)."""

from collections.abc import Collection

from django.urls import reverse

from clients.book.models import SHUT, Client
from clients.desk.origins import OF_CLIENTS
from clients.handover.models import Handover
from clients.lobby.models import Referral
from clients.sales.models import SaleRecord
from crm import words
from managers.competition.hand import Thing
from managers.competition.subjects import register

_REFERRED = {"referral", "conversion"}
_HANDED = {"handover", "late"}
_SOLD = {"sale", "fee"}
_OF_CLIENTS = OF_CLIENTS | {"prospect"}
_MODELS = ((_SOLD, SaleRecord, "product"), (_REFERRED, Referral), (_HANDED, Handover))

Key = tuple[str, int]


def subjects(person, sources: Collection[str]) -> dict[str, Thing]:
    """By source the client with a link; masked where only the referral or handover is theirs.

    A fixed number of queries, and none for what names no client.
    """
    keys = {source: key for source in sources if (key := _key(source))}
    rows = _rows(person, set(keys.values()))
    clients = {key: row.client_id for key, row in rows.items()}
    clients |= {(kind, pk): pk for kind, pk in keys.values() if kind in _OF_CLIENTS}
    known = _readable(person, set(clients.values()))
    found = {
        source: _thing(key, rows.get(key), known.get(clients.get(key)))
        for source, key in keys.items()
    }
    return {source: thing for source, thing in found.items() if thing is not None}


def _key(source: str) -> Key | None:
    """What a source begins with: its kind, and the number of the row that it is about."""
    kind, _colon, rest = source.removeprefix("late:prospect").partition(":")
    number = rest.partition(":")[0]
    return (kind or "prospect", int(number)) if number.isdecimal() else None


def _rows(person, keys: Collection[Key]) -> dict[Key, SaleRecord | Referral | Handover]:
    """The sales, referrals and handovers that the keys name, as far as the person may see them."""
    found = {}
    for kinds, model, *besides in _MODELS:
        wanted = [(kind, pk) for kind, pk in keys if kind in kinds]
        if wanted:
            rows = model.objects.visible_to(person).select_related("client", *besides)
            by_pk = rows.in_bulk([pk for _kind, pk in wanted])
            found |= {(kind, pk): by_pk[pk] for kind, pk in wanted if pk in by_pk}
    return found | _first_referrals(person, [pk for kind, pk in keys if kind == "identified"])


def _first_referrals(person, clients: Collection[int]) -> dict[Key, Referral]:
    """The referral with which each client was identified, as far as the person may see it."""
    if not clients:
        return {}
    rows = Referral.objects.visible_to(person).filter(client__in=clients)
    rows = rows.select_related("client").order_by("-pk")
    return {("identified", row.client_id): row for row in rows}


def _readable(person, pks: Collection[int]) -> dict[int, Client]:
    return Client.objects.visible_to(person).defer(*SHUT).in_bulk(pks) if pks else {}


def _thing(key: Key, row, client: Client | None) -> Thing | None:
    text = row.product.shown_name if key[0] in _SOLD and row else ""
    if client is not None:
        return Thing(words.plain_name(client), reverse("client", args=[client.pk]), text=text)
    if row is None:
        return None
    page = {Referral: "referral", Handover: "handover"}.get(type(row))
    return Thing(
        words.masked_name(row.client), reverse(page, args=[row.pk]) if page else "", text=text
    )


register(subjects)
