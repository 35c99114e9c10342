"""What a handover counts for, shared between who won the client and who serves them (rules E7)."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from clients.handover import rules
from clients.handover.actions.steps import opened
from clients.handover.models import CreditShare, Handover
from crm import bank
from crm.lib import clock
from managers.audit.actions import record
from managers.competition.actions import credit
from managers.competition.models import Metric

Event = CreditShare.Event


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
    _credit(handover, Event.INTRODUCTION, Decimal(1), by=by, at=at)


def share_growth(*, at) -> int:
    """Share what clients grew by in their first days with the new RM; tells how many handovers.

    Counted once for each, when the days are over; a client who did not grow brings nothing.
    """
    today = clock.local(at).date()
    days = bank.read("competition.growth_days", on=today)
    over = clock.start_of_day(today - timedelta(days=days))
    due = Handover.objects.filter(
        aum_then__isnull=False, growth_at__isnull=True, introduced_at__lt=over
    )
    return sum(_share_growth(row, at=at) for row in due.select_related("client").order_by("pk"))


@transaction.atomic
def _share_growth(handover, *, at) -> bool:
    client, handover = opened(handover)
    if handover.growth_at is not None:
        return False
    handover.growth_at = at
    handover.save(update_fields=["growth_at"])
    growth = client.aum - handover.aum_then
    if growth > 0:
        _credit(handover, Event.GROWTH, growth, by=None, at=at)
    record("handover.growth", handover, by=None, at=at, client=client.pk)
    return True


def _credit(handover, event, total, *, by, at) -> None:
    """Both get their part to the cent: the second what the first leaves."""
    parts = handover.shares.filter(event=event).select_related("staff")
    by_staff = {one.staff_id: one for one in parts}
    first = by_staff[handover.from_staff_id]
    amounts = rules.split(total, first.percent)
    prefix, metric = {
        Event.INTRODUCTION: ("handover", Metric.HANDOVER),
        Event.GROWTH: ("growth", Metric.AUM_GROWTH),
    }[event]
    sides = {"from": handover.from_staff, "to": handover.to_staff}
    for (side, person), part in zip(sides.items(), amounts, strict=True):
        credit(
            person,
            part,
            metric=metric,
            source=f"{prefix}:{handover.pk}:{side}",
            day=clock.local(at).date(),
            at=at,
            by=by,
        )
