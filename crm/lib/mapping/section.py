"""One table of a mapping file, read key by key so that a misspelt key is an error, not silence."""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

_NEEDED = object()


class MappingError(Exception):
    """The mapping cannot be used; the message names the key, or the file, that is wrong."""


class Section:
    """A table of the mapping and its place in it, such as `holdings.account`."""

    def __init__(self, content: dict, place: str = ""):
        self.place = place
        self._left = dict(content)

    @classmethod
    def read(cls, path: Path) -> "Section":
        """The whole mapping. Raises MappingError when it is not TOML."""
        try:
            return cls(tomllib.loads(path.read_text(encoding="utf-8")))
        except OSError as missing:
            raise MappingError(f"{path} cannot be read.") from missing
        except ValueError as broken:
            raise MappingError(f"{path.name} is not TOML: {broken}") from broken

    def __iter__(self) -> Iterator[str]:
        return iter([*self._left])

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def text(self, key: str, default: Any = _NEEDED) -> str:
        """A text."""
        return self._take(key, str, default)

    def number(self, key: str, default: Any = _NEEDED) -> int:
        """A whole number."""
        return self._take(key, int, default)

    def day(self, key: str, default: Any = _NEEDED) -> date:
        """A day, written as TOML writes it: 2026-11-23."""
        return self._take(key, date, default)

    def flag(self, key: str) -> bool:
        """Yes or no; no when left out."""
        return self._left.pop(key, False) is True

    def texts(self, key: str) -> list[str]:
        """A list of texts, empty when left out; one text stands for a list of one."""
        found = self._take(key, (list, str), [])
        return [found] if isinstance(found, str) else [str(item) for item in found]

    def pairs(self, key: str) -> dict[str, Any]:
        """A table whose keys the author of the mapping chooses."""
        return self._take(key, dict, {})

    def any(self, key: str) -> Any:
        """Whatever stands there; None when left out."""
        return self._left.pop(key, None)

    def section(self, key: str) -> "Section":
        """A table within this one, empty when left out."""
        return Section(self.pairs(key), self.at(key))

    def sections(self, key: str) -> list["Section"]:
        """A list of tables, `[[key]]`, in their order."""
        found = self._take(key, list, [])
        return [Section(item, f"{self.at(key)}[{n}]") for n, item in enumerate(found, start=1)]

    def named(self, key: str) -> dict[str, "Section"]:
        """Tables by the names that the author chose: `[files.client]`, `[files.loan]`."""
        return {
            name: Section(item if isinstance(item, dict) else {"": item}, f"{self.at(key)}.{name}")
            for name, item in self.pairs(key).items()
        }

    def at(self, key: str) -> str:
        """The place of a key in the whole mapping."""
        return f"{self.place}.{key}" if self.place else key

    def done(self) -> None:
        """Raise MappingError if the mapping says something here that nobody reads."""
        if self._left:
            keys = ", ".join(self.at(key) for key in self._left)
            raise MappingError(f"The mapping has a key that means nothing: {keys}.")

    def _take(self, key: str, kind, default) -> Any:
        if key not in self._left:
            if default is _NEEDED:
                raise MappingError(f"The mapping lacks {self.at(key)}.")
            return default
        found = self._left.pop(key)
        if not isinstance(found, kind) or isinstance(found, bool):
            raise MappingError(f"{self.at(key)} is of the wrong kind: {found!r}.")
        return found
