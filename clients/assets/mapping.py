"""What a mapping of balances says: docs/import.md describes every key."""

from dataclasses import dataclass
from pathlib import Path

from crm.lib.mapping import MappingError, Section, Sources, Stream, Value


@dataclass(frozen=True)
class BalanceMap:
    """One row, the closing balance of a client on a day, in CNY."""

    stream: Stream
    client: Value
    day: Value
    closing: Value

    @property
    def values(self) -> list[Value]:
        """Every value that a row is asked for."""
        return [self.client, self.day, self.closing]


@dataclass(frozen=True)
class ContributionMap:
    """One row, what a client brought the bank in a year, in CNY."""

    stream: Stream
    client: Value
    year: Value
    fees: Value
    margin: Value

    @property
    def values(self) -> list[Value]:
        """Every value that a row is asked for."""
        return [self.client, self.year, self.fees, self.margin]


@dataclass(frozen=True)
class AssetsMapping:
    """A mapping file, read and checked in itself; `sources` still has to find its files."""

    name: str
    base: Path
    prefix: str
    sources: Sources
    balances: BalanceMap | None
    contributions: ContributionMap | None

    @classmethod
    def read(cls, path: Path) -> "AssetsMapping":
        """Read a mapping. Raises MappingError with the key that is wrong."""
        whole = Section.read(path)
        whole.text("title", "")
        mapping = cls(
            name=path.stem,
            base=path.parent / whole.text("base", "."),
            prefix=whole.text("prefix", ""),
            sources=Sources(whole),
            balances=_balances(whole.section("balances")) if "balances" in whole else None,
            contributions=_contributions(whole.section("contributions"))
            if "contributions" in whole
            else None,
        )
        whole.done()
        if not mapping.streams:
            raise MappingError("The mapping needs [balances] or [contributions].")
        return mapping

    @property
    def streams(self) -> list[BalanceMap | ContributionMap]:
        """Whatever is read row by row, in the order in which it is imported."""
        return [part for part in (self.balances, self.contributions) if part]

    def check(self) -> list[str]:
        """Check every column against the files; returns the columns of all streams, once each.

        Raises MappingError for a column that no header has.
        """
        columns: dict[str, None] = {}
        for part in self.streams:
            self.sources.check(part.stream, part.values)
            columns |= dict.fromkeys(self.sources.columns(part.stream.file))
        return list(columns)


def _balances(section: Section) -> BalanceMap:
    balances = BalanceMap(
        stream=Stream(section),
        client=Value.at(section, "client"),
        day=Value.at(section, "day", "date"),
        closing=Value.at(section, "closing", "amount"),
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
    )
    section.done()
    return contributions
