"""Who could take the clients of a plan, and what it does to the books (rules C3, E8)."""

from collections import defaultdict
from copy import copy
from dataclasses import dataclass

from clients.book.models import Client
from clients.book.reasons import Suggestion
from clients.book.rules import takes_clients
from clients.book.suggestions import Candidate, suggest, team
from clients.followups.queries import last_spoken
from clients.planning.weather import Hours, capacity, with_hours, workload
from clients.reassignment.models import PlannedMove
from managers.people.models import OrgUnit, Post, Posting, UnitKind

_PERCENT = 100


def candidates(plan, outlets, *, on, elsewhere=False, any_post=False) -> list[Candidate]:
    """Colleagues who keep clients: of these outlets, or with `elsewhere` of their branches.

    They have the post of whoever goes, or with `any_post` one of both (rules E8).
    """
    if elsewhere:
        parents = {outlet.parent_id for outlet in outlets}
        siblings = OrgUnit.objects.filter(kind=UnitKind.OUTLET, is_active=True, parent__in=parents)
        outlets = [*outlets, *siblings]
    posts = (Post.WEALTH_RM, Post.MARKETING_RM) if any_post else (_post_of(plan.from_staff),)
    found = team(outlets, on=on, posts=posts)
    return [candidate for candidate in found if candidate.staff.pk != plan.from_staff_id]


def propose(plan, clients, *, on, elsewhere=False, only=None) -> dict[int, Suggestion]:
    """A receiver for each client, by capacity; `only` names the colleagues who may be one.

    Nobody gets what they have no licence for: a head chooses by hand, with a reason (rules E12).
    """
    outlets = {client.outlet for client in clients}
    able = candidates(plan, outlets, on=on, elsewhere=elsewhere)
    if only is not None:
        able = [candidate for candidate in able if candidate.staff.pk in only]
    met = last_spoken(clients, among=[candidate.staff.pk for candidate in able])
    able = with_hours(able, on=on)
    how = {"elsewhere": elsewhere, "licensed_only": True}
    return suggest(clients, on=on, met=met, candidates=able, **how)


@dataclass(frozen=True)
class Effect:
    """What a plan does to one book: clients that come, percent of capacity, hours of 30 days."""

    candidate: Candidate
    clients: int
    after: int
    hours: int
    hours_after: int
    capacity: int

    @property
    def staff(self):
        return self.candidate.staff

    @property
    def before(self) -> int:
        return self.candidate.load.percent

    @property
    def is_over(self) -> bool:
        """Whether the book would be fuller than it may be."""
        return self.after > _PERCENT

    @property
    def is_short(self) -> bool:
        """Whether the coming days would ask for more hours than there are."""
        return self.hours_after > self.capacity


def effects(plan, *, on) -> list[Effect]:
    """Each colleague who may take some of them, with book and hours before and after.

    Who gets most comes first; the same few queries for any number of clients (rules C3, E8).
    """
    coming = defaultdict(list)
    moves = plan.moves.filter(state=PlannedMove.State.PLANNED, to__isnull=False)
    for to, client, tier in moves.order_by().values_list("to", "client", "client__tier"):
        coming[to].append((client, tier))
    outlets = [row.outlet for row in plan.approvals.all()]
    states = {*plan.moves.order_by().values_list("client__state", flat=True).distinct()}
    kinds = [Client(state=state) for state in states]
    people = [
        candidate
        for candidate in candidates(plan, outlets, on=on, any_post=True)
        if any(takes_clients(candidate.posting, kind) for kind in kinds)
    ]
    ids = [candidate.staff.pk for candidate in people]
    now = workload(Client.objects.filter(owner__in=ids), on=on)
    moved = workload(Client.objects.filter(planned_moves__plan=plan), on=on, by="pk")
    room = capacity(ids, on=on)
    found = []
    for candidate in people:
        pk, more = candidate.staff.pk, coming[candidate.staff.pk]
        extra = sum((moved[client] for client, _tier in more if client in moved), Hours())
        found.append(
            Effect(
                candidate=candidate,
                clients=len(more),
                after=candidate.load.plus(*(tier for _client, tier in more)).percent,
                hours=now[pk].total,
                hours_after=(now[pk] + extra).total,
                capacity=room[pk],
            )
        )
    return sorted(found, key=lambda effect: (-effect.clients, -effect.after, effect.staff.pk))


def home_of(client, posting) -> OrgUnit:
    """The outlet that looks after the client once this person does."""
    at_another = posting.unit_id not in (client.outlet_id, client.outlet.served_by_id)
    is_outlet = posting.unit.kind == UnitKind.OUTLET
    return posting.unit if at_another and is_outlet else client.outlet


def at_home(client, posting) -> Client:
    """The client as they will be: looked after by the outlet of whoever gets them.

    For questions of the rules only; nothing is saved.
    """
    moved = copy(client)
    moved.outlet = home_of(client, posting) if posting else client.outlet
    return moved


def units_of(people, *, on) -> dict[int, int]:
    """The unit in which each of these people works."""
    rows = Posting.objects.on(on).filter(staff__in=people)
    return dict(rows.values_list("staff", "unit"))


def clients_of(plan):
    """The clients of a plan with their outlets, to be suggested for."""
    moves = plan.moves.values("client")
    return list(Client.objects.filter(pk__in=moves).select_related("outlet").order_by("pk"))


def _post_of(staff) -> str:
    post = staff.current_post
    return post if post == Post.MARKETING_RM else Post.WEALTH_RM
