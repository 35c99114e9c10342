"""What a mapping of clients says: docs/import.md describes every key."""

from dataclasses import dataclass
from typing import Any

from crm.lib.mapping import Declared, MappingError, Part, Section, Stream, Value
from managers.people.organisation import Way

_WORD = ("text", "latin")
_DAY = ("date", "date_in_birth_number")
# What a client and a holding may have, and as what it may be read.
FIELDS = {
    "name": _WORD,
    "sex": ("text", "sex_in_birth_number"),
    "birth_date": _DAY,
    "phone": _WORD,
    "email": _WORD,
    "identity_no": _WORD,
    "identity_until": _DAY,
    "address": _WORD,
    "aum": ("amount",),
    "client_since": _DAY,
    "ended_on": _DAY,
}
HOLDING_FIELDS = {
    "amount": ("amount",),
    "opened_on": _DAY,
    "matures_on": _DAY,
    "redeemed_on": _DAY,
    "is_open": ("flag",),
}


@dataclass(frozen=True)
class ClientMap:
    """One row, one client: key, fields, facts, and the outlet by its code or the way to it."""

    stream: Stream
    key: Value
    fields: dict[str, Value]
    profile: dict[str, Value]
    outlet: Value | None
    way: Way

    @property
    def values(self) -> list[Value]:
        """Every value that a row is asked for."""
        outlet = [self.outlet] if self.outlet else self.way.values
        return [self.key, *self.fields.values(), *self.profile.values(), *outlet]


@dataclass(frozen=True)
class HoldingMap:
    """One row, one holding of the client whose key it names."""

    stream: Stream
    label: str
    key: Value
    client: Value
    category: Value
    name: Value
    currency: Value
    fields: dict[str, Value]

    @property
    def values(self) -> list[Value]:
        """Every value that a row is asked for."""
        return [
            self.key,
            self.client,
            self.category,
            self.name,
            self.currency,
            *self.fields.values(),
        ]


@dataclass(frozen=True)
class ContactMap:
    """One row, one contact with the client whose key it names."""

    stream: Stream
    label: str
    key: Value
    client: Value
    channel: Value
    outcome: Value
    happened_on: Value
    notes: Value | None

    @property
    def values(self) -> list[Value]:
        """Every value that a row is asked for."""
        asked = [self.key, self.client, self.channel, self.outcome, self.happened_on]
        return [*asked, *([self.notes] if self.notes else [])]


@dataclass(frozen=True)
class HouseholdMap:
    """One row, one member; rows with the same key live together."""

    stream: Stream
    key: Value
    client: Value
    relation: Value

    @property
    def values(self) -> list[Value]:
        """Every value that a row is asked for."""
        return [self.key, self.client, self.relation]


@dataclass(frozen=True)
class Mapping(Declared):
    """How clients are read, and what hangs on them."""

    clients: ClientMap
    holdings: list[HoldingMap]
    households: HouseholdMap | None
    contacts: list[ContactMap]

    @classmethod
    def parts(cls, whole: Section, prefix: str) -> dict[str, Any]:
        return {
            "clients": _clients(whole, prefix),
            "holdings": [_holding(section) for section in whole.named("holdings").values()],
            "households": _households(whole.section("households"))
            if "households" in whole
            else None,
            "contacts": [_contact(section) for section in whole.named("contacts").values()],
        }

    @property
    def streams(self) -> list[Part]:
        households = [self.households] if self.households else []
        return [self.clients, *self.holdings, *households, *self.contacts]


def _clients(whole: Section, prefix: str) -> ClientMap:
    section = whole.section("clients")
    stream = Stream(section)
    key = Value.at(section, "key")
    fields = _declared(section, FIELDS)
    facts = section.section("profile")
    profile = {name: Value.at(facts, name) for name in facts}
    outlet = Value.at(section, "outlet") if "outlet" in section else None
    way = Way(whole.section("units"), prefix=prefix)
    if bool(outlet) == bool(way):
        raise MappingError("The mapping needs either clients.outlet or [units.outlet].")
    section.done()
    return ClientMap(stream, key, fields, profile, outlet, way)


def _declared(section: Section, fields: dict[str, tuple[str, ...]]) -> dict[str, Value]:
    return {
        name: Value.at(section, name, *kinds) for name, kinds in fields.items() if name in section
    }


def _holding(section: Section) -> HoldingMap:
    label = section.place.rpartition(".")[2]
    holding = HoldingMap(
        stream=Stream(section),
        label=label,
        key=Value.at(section, "key"),
        client=Value.at(section, "client"),
        category=Value(section.any("category") or {"value": label}, section.at("category")),
        name=Value.at(section, "name"),
        currency=Value(section.any("currency") or {"value": "CNY"}, section.at("currency")),
        fields=_declared(section, HOLDING_FIELDS),
    )
    section.done()
    return holding


def _households(section: Section) -> HouseholdMap:
    households = HouseholdMap(
        stream=Stream(section),
        key=Value.at(section, "key"),
        client=Value.at(section, "client"),
        relation=Value.at(section, "relation"),
    )
    section.done()
    return households


def _contact(section: Section) -> ContactMap:
    contact = ContactMap(
        stream=Stream(section),
        label=section.place.rpartition(".")[2],
        key=Value.at(section, "key"),
        client=Value.at(section, "client"),
        channel=Value(section.any("channel") or {"value": "call"}, section.at("channel")),
        outcome=Value.at(section, "outcome"),
        happened_on=Value.at(section, "happened_on", "date"),
        notes=Value.at(section, "notes") if "notes" in section else None,
    )
    section.done()
    return contact
