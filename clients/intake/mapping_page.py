"""What the page of columns is about: the file as asked for, and the columns chosen so far."""

from functools import cached_property

from clients.intake import rules
from clients.intake.actions.runs import contents_of
from clients.intake.columns import Columns, columns_of
from clients.intake.kinds import KINDS, shipped
from clients.intake.reading import ENCODINGS, SEPARATORS, look_at, written
from clients.intake.suggestions import suggest
from crm.lib.tabular import TabularError
from crm.lib.tabular.detection import Detected

_MOST_ABOVE = 50  # rows above a header


class Asked:
    """One file with the way it is written, which the address may overrule."""

    encodings = ENCODINGS
    separators = SEPARATORS

    def __init__(self, request, run):
        self.run, self.kind = run, KINDS[run.kind]
        self._query = request.GET
        self.contents = contents_of(run)
        self.name = next(iter(self.contents), "")
        self.refusal = ""

    @cached_property
    def found(self) -> Detected | None:
        """The only file as it would be read; None for several, or one that cannot be read so."""
        if len(self.contents) != 1:
            return None
        try:
            return look_at(self.contents[self.name], **self.wanted)
        except TabularError as broken:
            self.refusal = str(broken)
            return None

    @property
    def wanted(self) -> dict:
        """What the person says of the file."""
        found = {}
        if (encoding := self._query.get("encoding")) in ENCODINGS:
            found["encoding"] = encoding
        if (separator := self._query.get("separator")) in SEPARATORS:
            found["separator"] = separator
        row = self._query.get("header_row", "")
        if row.isdecimal() and 1 <= int(row[:3]) <= _MOST_ABOVE:
            found["header_row"] = int(row)
        return found

    @property
    def written(self) -> dict:
        """The dialect as a mapping says it."""
        return written(self.found)

    @property
    def chosen(self) -> Columns:
        """The columns of the run's mapping where it has one that fits, else those suggested."""
        suggested = suggest(self.kind, self.found)
        there = columns_of(self.kind, self.run.mapping) if self.run.mapping else None
        if there is None or not set(there.used) <= set(self.found.header):
            return suggested
        return there

    @property
    def rows(self) -> list[list[str]]:
        """The first good rows under the header."""
        return [[cell or "" for cell in record.cells] for record in self.found.samples[:3]]


def tables_named(person, kind: str, using: str) -> tuple[dict, str] | None:
    """The tables and title of a mapping that the upload names; None for a choice of columns."""
    where, _colon, name = using.partition(":")
    if where == "shipped" and name in shipped() and shipped()[name].kind == kind:
        return shipped()[name].tables, shipped()[name].title
    if where == "saved" and name.isdecimal():
        saved = rules.mappings_for(person).filter(kind=kind, pk=int(name)).first()
        return (saved.mapping, saved.name) if saved else None
    return None


def retargeted(run, tables: dict) -> dict:
    """The mapping, told how the uploaded file is written where it is a mere choice of columns.

    Raises TabularError.
    """
    kind, contents = KINDS[run.kind], contents_of(run)
    chosen = columns_of(kind, tables)
    if chosen is None or len(contents) != 1:
        return tables
    [(name, content)] = contents.items()
    return chosen.tables(kind, name=name, written=written(look_at(content)))
