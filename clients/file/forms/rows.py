"""How the fields of a form stand."""

from typing import ClassVar


class InRows:
    """A form whose short fields stand side by side: `pairs` names the second by the first."""

    pairs: ClassVar[dict[str, str]] = {}

    @property
    def rows(self) -> list:
        """The fields in their order, each alone or with its neighbour."""
        seconds = set(self.pairs.values())
        firsts = [field for field in self if field.name not in seconds]
        return [
            [field, self[self.pairs[field.name]]] if field.name in self.pairs else [field]
            for field in firsts
        ]
