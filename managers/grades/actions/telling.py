"""Who hears of an assessment: its person, and head office once it is to act (rules B7)."""

from django.db import transaction

from crm.lib import clock
from managers.grades import rules
from managers.inbox.actions import notify


def tell_person(assessment, kind, *, at) -> None:
    """Tell the one whose place it is."""
    told = {"about": assessment, "key": assessment.pk, "at": at}
    notify(kind, to=assessment.staff, **told, mail=True)


def tell_of_opinion(assessment, *, at) -> None:
    """Head office may decide: told once a day of all opinions on an outlet's people."""
    day = clock.local(at).date()
    key = f"{assessment.unit_id}:{day}" if assessment.cycle_id else assessment.pk
    _tell_head_office(assessment, "assessment-advised", key=key, at=at)


def tell_of_appeal(assessment, *, at) -> None:
    """Those of head office who may answer it."""
    key = f"{assessment.pk}"
    _tell_head_office(assessment, "assessment-appealed", key=key, at=at)


@transaction.atomic
def tell_of_block(assessment, *, at) -> None:
    """What was decided cannot take effect: head office hears of it once."""
    _tell_head_office(assessment, "assessment-blocked", key=assessment.pk, at=at)


def _tell_head_office(assessment, kind, *, key, at) -> None:
    for officer in rules.deciders(assessment, on=clock.local(at).date()):
        notify(kind, to=officer, about=assessment, key=key, at=at, mail=True)
