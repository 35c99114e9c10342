"""A small bank for the moving tests: two branches, thirteen people, eight files; and its rules."""

from dataclasses import dataclass

from clients.book.details import sealed_columns
from clients.models import Client, Household, Member
from managers.models import OrgUnit, Staff
from managers.people.models import Post
from tests.conftest import MONDAY
from tests.factories import (
    ClientFactory,
    ContactFactory,
    EligibilityFactory,
    FollowUpFactory,
    HoldingFactory,
    ImportantDateFactory,
    OrgUnitFactory,
    PostingFactory,
    StaffFactory,
)
from tests.moves.ruling import Bank, File, Person, Unit

_PEOPLE = [
    ("O1", Post.WEALTH_RM),
    ("O1", Post.WEALTH_RM),
    ("O1", Post.MARKETING_RM),
    ("W1", Post.WEALTH_RM),
    ("O2", Post.WEALTH_RM),
    ("O1", Post.BRANCH_HEAD),
    ("B1", Post.BRANCH_HEAD),
    ("W1", Post.WEALTH_HEAD),
    ("O2", Post.BRANCH_HEAD),
    ("O1", Post.LOBBY_MANAGER),
    ("B1", Post.CP_OFFICER),
    ("HQ", Post.AUDITOR),
    ("O1", Post.MARKETING_RM),
]
# Outlet, index of the owner, state, name, phone: the first two files are one person's.
_FILES = [
    ("O1", 0, "owned", "赵金木", "13900000001"),
    ("O1", 1, "owned", "赵金木", "13900000001"),
    ("O1", 2, "prospect", "赵水火", "13900000002"),
    ("O1", 2, "prospect", "赵土山", "13900000003"),
    ("O1", 3, "dormant", "赵石田", "13900000004"),
    ("O1", None, "identified", "赵星雨", "13900000005"),
    ("O2", 4, "owned", "赵雪风", "13900000006"),
    ("O2", None, "identified", "赵花鸟", "13900000007"),
]


@dataclass
class Town:
    """The rows, in the order in which the tests draw them, and what the rules know of them."""

    units: list[OrgUnit]
    people: list[Staff]
    files: list[Client]
    rules: Bank


def build() -> Town:
    """The bank on the Monday of all tests."""
    units = _units()
    people = [_person(units[code], post) for code, post in _PEOPLE]
    files = [_file(units, people, *columns) for columns in _FILES]
    rules = Bank(MONDAY.date())
    for unit in units.values():
        above = {other.pk for other in units.values() if unit.path.startswith(other.path)}
        rules.units[unit.pk] = Unit(above - {unit.pk}, unit.served_by_id)
    for person in people:
        posting = person.postings.get()
        rules.people[person.pk] = Person([(posting.since, posting.unit_id, posting.post)])
    for file in files:
        rules.files[file.pk] = File(file.outlet_id, file.owner_id, file.state)
    return Town([*units.values()], people, files, rules)


def _units() -> dict[str, OrgUnit]:
    head_office = OrgUnitFactory(code="HQ", kind="head_office")
    first, second = (
        OrgUnitFactory(code=code, kind="branch", parent=head_office) for code in ("B1", "B2")
    )
    centre = OrgUnitFactory(code="W1", kind="wealth_centre", parent=first)
    outlets = (
        OrgUnitFactory(code="O1", parent=first, served_by=centre),
        OrgUnitFactory(code="O2", parent=second),
    )
    return {unit.code: unit for unit in (head_office, first, second, centre, *outlets)}


def _person(unit, post):
    person = StaffFactory()
    PostingFactory(staff=person, unit=unit, post=post)
    EligibilityFactory(staff=person)
    return person


def _file(units, people, outlet, owner, state, name, phone):
    owner = None if owner is None else people[owner]
    sealed = sealed_columns(phone=phone)
    client = ClientFactory(name=name, outlet=units[outlet], owner=owner, state=state, **sealed)
    HoldingFactory(client=client)
    ContactFactory(client=client, staff=people[0])
    FollowUpFactory(client=client, owner=owner or people[0])
    ImportantDateFactory(client=client)
    Member.objects.create(household=Household.objects.create(), client=client, relation="holder")
    return client
