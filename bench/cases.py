"""The cases: a page, its twin in the API, and the bare query that neither can beat."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.postgres.lookups import TrigramSimilar
from django.db import connection
from django.db.models import F, Value
from django.template import engines
from django.urls import reverse

from bench.ground import phone_of
from clients.models import Client, FollowUp
from crm.lib.db import on_postgresql
from crm.lib.marks import PARAMETER, mark_of
from crm.lib.secrets import blind_index

_ROWS = 25
_TABLE = engines["django"].from_string(
    "<table>{% for row in rows %}<tr><td>{{ row.number }}</td><td>{{ row.name }}</td>"
    "<td>{{ row.aum }}</td></tr>{% endfor %}</table>"
)


@dataclass(frozen=True)
class Case:
    """`page` and `api` give addresses for a person; `floor` does the bare work."""

    page: Callable
    api: Callable
    floor: Callable


def _book(person):
    rows = Client.objects.filter(owner=person).order_by("joined_pinyin", "pk")[:_ROWS]
    return _TABLE.render({"rows": rows})


def _by_phone(person):
    found = Client.objects.filter(owner=person, phone_index=blind_index("phone", _phone(person)))
    return _TABLE.render({"rows": found})


def _by_name(person):
    typed = _misspelled(person)
    rows = Client.objects.filter(owner=person)
    if on_postgresql(connection):
        rows = rows.filter(TrigramSimilar(F("joined_pinyin"), Value(typed)))
    return _TABLE.render({"rows": rows.order_by("joined_pinyin", "pk")[:_ROWS]})


def _misspelled(person) -> str:
    """The pinyin of the first client, two letters in the middle swapped."""
    name = _first(person).joined_pinyin
    middle = len(name) // 2
    return name[: middle - 1] + name[middle] + name[middle - 1] + name[middle + 1 :]


def _one(person):
    return _TABLE.render({"rows": [Client.objects.get(pk=_first(person).pk)]})


def _due(person):
    items = FollowUp.objects.filter(owner=person, state="open").select_related("client")
    return _TABLE.render({"rows": [item.client for item in items.order_by("due_at", "pk")[:_ROWS]]})


def _first(person):
    return Client.objects.filter(owner=person).order_by("pk").first()


def _phone(person):
    return phone_of(int(_first(person).number[2:]))


def _searched(page, person, text) -> str:
    return reverse(page, query={PARAMETER: mark_of(person, text)})


def _list_of(person, query=""):
    return f"/api/v1/clients/?page_size={_ROWS}&ordering=name{query}"


CASES = {
    "own-list": Case(
        page=lambda person: f"{reverse('client-list')}?size={_ROWS}", api=_list_of, floor=_book
    ),
    "phone-search": Case(
        page=lambda person: _searched("client-list", person, _phone(person)),
        api=lambda person: _list_of(person, f"&search={_phone(person)}"),
        floor=_by_phone,
    ),
    "name-search": Case(
        page=lambda person: _searched("search", person, _misspelled(person)),
        api=lambda person: _list_of(person, f"&search={_first(person).joined_pinyin}"),
        floor=_by_name,
    ),
    "client": Case(
        page=lambda person: reverse("client", args=[_first(person).pk]),
        api=lambda person: f"/api/v1/clients/{_first(person).pk}/",
        floor=_one,
    ),
    "today": Case(
        page=lambda person: reverse("today"),
        api=lambda person: f"/api/v1/follow-ups/?page_size={_ROWS}&state=open",
        floor=_due,
    ),
}
