"""Households from rows that share a key, such as the account of an owner and a disponent."""

from dataclasses import dataclass
from operator import attrgetter

from django.utils.translation import gettext as _

from clients.book.models import Household, Member
from clients.intake.actions.of_clients import OfClients
from clients.intake.rows import MemberRow, member_row
from crm.lib.mapping import Line, Tally
from managers.audit.actions import record_many

# The client id by number; None for one who is only coming.
Places = dict[str, int | None]


@dataclass(frozen=True)
class Home:
    """The rows of one household, at least two."""

    key: str
    members: list[MemberRow]

    @property
    def line(self) -> Line:
        """The row that stands for all if the database refuses them."""
        return self.members[0].line


class HouseholdImport(OfClients):
    """Rows that share a key, one household; a client belongs to one household at most."""

    kind = "households"

    def read(self, line: Line) -> MemberRow:
        return member_row(line, self._declared, prefix=self._prefix)

    def key(self, row: MemberRow) -> tuple[str, str]:
        return row.household, row.number

    def rows(self):
        """Households of two and more; rows alone under their key say nothing about anybody."""
        homes: dict[str, list[MemberRow]] = {}
        for row in self.each_row():
            homes.setdefault(row.household, []).append(row)
        placed: dict[str, str] = {}
        for key, members in homes.items():
            if len(members) > 1 and any(self.is_asked(row.line) for row in members):
                free = [row for row in members if self._free(row, placed)]
                if len(free) > 1:
                    placed |= {row.number: key for row in free}
                    yield Home(key, free)

    def ready(self, homes: list[Home]) -> list[Home]:
        places = _places(self._known.files(_numbers(homes)))
        keys = dict(_members(places).values_list("client", "household__source_key"))
        usable = []
        for home in homes:
            members = [row for row in home.members if self._belongs(row, home.key, places, keys)]
            if len(members) > 1:
                usable.append(Home(home.key, members))
        return usable

    def write(self, homes: list[Home]) -> Tally:
        files = self._known.hold(_numbers(homes))
        homes = [home for home in (_of(home, files) for home in homes) if len(home.members) > 1]
        ids = _places(files)
        known = Household.objects.in_bulk([home.key for home in homes], field_name="source_key")
        fresh = [home.key for home in homes if home.key not in known]
        made = Household.objects.bulk_create(Household(source_key=key) for key in fresh)
        places = known | {household.source_key: household for household in made}
        there = {member.client_id: member for member in _members(ids)}
        new, changed = [], []
        for home in homes:
            for pk, row in _once(home, ids).items():
                member = there.get(pk)
                if member is None:
                    house = places[home.key]
                    new.append(Member(household=house, client_id=pk, relation=row.relation))
                elif member.relation != row.relation:
                    member.relation = row.relation
                    member.version += 1
                    changed.append(member)
        self._store(new, changed)
        touched = {member.household_id for member in (*new, *changed)}
        touched -= {household.pk for household in made}
        return Tally(len(made), len(touched), len(homes) - len(made) - len(touched))

    def compare(self, homes: list[Home]) -> Tally:
        known = Household.objects.in_bulk([home.key for home in homes], field_name="source_key")
        ids = _places(self._known.files(_numbers(homes)))
        relations = dict(_members(ids).values_list("client", "relation"))
        old = [home for home in homes if home.key in known]
        updated = sum(
            any(relations.get(pk) != row.relation for pk, row in _once(home, ids).items())
            for home in old
        )
        return Tally(len(homes) - len(old), updated, len(old) - updated)

    def _store(self, new: list[Member], changed: list[Member]) -> None:
        made = Member.objects.bulk_create(new)
        Member.objects.bulk_update(changed, ["relation", "version"])
        who = {"by": self.by, "at": self.at, "client": attrgetter("client_id")}
        record_many("household.joined", made, household=attrgetter("household_id"), **who)
        record_many("household.edited", changed, household=attrgetter("household_id"), **who)

    def _free(self, row: MemberRow, placed: dict[str, str]) -> bool:
        if row.number in placed:
            words = {"number": row.number, "household": placed[row.number]}
            self.reject(row.line, _("%(number)s belongs to household %(household)s.") % words)
        return row.number not in placed

    def _belongs(self, row: MemberRow, key: str, places: Places, keys: dict) -> bool:
        words = {"number": row.number}
        if row.number not in places:
            self.reject(row.line, _("There is no client %(number)s.") % words)
            return False
        if keys.get(places[row.number], key) != key:
            self.reject(row.line, _("%(number)s belongs to another household.") % words)
            return False
        return True


def _numbers(homes: list[Home]) -> set[str]:
    return {row.number for home in homes for row in home.members}


def _of(home: Home, files) -> Home:
    return Home(home.key, [row for row in home.members if row.number in files])


def _places(files: dict[str, list[int]]) -> Places:
    """Whose place each number speaks of: the file's that has one, else of what it leads to."""
    members = Member.objects.filter(client__in={pk for way in files.values() for pk in way})
    taken = set(members.values_list("client", flat=True))
    return {
        number: next((pk for pk in way if pk in taken), way[-1]) if way else None
        for number, way in files.items()
    }


def _members(places: Places):
    return Member.objects.filter(client__in={*places.values()} - {None}).order_by()


def _once(home: Home, places: Places) -> dict[int | None, MemberRow]:
    """The rows of a household by place; of two files that were made one, the first row speaks."""
    found: dict[int | None, MemberRow] = {}
    for row in home.members:
        found.setdefault(places[row.number], row)
    return found
