"""The only writers of the ledger: credit an event once, take it back once.

Each takes the actor's audit stream first, as the freeze does: who acted before, and so holds it,
and who freezes at that moment never wait for each other (security 24).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from crm.lib import clock
from crm.lib.db import on_postgresql
from crm.lib.errors import RuleBroken
from managers.audit.actions import hold, record, record_many
from managers.competition.models import Competition, PointEntry
from managers.people.models import Posting


@dataclass(frozen=True, slots=True)
class Credit:
    """The result of one event, on its way into the ledger."""

    staff_id: int
    metric: str
    source: str
    day: date
    amount: Decimal


@transaction.atomic
def credit(staff, amount, *, metric, source, day, at, by=None) -> PointEntry:
    """Give one person the result of one event, and return the entry.

    `source` names the event, such as "referral:17": the first credit of a source counts, a replay
    returns that entry unchanged, reversed or not (rules H7). The entry keeps unit, post and grade
    that the person has on `day`, so that a later transfer moves nothing (rules H6). `amount` is
    an exact Decimal with at most two places: a count, CNY, or the reading of a rate.
    """
    found = PointEntry.objects.filter(source=source).first()
    if found is not None:
        return found
    hold(by=by, at=at)
    event = Credit(staff.pk, metric, source, day, amount)
    entry = _entry(event, staff.postings.on(day).first(), at)
    if not _appended(entry):
        return PointEntry.objects.get(source=source)
    record("points.credited", entry, by=by, at=at, staff=staff.pk, source=source)
    return entry


@transaction.atomic
def credit_many(events: list[Credit], *, at, by=None) -> list[PointEntry]:
    """Credit events as `credit` does each; returns the new entries.

    Raises IntegrityError when another transaction credits one of them at the same moment.
    """
    if not events:
        return []
    hold(by=by, at=at)
    known = PointEntry.objects.filter(source__in=[event.source for event in events])
    credited = set(known.values_list("source", flat=True))
    postings: dict[int, list[Posting]] = {}
    for posting in Posting.objects.filter(staff__in={event.staff_id for event in events}):
        postings.setdefault(posting.staff_id, []).append(posting)
    entries = PointEntry.objects.bulk_create(
        _entry(event, _on(event.day, postings.get(event.staff_id, [])), at)
        for event in events
        if event.source not in credited
    )
    record_many(
        "points.credited",
        entries,
        by=by,
        at=at,
        staff=lambda entry: entry.staff_id,
        source=lambda entry: entry.source,
    )
    return entries


@transaction.atomic
def reverse(source, *, at, by=None, reason: str = "") -> PointEntry:
    """Take an event back by a negative entry; a replay changes nothing. The audit has the reason.

    The ledger is never edited: the correction counts on the day of `at`, but not after the end of
    any competition that the event counts in and that is not frozen yet (rules H6). Returns the
    reversing entry. Raises PointEntry.DoesNotExist for a source that was never credited, RuleBroken
    for one that is itself a correction.
    """
    entry = PointEntry.objects.get(source=source)
    if entry.reverses_id is not None:
        raise RuleBroken(_("A correction cannot be taken back."))
    found = PointEntry.objects.filter(reverses=entry).first()
    if found is not None:
        return found
    hold(by=by, at=at)
    lock_ledger("ROW EXCLUSIVE")  # who freezes just now is waited for: it decides the day
    correction = PointEntry(
        staff_id=entry.staff_id,
        day=_correction_day(entry, at),
        metric=entry.metric,
        amount=-entry.amount,
        source=f"reverse:{entry.pk}",
        unit_id=entry.unit_id,
        post=entry.post,
        grade=entry.grade,
        reverses=entry,
        recorded_at=at,
    )
    if not _appended(correction):
        return PointEntry.objects.get(reverses=entry)
    why = {"reason": reason} if reason else {}
    told = {"staff": entry.staff_id, "source": source, **why}
    record("points.reversed", correction, by=by, at=at, **told)
    return correction


def lock_ledger(mode: str) -> None:
    """Hold the ledger until the commit: ROW EXCLUSIVE as who writes it, SHARE to let nobody write.

    Nothing on SQLite, which has one writer at a time.
    """
    if on_postgresql(connection):
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(PointEntry._meta.db_table)
            cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")


def _correction_day(entry: PointEntry, at) -> date:
    today = clock.local(at).date()
    ends = Competition.objects.open_on(entry.day).values_list("last", flat=True)
    return min([today, *ends])


def _entry(event: Credit, posting: Posting | None, at) -> PointEntry:
    return PointEntry(
        staff_id=event.staff_id,
        day=event.day,
        metric=event.metric,
        amount=event.amount,
        source=event.source,
        unit_id=posting.unit_id if posting else None,
        post=posting.post if posting else "",
        grade=posting.grade if posting else "",
        recorded_at=at,
    )


def _on(day: date, postings: list[Posting]) -> Posting | None:
    holding = (p for p in postings if p.since <= day and (p.until is None or day < p.until))
    return next(holding, None)


def _appended(entry: PointEntry) -> bool:
    """Append the entry, unless another transaction has committed the same event meanwhile."""
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        return False
    return True
