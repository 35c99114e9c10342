"""The standings of a whole bank: page, API twin and wall, a new entry, and the whole table."""

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Sum
from django.template import engines
from django.test import override_settings

from bench import meter
from crm.lib import bulk, clock
from crm.lib.db import on_postgresql
from managers.competition.actions import credit
from managers.competition.board import board
from managers.competition.divisions import participants
from managers.competition.metrics import RATES
from managers.competition.queries import own_board
from managers.competition.rulebook import usual
from managers.models import Competition, OrgUnit, PointEntry, Posting, Staff, Step
from managers.people.ladder import Grade

DAYS, AHEAD = 60, 30  # days of the period that are over, and those to come
OUTLETS = 100
_CHUNK = 20_000
_POSTS = ("wealth_rm", "wealth_rm", "marketing_rm", "lobby_manager")
_PATIENCE, _PAUSE = 30, 0.02  # seconds
_OF_ALL = {"rebuild", "wall"}  # what sums up the whole ledger: the wall shows every team
_TABLE = engines["django"].from_string(
    "<table>{% for row in rows %}<tr><td>{{ row.0 }}</td><td>{{ row.1 }}</td></tr>{% endfor %}"
    "</table>"
)


def build(people: int, entries: int) -> Competition:
    """Write the bank, its competition and that many results, unless they are there."""
    if PointEntry.objects.filter(source__startswith="bench:").count() != entries:
        _ledger(_people(people), entries)
        for model in (Posting, PointEntry):
            bulk.analyze(model)
        _tidy()
    return Competition.objects.get()


def measure(people: int, entries: int, visit: Callable, *, runs: int = 15) -> dict:
    """Milliseconds and ratios; `visit(person, competition)` names what fetches page, API and wall.

    First each look sums up alone, in turn with the bare query; then as in service, where one sum
    serves all who look within a second, and a result is looked for until it shows.
    """
    competition = build(people, entries)
    rm = Staff.objects.get(employee_no="700000")
    looks = visit(rm, competition)
    division = [one.staff.pk for one in _division(competition, rm)]
    with override_settings(STANDINGS_SPAN=0):
        spans = _in_turn(
            runs, floor=lambda: _TABLE.render({"rows": _sums(competition, division)[:25]}), **looks
        )
        spans |= _in_turn(
            min(runs, 5),
            rebuild_floor=lambda: _sums(competition),
            rebuild=lambda: board(competition, today=clock.today()),
        )
        check(competition)
    for name, look in looks.items():
        spans |= _in_turn(runs, **{f"{name}_shared": look})
    spans |= _in_turn(runs, entry=lambda: _entry_shows(competition, rm))
    found: dict = {"division": len(division)}
    for name, times in spans.items():
        found |= {f"{name}_ms": _median(times), f"{name}_p95_ms": _p95(times)}
    for name in (*looks, "rebuild"):
        floor = "rebuild_floor" if name in _OF_ALL else "floor"
        found[f"ratio_{name}"] = round(found[f"{name}_ms"] / found[f"{floor}_ms"], 1)
    return found


def check(competition) -> None:
    """The table that is measured says what the bare query sums up."""
    sums = {(person, metric): amount for person, metric, amount, _n in _sums(competition)}
    for row in board(competition, today=clock.today()).rows:
        for line in row.score.lines:
            if line.metric not in RATES and line.actual != sums.get((row.staff.pk, line.metric), 0):
                raise RuntimeError("The table differs from the sums of the ledger.")


def _division(competition, rm):
    everybody = participants(competition, posts=competition.rulebook.goals)
    own = next(one for one in everybody if one.staff.pk == rm.pk)
    return [one for one in everybody if one.division == own.division]


def _sums(competition, staff=None) -> list:
    """The bare query: what the ledger holds by person and metric."""
    rows = PointEntry.objects.filter(day__range=(competition.first, clock.today()))
    if staff is not None:
        rows = rows.filter(staff__in=staff)
    return list(rows.order_by().values_list("staff", "metric").annotate(Sum("amount"), Count("pk")))


def _tidy() -> None:
    """What autovacuum does within minutes: note which pages hold nothing but settled rows."""
    if on_postgresql(connection) and not connection.in_atomic_block:  # as it is in a test
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM {PointEntry._meta.db_table}")


def _entry_shows(competition, rm) -> None:
    """Credit a result, and look at the table of the division until it is there."""
    contacts = PointEntry.objects.filter(staff=rm, metric="contact")
    before = contacts.aggregate(total=Sum("amount"))["total"]
    event = {"metric": "contact", "source": f"live:{time.time_ns()}", "day": clock.today()}
    credit(rm, Decimal(1), at=clock.now(), **event)
    ends = time.monotonic() + _PATIENCE
    while _score(competition, rm) != before + 1:
        if time.monotonic() > ends:
            raise RuntimeError("A result does not show.")
        time.sleep(_PAUSE)


def _score(competition, rm):
    table = own_board(competition, rm, today=clock.today(), shared=True)
    return table.of(rm.pk).score.actual("contact")


def _people(count: int) -> list[Posting]:
    began = date(clock.today().year - 1, 1, 1)
    office = OrgUnit.objects.create(code="HQ", name="总行", kind="head_office", path="/HQ/")
    outlets = OrgUnit.objects.bulk_create(
        OrgUnit(code=f"O{n}", name=f"支行{n}", kind="outlet", parent=office, path=f"/HQ/O{n}/")
        for n in range(OUTLETS)
    )
    people = Staff.objects.bulk_create(
        (
            Staff(employee_no=f"7{n:05d}", name=f"经理{n}", latin_name=f"Manager {n}")
            for n in range(count)
        ),
        batch_size=_CHUNK,
    )
    postings = Posting.objects.bulk_create(
        (
            Posting(
                staff=person,
                unit=outlets[n % OUTLETS],
                post=_POSTS[n % len(_POSTS)],
                sequence="rm",
                grade=Grade.values[n // len(_POSTS) % len(Grade.values)],
                step=1,
                since=began,
            )
            for n, person in enumerate(people)
        ),
        batch_size=_CHUNK,
    )
    today = clock.today()
    competition = Competition.objects.create(
        name="Bench",
        first=today - timedelta(days=DAYS - 1),
        last=today + timedelta(days=AHEAD),
        rules=usual().dump(),
        state=Competition.State.RUNNING,
    )
    Step.objects.create(competition=competition, state="running", by=people[0], at=clock.now())
    return postings


def _ledger(postings: list[Posting], count: int) -> None:
    """Results of all metrics, spread over people and days."""
    metrics = {post: [goal.metric for goal in goals] for post, goals in usual().goals.items()}
    first, now = clock.today() - timedelta(days=DAYS - 1), clock.now()

    def entry(n: int) -> PointEntry:
        posting, turn = postings[n % len(postings)], n // len(postings)
        own = metrics[posting.post]
        return PointEntry(
            staff_id=posting.staff_id,
            day=first + timedelta(days=turn * 7 % DAYS),
            metric=own[turn % len(own)],
            amount=Decimal(n * 7919 % 100_000) / 100,
            source=f"bench:{n}",
            unit_id=posting.unit_id,
            post=posting.post,
            grade=posting.grade,
            recorded_at=now,
        )

    for begin in range(0, count, _CHUNK):
        bulk.insert([entry(n) for n in range(begin, min(begin + _CHUNK, count))])


def _in_turn(runs: int, **works: Callable) -> dict[str, list[float]]:
    """Milliseconds of each, run after run one after the other: what disturbs one, disturbs all."""
    for work in works.values():
        work()
    spans: dict[str, list[float]] = {name: [] for name in works}
    for _time in range(runs):
        for name, work in works.items():
            spans[name].append(meter.seconds(work)[0] * 1000)
    return spans


def _median(spans) -> float:
    return round(statistics.median(spans), 2)


def _p95(spans) -> float:
    return round(sorted(spans)[max(0, -(-len(spans) * 95 // 100) - 1)], 2)
