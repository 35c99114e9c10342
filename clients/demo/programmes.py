"""Programmes that go on: each RM has a new client in the middle of the first months."""

from datetime import timedelta

from django.utils import translation

from clients.book.models import State, Tier
from clients.followups.programmes import ONBOARDING, defaults
from clients.models import ProgrammeRun, ProgrammeStep
from crm.lib import clock

BEGUN = 10  # calendar days ago
_PASSED = 4  # days of the programme that are over for certain


def build(clients, *, now, language):
    """One client of each book, the first who is contacted and of a tier that is welcomed."""
    chosen: dict = {}
    for client in clients:
        contacted = client.state == State.OWNED and not client.do_not_contact
        if client.owner_id and contacted and client.tier != Tier.REGULAR:
            chosen.setdefault(client.owner_id, client)
    with translation.override(language):
        [programme] = [row for row in defaults() if row.code == ONBOARDING]
    began = clock.local(now).date() - timedelta(days=BEGUN)
    runs = [
        ProgrammeRun(client=client, code=programme.code, name=programme.name, started_on=began)
        for client in chosen.values()
    ]
    ProgrammeRun.objects.bulk_create(runs, batch_size=500)
    steps = [_step(run, number, step, now) for run in runs for number, step in _numbered(programme)]
    ProgrammeStep.objects.bulk_create(steps, batch_size=500)


def _numbered(programme):
    return enumerate(programme.steps, start=1)


def _step(run, number, step, now) -> ProgrammeStep:
    day = run.started_on + timedelta(days=step["day"])
    is_over = step["day"] < _PASSED
    return ProgrammeStep(
        run=run,
        number=number,
        due_on=day,
        channel=step["channel"],
        purpose=step["purpose"],
        passed_at=min(clock.at_time(day, clock.local(now).time()), now) if is_over else None,
    )
