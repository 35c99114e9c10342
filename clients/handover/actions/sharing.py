"""What a handover counts for, shared between who won the client and who serves them (rules E7)."""

from decimal import Decimal

from clients.handover import rules
from clients.handover.models import CreditShare
from crm.lib import clock
from managers.competition.actions import credit
from managers.competition.models import Metric


def share(handover, client, *, by, at) -> None:
    """Write the shares down, and count the new client for both."""
    day = clock.local(at).date()
    handover.aum_then = client.aum
    handover.save(update_fields=["aum_then"])
    people = (handover.from_staff, handover.to_staff)
    for event, percents in rules.percents(on=day).items():
        for person, percent in zip(people, percents, strict=True):
            CreditShare.objects.create(
                handover=handover, event=event, staff=person, percent=percent
            )
    _credit(handover, by=by, at=at)


def _credit(handover, *, by, at) -> None:
    """Both get their part of the new client: the second what the first leaves."""
    parts = handover.shares.filter(event=CreditShare.Event.INTRODUCTION)
    by_staff = {one.staff_id: one for one in parts}
    amounts = rules.split(Decimal(1), by_staff[handover.from_staff_id].percent)
    sides = {"from": handover.from_staff, "to": handover.to_staff}
    for (side, person), part in zip(sides.items(), amounts, strict=True):
        credit(
            person,
            part,
            metric=Metric.HANDOVER,
            source=f"handover:{handover.pk}:{side}",
            day=clock.local(at).date(),
            at=at,
            by=by,
        )
