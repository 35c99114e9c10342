"""Where the values of merged files stand.

A source goes on telling of both numbers. What it says of one belongs wherever a merge put the value
of that file, so that a list imported again changes nothing, and a merge taken back is whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from clients.book import merged
from clients.merging.actions import FIELDS
from clients.merging.models import Merge

_FIELD_OF = {column: name for name, columns in FIELDS.items() for column in columns}


@dataclass(frozen=True)
class Seats:
    """The standing merges of some clients, the oldest first, and all files that belong to them."""

    merges: list[Merge] = field(default_factory=list)
    files: frozenset[int] = frozenset()

    @classmethod
    def among(cls, pks: Iterable[int]) -> "Seats":
        """The seats of these clients; one query where none was ever merged."""
        pks = set(pks)
        standing = Merge.objects.filter(undone_at__isnull=True)
        if not standing.filter(Q(kept__in=pks) | Q(merged__in=pks)).exists():
            return cls()
        families = merged.below(merged.standing(pks).values()).values()
        files = frozenset(pk for family in families if len(family) > 1 for pk in family)
        return cls(list(standing.filter(kept__in=files).order_by("pk")), files)

    def of(self, pk: int, column: str) -> int:
        """The file that has the value of this one."""
        name = _FIELD_OF.get(column)
        for made in self.merges:
            if name in made.exchanged and pk in (made.kept_id, made.merged_id):
                pk = made.kept_id + made.merged_id - pk
        return pk

    def copies(self, pk: int, fact: str) -> list[int]:
        """The files that took this fact of the profile along."""
        found = []
        for made in self.merges:
            if made.merged_id == pk and fact in made.set["facts"]:
                pk = made.kept_id
                found.append(pk)
        return found
