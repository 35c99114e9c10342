"""People of the result files: found again by a number made of their name, else taken on."""

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from crm.lib import names
from crm.lib.mapping import Import, Line, Rejected, Tally
from managers.audit.actions import record
from managers.competition.results.mapping import ResultsMapping
from managers.people.models import (
    SEQUENCE_OF,
    Eligibility,
    OrgUnit,
    Post,
    Posting,
    Sequence,
    Staff,
)
from managers.people.organisation import Place, Tree

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
        self.units = Tree(prefix=mapping.prefix, opened=self._opened)

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

    def _opened(self, unit: OrgUnit) -> None:
        record("unit.opened", unit, by=self.by, at=self.at, code=unit.code)

    def _present(self, name: str, post: Post, unit: OrgUnit) -> Tally:
        """See to it that somebody of this name works for us."""
        number = employee_no(name, self._prefix)
        if Staff.objects.filter(employee_no=number).exists():
            return Tally(unchanged=1)
        person = Staff(employee_no=number, name=name, latin_name=names.latin(name))
        person.set_unusable_password()
        person.save(force_insert=True)
        self._post(person, post, unit)
        record("staff.imported", person, by=self.by, at=self.at, unit=unit.pk, post=post.value)
        return Tally(created=1)

    def _post(self, person: Staff, post: Post, unit: OrgUnit) -> None:
        """Post a new person; the mapping vouches for the attestations of an RM (rules A3, A4)."""
        sequence, graded = SEQUENCE_OF[post], SEQUENCE_OF[post] == Sequence.RM
        if graded:
            Eligibility.objects.create(
                staff=person,
                ethics=True,
                knowledge=True,
                experience=True,
                health=True,
                clean_record=True,
                attested_by=self.by,
                attested_at=self.at,
            )
        Posting.objects.create(
            staff=person,
            unit=unit,
            post=post,
            sequence=sequence,
            grade=self._declared.grade if graded else "",
            step=self._declared.step if graded else None,
            since=self._declared.since,
        )
