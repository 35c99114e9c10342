"""What a mapping of balances says: docs/import.md describes every key."""

from dataclasses import dataclass
from typing import Any

from crm.lib.mapping import Declared, MappingError, Part, Section, Stream, Value


@dataclass(frozen=True)
class BalanceMap:
    """One row, the closing balance of a client on a day; rows of another `currency` are refused."""

    stream: Stream
    client: Value
    day: Value
    closing: Value
    currency: Value

    @property
    def values(self) -> list[Value]:
        """Every value that a row is asked for."""
        return [self.client, self.day, self.closing, self.currency]


@dataclass(frozen=True)
class ContributionMap:
    """One row, what a client brought the bank in a year; other currencies are refused, too."""

    stream: Stream
    client: Value
    year: Value
    fees: Value
    margin: Value
    currency: Value

    @property
    def values(self) -> list[Value]:
        """Every value that a row is asked for."""
        return [self.client, self.year, self.fees, self.margin, self.currency]


@dataclass(frozen=True)
class AssetsMapping(Declared):
    """How balances are read, and what clients brought the bank."""

    balances: BalanceMap | None
    contributions: ContributionMap | None

    @classmethod
    def parts(cls, whole: Section, prefix: str) -> dict[str, Any]:
        readers = {"balances": _balances, "contributions": _contributions}
        found = {
            name: read(whole.section(name)) if name in whole else None
            for name, read in readers.items()
        }
        if not any(found.values()):
            raise MappingError("The mapping needs [balances] or [contributions].")
        return found

    @property
    def streams(self) -> list[Part]:
        return [part for part in (self.balances, self.contributions) if part]


def _balances(section: Section) -> BalanceMap:
    balances = BalanceMap(
        stream=Stream(section),
        client=Value.at(section, "client"),
        day=Value.at(section, "day", "date"),
        closing=Value.at(section, "closing", "amount"),
        currency=_currency(section),
    )
    section.done()
    return balances


def _contributions(section: Section) -> ContributionMap:
    contributions = ContributionMap(
        stream=Stream(section),
        client=Value.at(section, "client"),
        year=Value.at(section, "year", "integer"),
        fees=Value.at(section, "fees", "amount"),
        margin=Value.at(section, "margin", "amount"),
        currency=_currency(section),
    )
    section.done()
    return contributions


def _currency(section: Section) -> Value:
    """What the file says of the currency; CNY where it says nothing."""
    return Value(section.any("currency") or {"value": "CNY"}, section.at("currency"))
