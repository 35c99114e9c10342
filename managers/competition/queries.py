"""Who stands where, and why: ranks and sums straight from the points ledger."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum

from crm.lib.paging import Page
from crm.workdays import work_calendar
from managers.competition.models import Metric, PointEntry
from managers.competition.periods import Kind, Period
from managers.people.models import OrgUnit, Posting, Sequence, Staff

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Standing:
    """One person's place in a division; equal points share a place (1-2-2-4, rules H5)."""

    place: int
    staff: Staff
    unit: OrgUnit
    post: str
    points: Decimal
    to_next: Decimal | None  # points that the next better place has more; None for the leader
    ahead: Decimal | None  # points before the next worse place; None for the last
    move: int | None  # places won since the last working day; None where nothing is to compare

    @property
    def fall(self) -> int:
        """Places lost since the last working day."""
        return -(self.move or 0)


@dataclass(frozen=True)
class Table:
    """The standings of one division in one period, best first."""

    period: Period
    post: str
    since: date
    rows: list[Standing]

    def of(self, staff_id: int | None) -> Standing | None:
        """The row of a person, or None for somebody who does not take part."""
        return next((row for row in self.rows if row.staff.pk == staff_id), None)

    def above(self, row: Standing) -> Standing | None:
        """The nearest person with more points, or None above the leader."""
        better = [other for other in self.rows if other.points > row.points]
        return better[-1] if better else None

    @property
    def best(self) -> Decimal:
        """The leader's points."""
        return self.rows[0].points if self.rows else NOTHING


@dataclass(frozen=True)
class Participant:
    """Somebody posted as a relationship manager in the period (rules H4, first form)."""

    staff: Staff
    unit: OrgUnit
    post: str


def participants(period: Period) -> list[Participant]:
    """Everybody with an RM posting on a day of the period, with points or without.

    The first such posting tells the division, so that nobody stands in two; the last one tells
    the unit.
    """
    postings = (
        Posting.objects.during(period.first, period.last)
        .filter(sequence=Sequence.RM)
        .select_related("staff", "unit")
        .order_by("staff__employee_no", "since")
    )
    found: dict[int, Participant] = {}
    for posting in postings:
        first = found.get(posting.staff_id)
        post = first.post if first else posting.post
        found[posting.staff_id] = Participant(posting.staff, posting.unit, post)
    return list(found.values())


def standings(period: Period, *, today: date, post: str = "") -> Table:
    """The ranked table of a division, or of all relationship managers; two queries."""
    since = work_calendar().previous_workday(today - timedelta(days=1))
    people = [one for one in participants(period) if post in ("", one.post)]
    now, then = _points(period, since, people)
    places = ranks(now)
    before = ranks(then) if since >= period.first else {}
    gaps = _gaps(now.values())
    rows = [
        Standing(
            place=places[one.staff.pk],
            staff=one.staff,
            unit=one.unit,
            post=one.post,
            points=now[one.staff.pk],
            to_next=gaps[now[one.staff.pk]][0],
            ahead=gaps[now[one.staff.pk]][1],
            move=before[one.staff.pk] - places[one.staff.pk] if before else None,
        )
        for one in people
    ]
    rows.sort(key=lambda row: (row.place, row.staff.employee_no))
    return Table(period, post, since, rows)


def ranks(points: dict[int, Decimal]) -> dict[int, int]:
    """Place of each by points: one more than the number of those who have more."""
    order = sorted(points.values(), reverse=True)
    first_at: dict[Decimal, int] = {}
    for place, value in enumerate(order, 1):
        first_at.setdefault(value, place)
    return {key: first_at[value] for key, value in points.items()}


@dataclass(frozen=True)
class Place:
    """A person's own place in the quarter's competition, for the card on Today."""

    standing: Standing
    period: Period
    of: int
    best: Decimal
    above: Standing | None
    since: date


def standing_of(staff, *, on: date) -> Place | None:
    """Where a person stands in their division this quarter; None for those who do not compete."""
    period = Period.around(Kind.QUARTER, on)
    mine = next((one for one in participants(period) if one.staff.pk == staff.pk), None)
    if mine is None:
        return None
    table = standings(period, today=on, post=mine.post)
    row = table.of(staff.pk)
    return Place(row, period, len(table.rows), table.best, table.above(row), table.since)


@dataclass(frozen=True)
class Share:
    """What one metric brought a person in a period."""

    metric: str
    label: str
    count: int
    points: Decimal


def shares(staff, period: Period) -> list[Share]:
    """A person's points by metric, most first; they add up to the total. One query."""
    rows = (
        entries(staff, period)
        .order_by()
        .values("metric")
        .annotate(count=Count("pk", filter=Q(reverses=None)), total=Sum("points"))
    )
    found = [
        Share(row["metric"], str(Metric(row["metric"]).label), row["count"], row["total"])
        for row in rows
    ]
    return sorted(found, key=lambda share: (-share.points, share.metric))


def entries(staff, period: Period):
    """A person's entries of a period, newest first."""
    return PointEntry.objects.filter(
        staff=staff, day__gte=period.first, day__lte=period.last
    ).order_by("-day", "-pk")


def page(rows: list[Standing], *, after: str | None, before: str | None, size: int) -> Page:
    """One page of a ranked list; a cursor is the id of the person at its edge.

    Somebody who left the list meanwhile leads to the first page.
    """
    places = {str(row.staff.pk): index for index, row in enumerate(rows)}
    start = 0
    if after in places:
        start = places[after] + 1
    elif before in places:
        start = max(places[before] - size, 0)
    shown = rows[start : start + size]
    following = start + size < len(rows)
    return Page(
        shown,
        next_cursor=str(shown[-1].staff.pk) if shown and following else None,
        previous_cursor=str(shown[0].staff.pk) if shown and start else None,
    )


def _points(period: Period, since: date, people) -> tuple[dict, dict]:
    """Points of each participant: all of the period, and those up to a day; 0 without an entry."""
    sums = (
        PointEntry.objects.filter(day__gte=period.first, day__lte=period.last)
        .order_by()
        .values_list("staff")
        .annotate(total=Sum("points"), before=Sum("points", filter=Q(day__lte=since)))
    )
    found = {staff: (total, before or NOTHING) for staff, total, before in sums}
    pairs = {one.staff.pk: found.get(one.staff.pk, (NOTHING, NOTHING)) for one in people}
    return {pk: pair[0] for pk, pair in pairs.items()}, {pk: pair[1] for pk, pair in pairs.items()}


def _gaps(points) -> dict[Decimal, tuple[Decimal | None, Decimal | None]]:
    """For each score how far the next better and the next worse one are."""
    steps: list = sorted(set(points), reverse=True)
    better, worse = [None, *steps], [*steps[1:], None]
    return {
        score: (
            None if above is None else above - score,
            None if below is None else score - below,
        )
        for above, score, below in zip(better, steps, worse, strict=False)
    }
