"""People of the result files: found again by a number made of their name, else taken on."""

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from crm.lib.mapping import Import, Line, Rejected, Tally
from managers.competition.results.mapping import ResultsMapping
from managers.people.actions import attest, hire, post_to
from managers.people.models import RM_POSTS, OrgUnit, Post, Staff
from managers.people.organisation import Place, Tree
from managers.people.rules import ATTESTED

_DIGITS = 8


def employee_no(name: str, prefix: str) -> str:
    """A staff number made of a name: the same name has the same number in every file and run."""
    digest = int(hashlib.sha256(name.encode()).hexdigest(), 16)
    return f"{prefix}{digest % 10**_DIGITS:0{_DIGITS}d}"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person, the way to their unit, and who heads it."""

    line: Line
    name: str
    head: str
    way: tuple[Place, ...]


class PeopleImport(Import):
    """One row, one person; whoever is there already keeps post and unit."""

    def __init__(self, mapping: ResultsMapping, rejected: Rejected, *, by, at):
        super().__init__(mapping.people.stream, mapping.sources, rejected, by=by, at=at)
        self._declared, self._prefix = mapping.people, mapping.prefix
        self._heads: set[str] = set()
        self.units = Tree(prefix=mapping.prefix, by=by, at=at)

    def read(self, line: Line) -> PersonRow:
        declared = self._declared
        name = declared.name.of(line.cells)
        head = declared.head.of(line.cells) if declared.head else None
        if not name:
            raise ValueError(_("The row names nobody."))
        if max(len(name), len(head or "")) > Staff._meta.get_field("name").max_length:
            raise ValueError(_("A name is too long."))
        row = PersonRow(line, name, head or "", declared.way.of(line))
        self.units.at(row.way)
        return row

    def key(self, row: PersonRow) -> str:
        return row.name

    def write(self, rows: list[PersonRow]) -> Tally:
        tally = Tally()
        for row in rows:
            unit = self.units.at(row.way)
            tally.add(self._present(row.name, self._declared.post, unit))
            if row.head and row.head not in self._heads:
                tally.add(self._present(row.head, self._declared.head_post, unit))
                self._heads.add(row.head)
        return tally

    def _present(self, name: str, post: Post, unit: OrgUnit) -> Tally:
        """See to it that somebody of this name works for us; nobody can sign in as them yet."""
        number = employee_no(name, self._prefix)
        if Staff.objects.filter(employee_no=number).exists():
            return Tally(unchanged=1)
        person = hire(employee_no=number, name=name, by=self.by, at=self.at)
        rank = {}
        if post in RM_POSTS:
            # The mapping vouches for them: it says `eligible` (rules A4).
            attest(person, by=self.by, at=self.at, **dict.fromkeys(ATTESTED, True))
            rank = {"grade": self._declared.grade, "step": self._declared.step}
        since = self._declared.since
        post_to(person, unit=unit, post=post, since=since, by=self.by, at=self.at, **rank)
        return Tally(created=1)
