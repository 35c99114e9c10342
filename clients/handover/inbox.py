"""What waits for a person in the relay, and what is late in a head's outlets."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from clients.book.models import Client
from clients.handover import rules
from clients.handover.models import Handover, Waiver
from clients.lobby.models import Referral
from clients.lobby.queries import minutes_used
from crm.lib import clock
from managers.people import scope
from managers.people.models import Posting
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
    wants: str = ""  # what a handover wants of a head: "waiver" or "decision"

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
    is_head = scope.may(person, Right.ASSIGN)
    found = _sorted(
        asked.for_list()[:MOST],
        handovers.order_by("due_at", "pk")[:MOST],
        at=at,
        for_head=is_head,
    )
    if is_head:
        found += _for_head(person, at=at)
    return sorted(found, key=_in_working_order)


def _for_head(person, *, at) -> list[Waiting]:
    """Files of which a head is asked to waive an item, or to say how they go on (rules E3, E4)."""
    on, mine = clock.local(at).date(), scope.units(person, Right.ASSIGN)
    rows = Handover.objects.visible_to(person).for_list().order_by("due_at", "pk")
    asked = Waiver.objects.filter(state=Waiver.State.ASKED).values("handover")
    senders = Posting.objects.on(on).filter(unit__in=mine).values("staff")
    to_waive = rows.filter(pk__in=asked, from_staff__in=senders, state__in=rules.EDITABLE)
    to_decide = (row for row in rows.to_decide() if rules.may_decide(person, row, on=on))
    waiting = [Waiting(row.due_at, handover=row, wants="waiver") for row in to_waive[:MOST]]
    return waiting + [Waiting(row.due_at, handover=row, wants="decision") for row in to_decide]


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
    return sorted(items, key=_in_working_order)


def _in_working_order(item: Waiting):
    return not item.is_on_site, item.due_at
