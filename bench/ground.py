"""The ground that the cases run on: outlets of a hundred books, N clients and their follow-ups."""

import random
from datetime import UTC, datetime, timedelta

from clients.book.details import name_columns
from clients.book.models import Client, Ownership, State, Tier
from clients.demo.words import GIVEN, SURNAMES
from clients.followups.models import FollowUp
from crm.lib import bulk, clock
from crm.lib.secrets import Sealed, blind_index
from managers.models import OrgUnit, Posting, Staff

BOOKS = 100  # of an outlet
NEW_YEAR = datetime(2026, 1, 1, 4, 0, tzinfo=UTC)
LATELY = timedelta(days=3)  # everybody was reached so long ago
_CHUNK = 5_000


def phone_of(number: int) -> str:
    """A phone number in a range that was never given out, unique for each client."""
    return f"161{number:08d}"


def build(count: int, *, books: int = BOOKS) -> None:
    """Write the ground unless it is there: follow-ups for every client, one in seven due today.

    The clients lie in the first so many `books`; the others of the last outlet are empty.
    """
    if Client.objects.count() == count:
        return
    people = _organisation(-(-books // BOOKS))[:books]
    dice = random.Random(7)  # noqa: S311 - dice, not secrets
    for first in range(0, count, _CHUNK):
        numbers = range(first, min(first + _CHUNK, count))
        clients = bulk.insert([_client(dice, n, *people[n % len(people)]) for n in numbers])
        bulk.insert(
            [Ownership(client=c, owner=c.owner, since=NEW_YEAR, cause="imported") for c in clients]
        )
        bulk.insert([_follow_up(client, n) for n, client in zip(numbers, clients, strict=True)])
    for model in (Client, Ownership, FollowUp):
        bulk.analyze(model)


def _organisation(outlets: int) -> list[tuple[OrgUnit, Staff]]:
    """Outlets of a hundred RMs each, the first with its head; each RM beside the outlet."""
    office = OrgUnit.objects.create(code="HQ", name="总行", kind="head_office", path="/HQ/")
    units = bulk.insert([_outlet(office, n) for n in range(1, outlets + 1)])
    head, *people = bulk.insert(
        [
            Staff(employee_no=f"7{n:05d}", name=f"经理{n}", latin_name=f"Manager {n}")
            for n in range(BOOKS * outlets + 1)
        ]
    )
    placed = [(units[place // BOOKS], person) for place, person in enumerate(people)]
    manages = Posting(
        staff=head, unit=units[0], post="branch_head", sequence="management", since=NEW_YEAR.date()
    )
    bulk.insert([manages, *(_serves(unit, person) for unit, person in placed)])
    return placed


def _outlet(office, number) -> OrgUnit:
    code = f"O{number}"
    return OrgUnit(
        code=code, name=f"第{number}支行", kind="outlet", parent=office, path=f"/HQ/{code}/"
    )


def _serves(unit, person) -> Posting:
    return Posting(
        staff=person,
        unit=unit,
        post="wealth_rm",
        sequence="rm",
        grade="senior",
        step=1,
        since=NEW_YEAR.date(),
    )


def _client(dice, number, outlet, owner) -> Client:
    phone = phone_of(number)
    return Client(
        number=f"77{number:08d}",
        tier=dice.choice(Tier.values),
        state=State.OWNED,
        outlet=outlet,
        owner=owner,
        responsible_since=NEW_YEAR,
        aum=dice.randint(0, 900_000_000),
        last_contact_at=clock.now() - LATELY,
        phone=Sealed.of(phone),
        phone_index=blind_index("phone", phone),
        phone_last4=phone[-4:],
        next_due_at=_due(number),
        **name_columns(dice.choice(SURNAMES) + dice.choice(GIVEN["f"] + GIVEN["m"])),
    )


def _due(number) -> datetime:
    return clock.end_of_day(clock.today() + timedelta(days=number % 7))


def _follow_up(client, number) -> FollowUp:
    due = _due(number)
    day = clock.local(due).date()
    return FollowUp(client=client, owner=client.owner, due_on=day, first_due_on=day, due_at=due)
