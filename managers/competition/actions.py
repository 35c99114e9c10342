"""The only writers of the points ledger: credit an event once, take it back once."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.competition.models import PointEntry


@transaction.atomic
def credit(staff, points, *, metric, source, day, at, by=None, amount=None) -> PointEntry:
    """Give one person the points of one event, and return the entry.

    `source` names the event, such as "referral:17": the first credit of a source counts, a replay
    returns that entry unchanged, reversed or not (rules H7). The entry keeps unit, post and grade
    that the person has on `day`, so that a later transfer moves no points (rules H6). `points` and
    `amount` (CNY) are exact Decimals with at most two places.
    """
    found = PointEntry.objects.filter(source=source).first()
    if found is not None:
        return found
    posting = staff.postings.on(day).first()
    entry = PointEntry(
        staff=staff,
        day=day,
        metric=metric,
        points=points,
        amount=amount,
        source=source,
        unit_id=posting.unit_id if posting else None,
        post=posting.post if posting else "",
        grade=posting.grade if posting else "",
        recorded_at=at,
    )
    if not _appended(entry):
        return PointEntry.objects.get(source=source)
    record("points.credited", entry, by=by, at=at, staff=staff.pk, source=source)
    return entry


@transaction.atomic
def reverse(source, *, at, by=None) -> PointEntry:
    """Take an event's points back by a negative entry on the day of `at`; a replay changes nothing.

    The ledger is never edited: the correction counts in the period in which it is made and where
    the points were counted (rules H6). Returns the reversing entry. Raises PointEntry.DoesNotExist
    for a source that was never credited, RuleBroken for one that is itself a correction.
    """
    entry = PointEntry.objects.get(source=source)
    if entry.reverses_id is not None:
        raise RuleBroken(_("A correction cannot be taken back."))
    found = PointEntry.objects.filter(reverses=entry).first()
    if found is not None:
        return found
    correction = PointEntry(
        staff_id=entry.staff_id,
        day=clock.local(at).date(),
        metric=entry.metric,
        points=-entry.points,
        amount=None if entry.amount is None else -entry.amount,
        source=f"reverse:{entry.pk}",
        unit_id=entry.unit_id,
        post=entry.post,
        grade=entry.grade,
        reverses=entry,
        recorded_at=at,
    )
    if not _appended(correction):
        return PointEntry.objects.get(reverses=entry)
    record("points.reversed", correction, by=by, at=at, staff=entry.staff_id, source=source)
    return correction


def _appended(entry) -> bool:
    """Append the entry, unless another transaction has committed the same event meanwhile."""
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        return False
    return True
