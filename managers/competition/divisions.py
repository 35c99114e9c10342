"""Who takes part in a competition, and against whom (rules H4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.utils.translation import gettext as _

from managers.people.ladder import Grade
from managers.people.models import OrgUnit, Post, Posting, Sequence, Staff

BANDS = {
    "junior": (Grade.TRAINEE, Grade.ASSISTANT),
    "middle": (Grade.INTERMEDIATE, Grade.SENIOR),
    "upper": (Grade.PRINCIPAL, Grade.CHIEF),
}
_BAND_OF = {grade: band for band, grades in BANDS.items() for grade in grades}


@dataclass(frozen=True, order=True)
class Division:
    """Post and band of grades at the start of the period; its code is `wealth_rm.middle`."""

    post: str
    band: str

    @classmethod
    @cache  # eighteen that thousands of people ask for
    def of(cls, post: str, grade: str) -> "Division":
        """The division of a post and a grade."""
        return cls(post, _BAND_OF[Grade(grade)])

    @classmethod
    def all(cls, posts: Iterable[str]) -> list["Division"]:
        """Every division of these posts, in the order of the ladder."""
        return [cls(post, band) for post in posts for band in BANDS]

    @classmethod
    def by_code(cls, code: str) -> "Division":
        """The division that `code` names."""
        return cls(*code.split("."))

    @property
    def code(self) -> str:
        """How it stands in addresses."""
        return f"{self.post}.{self.band}"

    @property
    def post_label(self) -> str:
        """The post's name in the page's language."""
        return str(Post(self.post).label)

    @property
    def grades(self) -> str:
        """The grades of the band in the page's language."""
        first, second = (str(grade.label) for grade in BANDS[self.band])
        return _("%(first)s, %(second)s") % {"first": first, "second": second}

    def __str__(self) -> str:
        return f"{self.post_label} · {self.grades}"


@dataclass(frozen=True)
class Participant:
    """Somebody posted as a relationship manager in the period, in one of its units.

    Post and grade are those of the first such posting, so that nobody stands in two divisions; the
    unit is that of the last one. `present_days` of the period's days were spent there.
    """

    staff: Staff
    unit: OrgUnit
    post: str
    grade: str
    present_days: int
    days: int

    @property
    def division(self) -> Division:
        """Whom this person stands against."""
        return Division.of(self.post, self.grade)

    @property
    def present(self) -> Fraction:
        """The part of the period's days, for the targets."""
        return Fraction(self.present_days, self.days)


class _Held(NamedTuple):
    """What counts of a posting, by the names of its columns."""

    staff: int
    unit: int
    post: str
    grade: str
    since: date
    until: date | None


def members(competition, *, posts: Iterable[str]) -> dict[Division, list[int]]:
    """Ids of everybody who takes part, by division; one query, and no whole rows."""
    rows = _postings(competition).order_by("staff", "since")
    firsts: dict[int, tuple[str, str]] = {}
    for pk, post, grade in rows.values_list("staff", "post", "grade"):
        firsts.setdefault(pk, (post, grade))
    found: dict[Division, list[int]] = {}
    for pk, (post, grade) in firsts.items():
        if post in posts and _competes(competition, division := Division.of(post, grade)):
            found.setdefault(division, []).append(pk)
    return found


def participants(
    competition, *, posts: Iterable[str], staff=None, among: Iterable[int] | None = None
) -> list[Participant]:
    """Everybody who takes part, `staff` alone, or those of these ids; with results or without.

    Three queries, and one for the units of the competition: postings are not made whole rows.
    """
    postings = _postings(competition)
    if staff is not None:
        postings = postings.filter(staff=staff)
    if among is not None:
        postings = postings.filter(staff__in=[*among])
    held: dict[int, list[_Held]] = {}
    for row in postings.order_by("staff__employee_no", "since").values_list(*_Held._fields):
        one = _Held(*row)
        held.setdefault(one.staff, []).append(one)
    if not held:
        return []
    people = Staff.objects.filter(pk__in=postings.values("staff")).in_bulk()
    units = OrgUnit.objects.in_bulk({rows[-1].unit for rows in held.values()})
    found = [
        _participant(competition, people[pk], units[rows[-1].unit], rows)
        for pk, rows in held.items()
    ]
    return [one for one in found if one.post in posts and _competes(competition, one.division)]


def present_until(competition, staff, day) -> int:
    """Days of the period that somebody has spent as a participant up to a day; one query."""
    postings = _postings(competition).filter(staff=staff)
    return sum(max(_days(competition, posting, day), 0) for posting in postings)


def _competes(competition, division: Division) -> bool:
    bands = competition.rules.get("bands")
    return not bands or division.band in bands


def _postings(competition):
    """Postings of relationship managers in the period, in the units that take part.

    Only of people whose first posting at the bank began as many months before as the rules ask.
    """
    found = Posting.objects.during(competition.first, competition.last)
    if months := competition.rules.get("tenure"):
        last = competition.first - relativedelta(months=months)
        found = found.filter(staff__in=Posting.objects.filter(since__lte=last).values("staff"))
    return found.filter(sequence=Sequence.RM, **_within(competition))


def _participant(competition, person: Staff, unit: OrgUnit, held: list[_Held]) -> Participant:
    days = sum(_days(competition, one, competition.last) for one in held)
    first = held[0]
    return Participant(person, unit, first.post, first.grade, days, competition.days)


def _days(competition, posting: Posting | _Held, last) -> int:
    since = max(posting.since, competition.first)
    until = last + timedelta(days=1)
    if posting.until is not None:
        until = min(posting.until, until)
    return (until - since).days


def _within(competition) -> dict:
    """The units that were chosen, and all below them."""
    units = competition.units.all() if competition.pk else competition.chosen
    chosen = Q()
    for unit in units:
        chosen |= Q(path__startswith=unit.path)
    return {"unit__in": OrgUnit.objects.filter(chosen)} if chosen else {}
