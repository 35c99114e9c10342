"""What every mapping file has: its name and place, the prefix of its numbers, and its sources."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

from crm.lib.mapping.section import Section
from crm.lib.mapping.sources import Sources
from crm.lib.mapping.streams import Stream
from crm.lib.mapping.values import Value


class Part(Protocol):
    """Rows of one stream, and every value that a row is asked for."""

    stream: Stream
    values: list[Value]


@dataclass(frozen=True)
class Declared:
    """A mapping file, read and checked in itself; `sources` still has to find its files."""

    name: str
    base: Path
    prefix: str
    sources: Sources

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a mapping. Raises MappingError with the key that is wrong."""
        return cls.of(Section.read(path), name=path.stem, folder=path.parent)

    @classmethod
    def of(cls, whole: Section, *, name: str, folder: Path = Path()) -> Self:
        """The mapping that these tables declare. Raises MappingError."""
        whole.text("title", "")
        prefix = whole.text("prefix", "")
        mapping = cls(
            name=name,
            base=folder / whole.text("base", "."),
            prefix=prefix,
            sources=Sources(whole),
            **cls.parts(whole, prefix),
        )
        whole.done()
        return mapping

    @classmethod
    def parts(cls, whole: Section, prefix: str) -> dict[str, Any]:
        """The fields that a kind of mapping has besides these, read from its sections."""
        raise NotImplementedError

    @property
    def streams(self) -> list[Part]:
        """Whatever is read row by row, in the order in which it is imported."""
        raise NotImplementedError

    def check(self) -> list[str]:
        """Check every column against the files; returns the columns of all files, once each.

        Raises MappingError for a column that no header has.
        """
        columns: dict[str, None] = {}
        for part in self.streams:
            self.sources.check(part.stream, part.values)
            columns |= dict.fromkeys(self.sources.columns(part.stream.file))
        for joined in self.sources.joined:
            columns |= dict.fromkeys(self.sources.columns(joined))
        return list(columns)
