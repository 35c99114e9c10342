"""Tell overseers of unusual reading, and keepers of the audit that it is broken."""

from django.db import transaction

from clients.oversight import queries
from clients.oversight.rules import Limits, unusual
from crm.lib import clock
from crm.workdays import work_calendar
from managers.audit.actions import keep_verification, record
from managers.audit.models import Verification
from managers.audit.queries import verify
from managers.inbox.actions import notify


def watch_reading(*, since, at) -> int:
    """Judge the day of everybody who read a file since a moment; tells how often somebody heard.

    Once for each person, kind and day, however often it runs (rules J6).
    """
    day = clock.local(at).date()
    limits, is_workday = Limits.on(day), work_calendar().is_workday
    people = queries.readers(since=since, until=at)
    found = queries.readings_of(people, at=at)
    told = 0
    for person in people:
        kinds = unusual(found[person.pk], limits, is_workday=is_workday)
        if kinds:
            told += _tell(person, kinds, day=day, at=at)
    return told


@transaction.atomic
def _tell(person, kinds, *, day, at) -> int:
    told = 0
    for kind, count in kinds.items():
        about = {"about": person, "key": f"{person.pk}:{kind}:{day}"}
        about |= {"unusual": kind, "count": count, "day": day}
        heard = [
            notify("reading-unusual", to=overseer, at=at, mail=True, **about)
            for overseer in queries.overseers(person, on=day)
        ]
        if any(heard):
            record("reading.unusual", person, by=None, at=at, unusual=kind, count=count, day=day)
            told += sum(1 for one in heard if one)
    return told


@transaction.atomic
def check_audit(*, by, at) -> Verification:
    """Walk the audit and keep what was found; auditors and administrators hear of a breach."""
    kept = keep_verification(verify(), at=at)
    record("audit.verified", kept, by=by, at=at, ok=kept.is_whole)
    if not kept.is_whole:
        day = clock.local(at).date()
        for keeper in queries.keepers_of_the_audit(on=day):
            key = f"{day}:{kept.fault}"
            notify("audit-broken", to=keeper, about=kept, key=key, at=at, mail=True)
    return kept
