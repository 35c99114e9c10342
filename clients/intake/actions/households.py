"""Households from rows that share a key, such as the account of an owner and a disponent."""

from dataclasses import dataclass
from operator import attrgetter

from django.utils.translation import gettext as _

from clients.book.models import Household, Member
from clients.intake.actions.holdings import KnownClients
from clients.intake.mapping import HouseholdMap, Mapping
from clients.intake.rows import MemberRow, member_row
from crm.lib.mapping import Aside, Import, Line, Tally
from managers.audit.actions import record_many


@dataclass(frozen=True)
class Home:
    """The rows of one household, at least two."""

    key: str
    members: list[MemberRow]

    @property
    def line(self) -> Line:
        """The row that stands for all if the database refuses them."""
        return self.members[0].line


class HouseholdImport(Import):
    """Rows that share a key, one household; a client belongs to one household at most."""

    def __init__(
        self,
        mapping: Mapping,
        declared: HouseholdMap,
        known: KnownClients,
        rejected: Aside,
        *,
        by,
        at,
    ):
        super().__init__(declared.stream, mapping.sources, rejected, by=by, at=at)
        self._known = known
        self._prefix = mapping.prefix
        self._declared = declared

    def read(self, line: Line) -> MemberRow:
        return member_row(line, self._declared, prefix=self._prefix)

    def key(self, row: MemberRow) -> tuple[str, str]:
        return row.household, row.number

    def rows(self):
        """Households of two and more; rows alone under their key say nothing about anybody."""
        homes: dict[str, list[MemberRow]] = {}
        for row in super().rows():
            homes.setdefault(row.household, []).append(row)
        placed: dict[str, str] = {}
        for key, members in homes.items():
            if len(members) > 1:
                free = [row for row in members if self._free(row, placed)]
                if len(free) > 1:
                    placed |= {row.number: key for row in free}
                    yield Home(key, free)

    def ready(self, homes: list[Home]) -> list[Home]:
        known = self._known.ids({row.number for home in homes for row in home.members})
        elsewhere = dict(
            Member.objects.filter(client__in={*known.values()} - {None})
            .exclude(household__source_key__in=[home.key for home in homes])
            .values_list("client__number", "household")
        )
        usable = []
        for home in homes:
            members = [row for row in home.members if self._belongs(row, known, elsewhere)]
            if len(members) > 1:
                usable.append(Home(home.key, members))
        return usable

    def write(self, homes: list[Home]) -> Tally:
        ids = self._known.ids({row.number for home in homes for row in home.members})
        known = Household.objects.in_bulk([home.key for home in homes], field_name="source_key")
        fresh = [home.key for home in homes if home.key not in known]
        made = Household.objects.bulk_create(Household(source_key=key) for key in fresh)
        places = known | {household.source_key: household for household in made}
        there = {m.client_id: m for m in Member.objects.filter(client__in=ids.values())}
        new, changed = [], []
        for home in homes:
            for row in home.members:
                member = there.get(ids[row.number])
                if member is None:
                    new.append(
                        Member(
                            household=places[home.key],
                            client_id=ids[row.number],
                            relation=row.relation,
                        )
                    )
                elif member.relation != row.relation:
                    member.relation = row.relation
                    changed.append(member)
        self._store(new, changed)
        touched = {member.household_id for member in (*new, *changed)}
        touched -= {household.pk for household in made}
        return Tally(len(made), len(touched), len(homes) - len(made) - len(touched))

    def compare(self, homes: list[Home]) -> Tally:
        known = Household.objects.in_bulk([home.key for home in homes], field_name="source_key")
        ids = self._known.ids({row.number for home in homes for row in home.members})
        there = Member.objects.filter(client__in={*ids.values()} - {None})
        relations = dict(there.values_list("client", "relation"))
        old = [home for home in homes if home.key in known]
        updated = sum(
            any(relations.get(ids[row.number]) != row.relation for row in home.members)
            for home in old
        )
        return Tally(len(homes) - len(old), updated, len(old) - updated)

    def _store(self, new: list[Member], changed: list[Member]) -> None:
        made = Member.objects.bulk_create(new)
        Member.objects.bulk_update(changed, ["relation"])
        who = {"by": self.by, "at": self.at, "client": attrgetter("client_id")}
        record_many("household.joined", made, household=attrgetter("household_id"), **who)
        record_many("household.edited", changed, household=attrgetter("household_id"), **who)

    def _free(self, row: MemberRow, placed: dict[str, str]) -> bool:
        if row.number in placed:
            words = {"number": row.number, "household": placed[row.number]}
            self.reject(row.line, _("%(number)s belongs to household %(household)s.") % words)
        return row.number not in placed

    def _belongs(self, row: MemberRow, known: dict[str, int], elsewhere: dict[str, int]) -> bool:
        if row.number not in known:
            self.reject(row.line, _("There is no client %(number)s.") % {"number": row.number})
        elif row.number in elsewhere:
            words = {"number": row.number}
            self.reject(row.line, _("%(number)s belongs to another household.") % words)
        return row.number in known and row.number not in elsewhere
