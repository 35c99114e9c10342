"""Results from nowhere, and what a table says, for the tests of the competition."""

from datetime import date

from managers.competition.board import board
from managers.competition.models import PointEntry
from managers.competition.scores import Total
from tests.factories import PointEntryFactory
from tests.managers.examples import readings

TODAY = date(2026, 11, 23)


def give(person, day=TODAY, **amounts):
    """Results of a person by metric, as the ledger keeps them: `give(rm, sales="100")`."""
    posting = person.postings.on(day).first()
    known = {"post": posting.post, "unit": posting.unit, "grade": posting.grade} if posting else {}
    for metric, amount in amounts.items():
        for one in readings(amount):
            PointEntryFactory(staff=person, metric=metric, amount=one, day=day, **known)


def scores(competition, *, today=TODAY, **asked):
    """(place, name, score) of everybody in a table."""
    table = board(competition, today=today, **asked)
    return [(row.place, row.staff.latin_name, str(row.score.total)) for row in table.rows]


def totals_by_hand(competition) -> dict:
    """The totals of each person and metric, added up one by one in Python."""
    found: dict = {}
    for entry in PointEntry.objects.order_by("-source"):
        if competition.first <= entry.day <= competition.last:
            mine = found.setdefault(entry.staff_id, {})
            more = Total.of(entry.amount, 1 if entry.reverses_id is None else -1)
            mine[entry.metric] = mine.get(entry.metric, Total(0, 0)).plus(more)
    return found
