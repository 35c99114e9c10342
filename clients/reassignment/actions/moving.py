"""Move a chunk of clients, each if the rules still allow it, and give back whom nobody touched."""

from clients.book.actions import give
from clients.book.load import loads
from clients.book.models import Client, Ownership, State
from clients.book.rules import objections
from clients.followups.actions import take_back_telling, tell_of_owner
from clients.followups.models import Contact, FollowUp, Trigger
from clients.reassignment import proposing
from clients.reassignment.actions.followers import follow
from clients.reassignment.models import PlannedMove, Why
from clients.requests.models import ClientRequest
from crm.lib import clock
from crm.lib.db import lock_many
from managers.people.models import Staff

Move = PlannedMove.State


def forth(plan, moves, *, by, at) -> None:
    """Give each client to the receiver of the plan, or note why not; all locked beforehand."""
    today = clock.local(at).date()
    clients, people = _locked(moves, {plan.from_staff_id, *(move.to_id for move in moves)})
    filled = loads(people, on=today)
    agreed = set(plan.approvals.exclude(by=None).values_list("outlet", flat=True))
    for move in moves:
        client, to = clients[move.client_id], people.get(move.to_id)
        why, aside = _why_not(plan, move, client, to, filled, agreed, on=today)
        if why:
            _mark(move, Move.LEFT, why)
            continue
        _move(plan, move, client, people, aside=aside, by=by, at=at)
        filled[to.pk] = filled[to.pk].plus(client.tier)


def back(plan, moves, *, by, at) -> None:
    """Give each client back, or note what was done with the client since."""
    clients, people = _locked(moves, {plan.from_staff_id, *(move.to_id for move in moves)})
    was = people[plan.from_staff_id]
    touched = _touched(moves)
    for move in moves:
        client = clients[move.client_id]
        why = _why_kept(move, client, was, touched)
        if why:
            _mark(move, Move.KEPT, why)
            continue
        cause, outlet = Ownership.Cause.GIVEN_BACK, move.was_outlet
        how = {"cause": cause, "state": client.state, "outlet": outlet, "plan": plan.pk}
        take_back_telling(client, by=by, at=at)
        give(client, to=was, by=by, at=at, **how)
        follow(client, was=people[move.to_id], to=was, by=by, at=at)
        _mark(move, Move.RETURNED)


def _locked(moves, staff_ids) -> tuple[dict[int, Client], dict[int, Staff]]:
    clients = lock_many(Client.objects.select_related("outlet"), [move.client_id for move in moves])
    people = lock_many(Staff.objects.all(), staff_ids - {None})
    return {one.pk: one for one in clients}, {one.pk: one for one in people}


def _why_not(plan, move, client, to, filled, agreed, *, on) -> tuple[str, list]:
    """Why the client stays, or "" with the obstacles that the head's reason sets aside."""
    if client.owner_id != plan.from_staff_id:
        return Why.OWNER_CHANGED, []
    if client.state == State.CLOSED:
        return Why.CLOSED, []
    if to is None:
        return Why.NO_TARGET, []
    moved = proposing.at_home(client, to.posting)
    if moved.outlet_id not in agreed:
        return Why.OUTLET, []  # whose head was never asked: the receiver was transferred meanwhile
    hard, soft = objections(to, moved, on=on, load=filled[to.pk])
    if hard or (soft and not move.override):
        return Why([*hard, *soft][0].value), []
    return "", soft


def _move(plan, move, client, people, *, aside, by, at) -> None:
    to, was = people[move.to_id], people[plan.from_staff_id]
    outlet = proposing.home_of(client, to.posting)
    how = {"cause": Ownership.Cause.REASSIGNED, "state": client.state, "outlet": outlet}
    how |= {"reason": move.override, "aside": aside}
    client = give(client, to=to, by=by, at=at, plan=plan.pk, **how)
    follow(client, was=was, to=to, by=by, at=at)
    tell_of_owner(client, by=None, at=at)
    move.moved_at, move.seen = at, client.version
    _mark(move, Move.MOVED)


def _why_kept(move, client, was, touched) -> str:
    if client.owner_id != move.to_id:
        return Why.OWNER_CHANGED
    if not was.is_active or was.posting is None:
        return Why.GONE
    if client.version != move.seen:
        return Why.EDITED
    return touched.get(client.pk, "")


def _touched(moves) -> dict[int, str]:
    """What was done with these clients since the plan moved them."""
    pks = [move.client_id for move in moves]
    moved = {move.client_id: move.moved_at for move in moves}
    first = min(moved.values())
    follow_ups = FollowUp.objects.filter(client__in=pks).exclude(trigger=Trigger.NEW_OWNER)
    requests = ClientRequest.objects.filter(client__in=pks)
    contacts = Contact.objects.filter(client__in=pks, happened_at__gte=first)
    acts = (
        (follow_ups.filter(closed_at__gte=first), "closed_at", Why.WORKED),
        (follow_ups.filter(created_at__gte=first), "created_at", Why.WORKED),
        (requests.filter(closed_at__gte=first), "closed_at", Why.WORKED),
        (requests.filter(asked_at__gte=first), "asked_at", Why.WORKED),
        (contacts, "happened_at", Why.CONTACTED),
    )
    return {
        pk: why
        for rows, moment, why in acts
        for pk, done in rows.values_list("client", moment)
        if done > moved[pk]
    }


def _mark(move, state, why="") -> None:
    move.state, move.why = state, why
    move.save(update_fields=["state", "why", "moved_at", "seen"])
