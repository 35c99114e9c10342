"""Make a plan, and say who gets whom."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.book.reasons import Suggestion
from clients.book.rules import check_assignment
from clients.reassignment import proposing, rules
from clients.reassignment.models import PlanApproval, PlannedMove, ReassignmentPlan
from crm import words
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.people import scope
from managers.people.models import OrgUnit
from managers.people.scope import Right

State = ReassignmentPlan.State
_BATCH = 500


@transaction.atomic
def draft(
    from_staff, *, cause, effective_on, by, at, last_day=None, deputy=None, elsewhere=False
) -> ReassignmentPlan:
    """Plan what becomes of the clients of somebody who goes, each with a receiver (rules E8).

    On leave `deputy` covers until `last_day`; else `elsewhere` lets colleagues of the branch's
    other outlets receive clients for whom nobody near has room. Raises RuleBroken for posts that do
    not assign, a person without clients here, days that are over, and beside another live plan.
    """
    if not scope.may(by, Right.ASSIGN):
        raise RuleBroken(_("Only heads plan a reassignment."), code="forbidden")
    from_staff, today = lock(from_staff), clock.local(at).date()
    clients = list(rules.book_of(from_staff, by=by).select_related("outlet").order_by("pk"))
    days = {"effective_on": effective_on, "last_day": last_day}
    rules.check_new(from_staff, clients, cause=cause, deputy=deputy, on=today, **days)
    is_leave = cause == ReassignmentPlan.Cause.LEAVE
    plan = ReassignmentPlan.objects.create(
        from_staff=from_staff,
        cause=cause,
        effective_on=effective_on,
        last_day=last_day if is_leave else None,
        deputy=deputy if is_leave else None,
        created_by=by,
        created_at=at,
    )
    if not is_leave:
        found = proposing.propose(plan, clients, on=today, elsewhere=elsewhere)
        PlannedMove.objects.bulk_create(
            [_move(plan, client, found[client.pk]) for client in clients], batch_size=_BATCH
        )
    _ask(plan, {client.outlet_id for client in clients}, on=today)
    facts = {"staff": from_staff.pk, "cause": cause, "clients": len(clients)}
    record("plan.drafted", plan, by=by, at=at, **facts)
    return plan


@transaction.atomic
def rebalance(plan, *, by, at, only=None, elsewhere=False, version=None) -> ReassignmentPlan:
    """Share the clients out anew by capacity; what a head chose by hand stays.

    `only` are the ids of the colleagues who may receive. Whoever had agreed is asked again.
    """
    plan, today = _changeable(plan, by, at, version), clock.local(at).date()
    moves = {move.client_id: move for move in plan.moves.filter(is_chosen=False)}
    clients = [client for client in proposing.clients_of(plan) if client.pk in moves]
    found = proposing.propose(plan, clients, on=today, elsewhere=elsewhere, only=only)
    for pk, move in moves.items():
        move.to, move.reason = found[pk].staff, found[pk].reason
    PlannedMove.objects.bulk_update(moves.values(), ["to", "reason"], batch_size=_BATCH)
    return _changed(plan, by=by, at=at)


@transaction.atomic
def choose(plan, moves, *, to, by, at, version=None, reason="") -> ReassignmentPlan:
    """Give these clients of the plan to one colleague by hand; None takes their receiver away.

    Raises RuleBroken where the colleague could not take one of them; with code `needs_reason` where
    a `reason` would set the rule aside, which is then kept with the move (rules E12).
    """
    plan, today = _changeable(plan, by, at, version), clock.local(at).date()
    wanted = plan.moves.filter(pk__in=[move.pk for move in moves])
    chosen = list(wanted.select_related("client__outlet").order_by("client"))
    for move in chosen:  # a reason was given for one receiver, and goes with that one
        move.to, move.reason, move.override, move.is_chosen = to, "", "", to is not None
    if to is not None:
        _check_receiver(plan, chosen, to, reason=reason, on=today)
    fields = ["to", "reason", "is_chosen", "override"]
    PlannedMove.objects.bulk_update(chosen, fields, batch_size=_BATCH)
    return _changed(plan, by=by, at=at)


def _move(plan, client, found: Suggestion) -> PlannedMove:
    outlet = client.outlet
    return PlannedMove(
        plan=plan, client=client, was_outlet=outlet, to=found.staff, reason=found.reason
    )


def _check_receiver(plan, moves, to, *, reason, on) -> None:
    """Raise RuleBroken for the first client whom `to` cannot take on top of the plan's others.

    Keeps the reason with those who need it.
    """
    if to.pk == plan.from_staff_id:
        raise RuleBroken(_("%(name)s is the one who goes.") % {"name": words.plain_name(to)})
    others = plan.moves.filter(to=to).exclude(pk__in=[move.pk for move in moves])
    load = rules.load_of(to, on=on).plus(*others.values_list("client__tier", flat=True))
    for move in moves:
        client = proposing.at_home(move.client, to.posting)
        aside = check_assignment(to, client, reason=reason, on=on, load=load)
        move.override = reason.strip() if aside else ""
        load = load.plus(client.tier)


def _changeable(plan, by, at, version) -> ReassignmentPlan:
    plan = lock(plan)
    rules.check_act(by, plan, "change", at=at)
    rules.check_seen(plan, version)
    return plan


def _changed(plan, *, by, at) -> ReassignmentPlan:
    """The plan is a draft again: nobody has agreed to what it says now."""
    plan.state = State.DRAFT
    plan.version += 1
    plan.save(update_fields=["state", "version"])
    outlets = plan.moves.order_by().values_list("was_outlet", flat=True).distinct()
    _ask(plan, set(outlets), on=clock.local(at).date())
    record("plan.changed", plan, by=by, at=at)
    return plan


def _ask(plan, giving: set[int], *, on) -> None:
    """Note which outlets' heads must agree: those that give clients, and others that get some."""
    pairs = set(plan.moves.exclude(to=None).order_by().values_list("to", "was_outlet").distinct())
    units = proposing.units_of({to for to, _outlet in pairs}, on=on)
    served = dict(OrgUnit.objects.filter(pk__in=giving).values_list("pk", "served_by"))
    taking = {units[to] for to, outlet in pairs if units.get(to) not in (outlet, served[outlet])}
    plan.approvals.all().delete()
    PlanApproval.objects.bulk_create(
        PlanApproval(plan=plan, outlet_id=pk, gives=pk in giving)
        for pk in sorted(giving | (taking - {None}))
    )
