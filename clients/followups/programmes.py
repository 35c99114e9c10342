"""Which programmes rule on a day, and where those of clients stand (rules F14). Reads only."""

from datetime import date

from django.utils.translation import gettext as _

from clients.book.models import Tier
from clients.followups.models import (
    Channel,
    Outcome,
    Programme,
    ProgrammeRun,
    ProgrammeStep,
    Start,
)

# What leaves a step to be made: nobody has spoken with the client yet.
NOT_MADE = (Outcome.NO_ANSWER, Outcome.CALL_LATER, Outcome.WRONG_NUMBER)
ONBOARDING = "onboarding"


def defaults() -> list[Programme]:
    """What the product came with, in the language of whoever reads; unsaved rows."""
    steps = (
        (0, Channel.CALL, _("Introduce yourself and the services of the tier")),
        (3, Channel.MESSAGE, _("Ask whether everything works")),
        (14, Channel.CALL, _("Goals, risk and what matures elsewhere")),
        (30, Channel.VISIT, _("First review of the portfolio")),
        (90, Channel.CALL, _("Is the client content? Agree on the rhythm")),
    )
    onboarding = Programme(
        code=ONBOARDING,
        name=_("Onboarding of a new VIP"),
        starts=[*Start.values],
        tiers=[Tier.GOLD, Tier.PLATINUM, Tier.DIAMOND, Tier.PRIVATE],
        steps=[
            {"day": day, "channel": str(how), "purpose": purpose} for day, how, purpose in steps
        ],
        valid_from=date.min,
    )
    return [onboarding]


def in_force(on: date) -> dict[str, Programme]:
    """Every programme as it stands on a day, one query."""
    found = {row.code: row for row in defaults()}
    rows = Programme.objects.filter(valid_from__lte=on).order_by("valid_from", "pk")
    return found | {row.code: row for row in rows}


def begun_by(start: str, client, *, on: date) -> Programme | None:
    """The programme that this event begins for a client of this tier."""
    for row in in_force(on).values():
        if row.is_on and start in row.starts and (not row.tiers or client.tier in row.tiers):
            return row
    return None


def next_steps(clients) -> dict[int, ProgrammeStep]:
    """The step that comes next in the running programme of each client, one query."""
    rows = ProgrammeStep.objects.ahead().filter(run__client__in=clients)
    found: dict[int, ProgrammeStep] = {}
    for step in rows.select_related("run"):
        found.setdefault(step.run.client_id, step)
    return found


def stands_in(step, due_on: date, gap_days: int) -> bool:
    """Whether a step is the next contact instead of the one that the standard asks for.

    So is one that would follow within half a gap: two contacts in a row help nobody.
    """
    return (step.due_on - due_on).days <= gap_days // 2


def running(client) -> ProgrammeRun | None:
    """The programme that goes on with the client."""
    return ProgrammeRun.objects.filter(client=client, state=ProgrammeRun.State.RUNNING).first()
