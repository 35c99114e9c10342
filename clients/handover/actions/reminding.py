"""What is late is told to whose turn it is and the heads, and costs points (rules E5, H3)."""

from decimal import Decimal

from django.db import transaction

from clients.book.models import Client
from clients.handover import deadlines
from clients.handover.actions.steps import opened
from clients.handover.deadlines import PERSON, at_turn, head_first, level
from clients.handover.models import Handover
from crm.lib import clock
from crm.lib.db import lock
from managers.audit.actions import record
from managers.competition.actions import credit
from managers.competition.models import Metric
from managers.inbox.actions import notify
from managers.people.heads import head_of
from managers.people.models import Post


def remind(*, at) -> int:
    """Tell of every late stage and of qualified prospects whom nobody hands over; safe twice.

    Returns how many handovers and prospects somebody was told of.
    """
    late = Handover.objects.overdue(at).filter(escalated__lt=deadlines.OUTLET_HEAD)
    told = sum(_remind(row, at=at) for row in late.select_related("client").order_by("pk"))
    waiting = deadlines.qualified_without_handover().select_related("owner").order_by("pk")
    return told + sum(_remind_to_begin(client, at=at) for client in waiting)


@transaction.atomic
def _remind(handover, *, at) -> bool:
    client, handover = opened(handover)
    due = level(handover.due_at, at=at) if handover.is_late(at) else 0
    if due <= handover.escalated:
        return False
    key = f"{handover.pk}:{handover.state}:{handover.due_at:%Y%m%d}"
    for told in range(handover.escalated + 1, due + 1):
        for person in _whom(told, at_turn(handover), client, at=at):
            notify("handover-late", to=person, about=handover, key=key, at=at, mail=True)
    for person in at_turn(handover) if handover.escalated < PERSON else []:
        _count_late(person, f"late:{handover.pk}:{handover.state}:{person.pk}", at=at)
    handover.escalated = due
    handover.save(update_fields=["escalated"])
    record("handover.late", handover, by=None, at=at, client=client.pk, stage=handover.state)
    return True


@transaction.atomic
def _remind_to_begin(client, *, at) -> bool:
    client = lock(client)
    since = deadlines.qualified_since(client)
    if since is None or client.owner.current_post != Post.MARKETING_RM:
        return False
    due_at = deadlines.submit_by(client, at=at)
    due, told_anybody = level(due_at, at=at), False
    key = f"{client.pk}:{due_at:%Y%m%d}"
    if due:
        _count_late(client.owner, f"late:prospect:{client.pk}:{due_at:%Y-%m-%d}", at=at)
    for told in range(PERSON, due + 1):
        for person in _whom(told, [client.owner], client, at=at):
            told_it = notify("handover-due", to=person, about=client, key=key, at=at, mail=True)
            told_anybody = told_anybody or told_it is not None
    return told_anybody


def _count_late(person, source: str, *, at) -> None:
    """It costs points in the competition, once a stage, whose turn it is (rules E5, H3)."""
    day = clock.local(at).date()
    credit(person, Decimal(1), metric=Metric.LATE, source=source, day=day, at=at)


def _whom(told: int, people, client: Client, *, at):
    """Those whose turn it is, or the head of that level."""
    if told == PERSON:
        return people
    on = clock.local(at).date()
    head = head_of(client.outlet, on=on, first=head_first(told), without=[client.person_id])
    return [head] if head else []
