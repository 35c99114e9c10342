"""Hang a screen on a wall, and take it off again (rules H9)."""

from django.db import transaction

from crm.lib.db import lock
from managers.audit.actions import record
from managers.competition import rules
from managers.competition.models import Display


@transaction.atomic
def open_display(*, division, unit, language, by, at) -> Display:
    """A new address that shows one division without a session."""
    rules.check_runs(by)
    made = Display.objects.create(
        division=division.code, unit=unit, language=language, made_by=by, made_at=at
    )
    record("screen.opened", made, by=by, at=at, division=made.division)
    return made


@transaction.atomic
def end_display(display, *, by, at) -> Display:
    """The address opens nothing any more; ending it twice changes nothing."""
    rules.check_runs(by)
    display = lock(display)
    if display.ended_at is None:
        display.ended_at = at
        display.save(update_fields=["ended_at"])
        record("screen.closed", display, by=by, at=at)
    return display
