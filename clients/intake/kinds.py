"""The kinds of imports: whom they are for, and which fields they have; `actions.acts` runs them."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from clients.assets.mapping import AssetsMapping
from clients.book.models import Client
from clients.intake.mapping import Mapping
from clients.intake.rows import client_columns
from crm.lib.mapping import Declared, MappingError, Section, fitting
from managers.people import scope
from managers.people.scope import Right

TEXT, DATE, AMOUNT = "text", "date", "amount"


@dataclass(frozen=True)
class Field:
    """A field of ours that a column may fill."""

    name: str
    label: str
    kind: str = TEXT
    required: bool = False


@dataclass(frozen=True)
class Kind:
    """What one kind of import is; `section` is the table of the mapping that has its fields."""

    code: str
    label: str
    section: str
    fields: tuple[Field, ...]
    rights: tuple[Right, ...]
    declared: type[Declared]
    check_cell: Callable[[str, Any, date], Any]
    has_facts: bool = False

    def read(self, tables: dict, name: str = "") -> Declared:
        """The mapping that a dictionary declares. Raises MappingError."""
        return self.declared.of(Section(tables), name=name)

    def is_for(self, person) -> bool:
        """Whether the person may import this."""
        return all(scope.may(person, right) for right in self.rights)


def _check_client_cell(name: str, value: Any, on: date) -> None:
    if name not in ("key", "outlet"):  # only their row can judge them
        fitting(Client, client_columns({name: value}, on))


def _check_nothing(name: str, value: Any, on: date) -> None:
    """What a cell of a balance may be is said by its row."""


CLIENTS = Kind(
    code="clients",
    label=_("Clients"),
    section="clients",
    fields=(
        Field("key", _("Client number"), required=True),
        Field("outlet", _("Outlet code"), required=True),
        Field("name", _("Name")),
        Field("sex", _("Sex")),
        Field("birth_date", _("Date of birth"), DATE),
        Field("phone", _("Mobile")),
        Field("email", _("E-mail")),
        Field("identity_no", _("Identity number")),
        Field("identity_until", _("Identity document valid until"), DATE),
        Field("address", _("Address")),
        Field("aum", _("Assets"), AMOUNT),
        Field("client_since", _("Client since"), DATE),
        Field("ended_on", _("Relationship ended"), DATE),
    ),
    rights=(Right.IMPORT,),
    declared=Mapping,
    check_cell=_check_client_cell,
    has_facts=True,
)
BALANCES = Kind(
    code="balances",
    label=_("Balances"),
    section="balances",
    fields=(
        Field("client", _("Client number"), required=True),
        Field("day", _("Day"), DATE, required=True),
        Field("closing", _("Closing balance"), AMOUNT, required=True),
    ),
    rights=(Right.IMPORT, Right.RECORD_BALANCES),
    declared=AssetsMapping,
    check_cell=_check_nothing,
)
KINDS = {kind.code: kind for kind in (CLIENTS, BALANCES)}
# What the counts of an import are of, in the order in which it imports.
PARTS = {
    "lookups": _("Joined files"),
    "units": _("Units"),
    "clients": _("Clients"),
    "holdings": _("Holdings"),
    "households": _("Households"),
    "contacts": _("Contacts"),
    "balances": _("Balances"),
    "contributions": _("Contributions"),
}
CHOICES = [(kind.code, kind.label) for kind in KINDS.values()]


@dataclass(frozen=True)
class Shipped:
    """A mapping that comes with the product."""

    name: str
    kind: str
    title: str
    tables: dict[str, Any]


@cache
def shipped() -> dict[str, Shipped]:
    """The mappings under mappings/ that the web offers, by name."""
    found = {}
    for path in sorted((settings.BASE_DIR / "mappings").glob("*.toml")):
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        for kind in KINDS.values():
            if kind.section in tables:
                title = tables.get("title", path.stem)
                found[path.stem] = Shipped(path.stem, kind.code, title, tables)
    return found


def readable(kind: Kind, tables: dict) -> Declared:
    """The mapping, if an upload may use it: `base` names a folder of the server. MappingError."""
    if not isinstance(tables, dict) or "base" in tables:
        raise MappingError("base: the files are those that were uploaded.")
    return kind.read(tables)


def parts_of(counts: dict) -> list[tuple[str, dict[str, int]]]:
    """The counts of each kind under its name; none where there is but one kind."""
    found = [(label, counts[part]) for part, label in PARTS.items() if part in counts]
    return found if len(found) > 1 else []
