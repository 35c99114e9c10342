"""The standings of a whole bank: a page, its API twin, a new entry and the whole table."""

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Sum
from django.template import engines

from crm.lib import bulk, clock
from crm.lib.db import on_postgresql
from managers.competition.actions import credit
from managers.competition.board import board
from managers.competition.divisions import participants
from managers.competition.rulebook import usual
from managers.models import Competition, OrgUnit, PointEntry, Posting, Staff, Step
from managers.people.ladder import Grade

DAYS, AHEAD = 60, 30  # days of the period that are over, and those to come
OUTLETS = 100
_CHUNK = 20_000
_POSTS = ("wealth_rm", "wealth_rm", "marketing_rm", "lobby_manager")
_RUNS = 15
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


def measure(people: int, entries: int, visit: Callable) -> dict:
    """Milliseconds and ratios; `visit(person)` gives what fetches a page and what the API."""
    competition = build(people, entries)
    rm = Staff.objects.get(employee_no="700000")
    page, api = visit(rm, competition)
    division = [one.staff.pk for one in _division(competition, rm)]
    floor = _spans(lambda: _TABLE.render({"rows": _sums(competition, division)[:25]}))
    whole_floor = _spans(lambda: _sums(competition), runs=3)
    spans = {
        "page": _spans(page),
        "api": _spans(api),
        "entry": _spans(lambda: _entry_shows(competition, rm)),
    }
    whole = _spans(lambda: board(competition, today=clock.today()), runs=3)
    found = {"floor_ms": _median(floor), "floor_p95_ms": _p95(floor)}
    for name, times in spans.items():
        found |= {f"{name}_ms": _median(times), f"{name}_p95_ms": _p95(times)}
        found[f"ratio_{name}"] = round(_p95(times) / _p95(floor), 1)
    found |= {"rebuild_floor_ms": _median(whole_floor), "rebuild_ms": _median(whole)}
    found["ratio_rebuild"] = round(_median(whole) / _median(whole_floor), 1)
    return found


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
    if on_postgresql(connection):
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM {PointEntry._meta.db_table}")


def _entry_shows(competition, rm) -> None:
    """Credit a result, and see it in the table of the division."""
    contacts = PointEntry.objects.filter(staff=rm, metric="contact")
    before = contacts.aggregate(total=Sum("amount"))["total"]
    event = {"metric": "contact", "source": f"live:{time.time_ns()}", "day": clock.today()}
    credit(rm, Decimal(1), at=clock.now(), **event)
    if _score(competition, rm) != before + 1:
        raise RuntimeError("A result does not show.")


def _score(competition, rm):
    [own] = participants(competition, posts=competition.rulebook.goals, staff=rm)
    table = board(competition, today=clock.today(), division=own.division)
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


def _spans(work, *, runs=_RUNS) -> list[float]:
    work()
    spans = []
    for _time in range(runs):
        began = time.perf_counter()
        work()
        spans.append((time.perf_counter() - began) * 1000)
    return spans


def _median(spans) -> float:
    return round(statistics.median(spans), 2)


def _p95(spans) -> float:
    return round(sorted(spans)[max(0, -(-len(spans) * 95 // 100) - 1)], 2)
