"""Everything that changes work logs."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.worklog import rules
from clients.worklog.models import BY_HAND, WorkLog
from clients.worklog.queries import read_day
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken, Stale
from managers.audit.actions import record


@transaction.atomic
def save_log(*, day, ticks, note, by, at, hand_in=False, version=None) -> WorkLog:
    """Write on the log of a day; handed in it keeps the numbers of this moment and stays.

    Of the duties only those that nobody can count are ticked by hand. Raises Stale when it was
    saved elsewhere since `version` (0 for a new one), RuleBroken for heads and for other days.
    """
    if not rules.may_write_log(by):
        raise RuleBroken(_("RMs keep a work log."), code="forbidden")
    rules.check_day(day, today=clock.local(at).date())
    made, _is_new = WorkLog.objects.get_or_create(
        staff=by, day=day, defaults={"unit": by.current_unit, "version": 0}
    )
    log = lock(made)
    if log.submitted_at:
        raise RuleBroken(_("This work log has been handed in."), code="conflict")
    if version is not None and version != log.version:
        raise Stale(_("The log was saved elsewhere meanwhile; please compare before you save."))
    by_hand = [code for code, _label in BY_HAND if code in ticks]
    log.ticks, log.note = by_hand, note.strip()
    if hand_in:
        done = read_day(by, day)
        log.ticks, log.figures, log.submitted_at = done.duties + by_hand, done.figures, at
    log.version += 1
    log.save(update_fields=["ticks", "figures", "note", "submitted_at", "version"])
    if hand_in:
        record("worklog.submitted", log, by=by, at=at, day=day)
    return log
