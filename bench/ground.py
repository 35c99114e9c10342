"""The ground that the cases run on: one outlet, a hundred books, N clients and their follow-ups."""

import random
from datetime import UTC, datetime, timedelta

from clients.book.details import name_columns
from clients.book.models import Client, Ownership, State, Tier
from clients.demo.words import GIVEN, SURNAMES
from clients.followups.models import FollowUp
from crm.lib import clock
from crm.lib.secrets import Sealed, blind_index
from managers.models import OrgUnit, Posting, Staff

BOOKS = 100
NEW_YEAR = datetime(2026, 1, 1, 4, 0, tzinfo=UTC)
_CHUNK = 5_000


def phone_of(number: int) -> str:
    """A phone number in a range that was never given out, unique for each client."""
    return f"161{number:08d}"


def build(count: int, *, books: int = BOOKS) -> None:
    """Write the ground unless it is there: follow-ups for every client, one in seven due today.

    The clients lie in the first so many `books`; the others are empty.
    """
    if Client.objects.count() == count:
        return
    outlet, people = _organisation()
    owners = people[:books]
    dice = random.Random(7)  # noqa: S311 - dice, not secrets
    for first in range(0, count, _CHUNK):
        numbers = range(first, min(first + _CHUNK, count))
        clients = Client.objects.bulk_create(_client(dice, n, outlet, owners) for n in numbers)
        Ownership.objects.bulk_create(
            Ownership(client=c, owner=c.owner, since=NEW_YEAR, cause="imported") for c in clients
        )
        FollowUp.objects.bulk_create(
            _follow_up(client, n) for n, client in zip(numbers, clients, strict=True)
        )


def _organisation():
    office = OrgUnit.objects.create(code="HQ", name="总行", kind="head_office", path="/HQ/")
    outlet = OrgUnit.objects.create(
        code="O1", name="南湖路支行", kind="outlet", parent=office, path="/HQ/O1/"
    )
    people = Staff.objects.bulk_create(
        Staff(employee_no=f"7{n:05d}", name=f"经理{n}", latin_name=f"Manager {n}")
        for n in range(BOOKS + 1)
    )
    posts = ["branch_head", *["wealth_rm"] * BOOKS]
    Posting.objects.bulk_create(
        Posting(
            staff=person,
            unit=outlet,
            post=post,
            sequence="management" if post == "branch_head" else "rm",
            grade="" if post == "branch_head" else "senior",
            step=None if post == "branch_head" else 1,
            since=NEW_YEAR.date(),
        )
        for person, post in zip(people, posts, strict=True)
    )
    return outlet, people[1:]


def _client(dice, number, outlet, people) -> Client:
    phone = phone_of(number)
    return Client(
        number=f"77{number:08d}",
        tier=dice.choice(Tier.values),
        state=State.OWNED,
        outlet=outlet,
        owner=people[number % len(people)],
        responsible_since=NEW_YEAR,
        aum=dice.randint(0, 900_000_000),
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
