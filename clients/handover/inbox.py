"""What waits for a person in the relay, and what is late in a head's outlets."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from clients.book.models import Client
from clients.handover.models import Handover
from clients.lobby.models import Referral
from clients.lobby.queries import minutes_used
from managers.people import scope
from managers.people.scope import Reach, Right

MOST = 50  # rows of a card; the lists below it have them all
Stage = Handover.State


@dataclass(frozen=True)
class Waiting:
    """A referral or a handover that somebody must move, with its deadline."""

    due_at: datetime
    referral: Referral | None = None
    handover: Handover | None = None
    used: int = 0  # minutes of the referral's clock
    allowed: int = 0
    is_for_head: bool = False  # a head finds an RM, an RM accepts

    @property
    def is_on_site(self) -> bool:
        """Whether the client stands in the lobby now: that goes before any deadline."""
        return self.referral is not None and self.referral.on_site

    @property
    def client(self):
        """The client whom it is about."""
        return (self.referral or self.handover).client


def waiting_for(person, *, at) -> list[Waiting]:
    """What this person answers, mends or introduces, in working order (rules D4, E5)."""
    asked = Referral.objects.visible_to(person).waiting().filter(target=person)
    mine = Q(from_staff=person, state__in=[Stage.DRAFT, Stage.RETURNED, Stage.ACCEPTED])
    mine |= Q(to_staff=person, state__in=[Stage.SUBMITTED, Stage.ACCEPTED])
    handovers = Handover.objects.visible_to(person).filter(mine).for_list()
    return _sorted(
        asked.for_list()[:MOST],
        handovers.order_by("due_at", "pk")[:MOST],
        at=at,
        for_head=scope.may(person, Right.ASSIGN),
    )


def late_in_outlets(person, *, at) -> list[Waiting]:
    """What is overdue where a head is responsible; nothing for everybody else (rules D4, E5)."""
    if scope.reach(person, Right.ASSIGN) not in (Reach.TREE, Reach.ALL):
        return []
    referrals = Referral.objects.visible_to(person).overdue(at).for_list()
    handovers = Handover.objects.visible_to(person).overdue(at).for_list()
    return _sorted(
        referrals.order_by("answer_by", "pk")[:MOST],
        handovers.order_by("due_at", "pk")[:MOST],
        at=at,
    )


def readable(person, clients) -> set[int]:
    """Ids of those clients whose file the person may open; the others are shown masked."""
    ids = {client.pk for client in clients}
    if not ids:
        return set()
    return set(Client.objects.visible_to(person).filter(pk__in=ids).values_list("pk", flat=True))


def _sorted(referrals, handovers, *, at, for_head=False) -> list[Waiting]:
    items = []
    for referral in referrals:
        used, allowed = minutes_used(referral, at=at)
        clock_of = {"used": used, "allowed": allowed, "is_for_head": for_head}
        items.append(Waiting(referral.answer_by, referral=referral, **clock_of))
    items += [Waiting(handover.due_at, handover=handover) for handover in handovers]
    return sorted(items, key=lambda item: (not item.is_on_site, item.due_at))
