"""A book that is to be given away, and the plan for it."""

from datetime import date

from clients.reassignment.actions import draft, execute, submit, work
from clients.reassignment.models import ReassignmentPlan
from crm.lib import clock
from tests.factories import ClientFactory

TODAY = date(2026, 11, 23)


def leaving(rm, number=3, **fields):
    """So many clients of an RM who goes."""
    return ClientFactory.create_batch(number, owner=rm, **fields)


def planned(rm, *, by, cause="resignation", effective_on=TODAY, **more) -> ReassignmentPlan:
    """The plan for the whole book."""
    return draft(rm, cause=cause, effective_on=effective_on, by=by, at=clock.now(), **more)


def approved(rm, *, by, **more) -> ReassignmentPlan:
    """A plan that its head has agreed to."""
    return submit(planned(rm, by=by, **more), by=by, at=clock.now())


def carried_out(plan) -> ReassignmentPlan:
    """The plan after the worker has had it."""
    work(plan.pk, now=clock.now)
    plan.refresh_from_db()
    return plan


def owners(clients) -> list:
    """Who has each of these clients now."""
    for client in clients:
        client.refresh_from_db()
    return [client.owner for client in clients]


def moved(rm, head, **more):
    """A plan for the whole book, agreed to and carried out at once."""
    return carried_out(execute(approved(rm, by=head, **more), by=head, at=clock.now()))


def whys(plan) -> list[str]:
    return [move.get_why_display() for move in plan.moves.order_by("client")]
