"""A person's choice of columns as the tables of a mapping, and such tables as a choice."""

from dataclasses import dataclass, field
from typing import Any

from clients.intake.kinds import DATE, Kind

ROLE = "file"
_PLAIN = {"title", "prefix", "format", "files"}


@dataclass
class Columns:
    """What was chosen: a column for each field, and how it is read.

    `readings` holds what a Value says besides the column: format, thousands, map.
    """

    of: dict[str, str] = field(default_factory=dict)
    readings: dict[str, dict] = field(default_factory=dict)
    facts: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    prefix: str = ""
    constants: dict[str, str] = field(default_factory=dict)  # the same for each row

    def tables(self, kind: Kind, *, name: str, written: dict[str, Any]) -> dict:
        """The mapping of one file of this name that is written so."""
        section: dict[str, Any] = {"from": ROLE}
        for name, constant in self.constants.items():
            section[name] = {"value": constant}
        for each in kind.fields:
            if column := self.of.get(each.name):
                reading = self.readings.get(each.name)
                section[each.name] = {"column": column, **reading} if reading else column
        if self.facts:
            section["profile"] = {column: column for column in self.facts}
        tables: dict[str, Any] = {"format": dict(written), "files": {ROLE: {"name": name}}}
        if self.missing:
            tables["format"]["missing"] = self.missing
        if self.prefix:
            tables["prefix"] = self.prefix
        return tables | {kind.section: section}

    @property
    def used(self) -> list[str]:
        """Every column that is read."""
        return [*self.of.values(), *self.facts]


def columns_of(kind: Kind, tables: dict) -> Columns | None:
    """The choice that these tables came from; None where they say more than a choice can."""
    section = tables.get(kind.section, {})
    names = {each.name for each in kind.fields}
    if set(tables) - _PLAIN - {kind.section} or len(tables.get("files", {})) != 1:
        return None
    if set(section) - names - {"from", "profile"}:
        return None
    found = Columns(prefix=tables.get("prefix", ""))
    found.missing = list(tables.get("format", {}).get("missing", []))
    for name in names & set(section):
        value = section[name]
        reading = {} if isinstance(value, str) else dict(value)
        column = value if isinstance(value, str) else reading.pop("column", None)
        if set(reading) == {"value"}:
            found.constants[name] = str(reading["value"])
            continue
        if column is None:
            return None
        found.of[name], found.readings[name] = column, reading
    for name, fact in section.get("profile", {}).items():
        if fact != name:
            return None
        found.facts.append(name)
    return found


def dates_of(kind: Kind) -> list[str]:
    """The fields of ours that are days."""
    return [each.name for each in kind.fields if each.kind == DATE]
