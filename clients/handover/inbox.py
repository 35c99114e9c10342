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
    is_head = scope.may(person, Right.ASSIGN)
    found = _sorted(
        _referrals_to(person).for_list()[:MOST],
        _handovers_of(person).for_list().order_by("due_at", "pk")[:MOST],
        at=at,
        for_head=is_head,
    )
    if is_head:
        found += _for_head(person, on=clock.local(at).date())
    return sorted(found, key=_in_working_order)


def lists_of(person, *, at) -> list:
    """The rows of `waiting_for` before any is read, in a list for each kind: to be counted."""
    found = [_referrals_to(person), _handovers_of(person)]
    if scope.may(person, Right.ASSIGN):
        on = clock.local(at).date()
        found += [_to_waive(person, on=on), _to_decide(person, on=on)]
    return found


def _referrals_to(person):
    return Referral.objects.visible_to(person).waiting().filter(target=person)


def _handovers_of(person):
    mine = Q(from_staff=person, state__in=[Stage.DRAFT, Stage.RETURNED, Stage.ACCEPTED])
    mine |= Q(to_staff=person, state__in=[Stage.SUBMITTED, Stage.ACCEPTED])
    return Handover.objects.visible_to(person).filter(mine)


def _for_head(person, *, on) -> list[Waiting]:
    waive = _to_waive(person, on=on).for_list().order_by("due_at", "pk")
    decide = _to_decide(person, on=on).for_list().order_by("due_at", "pk")
    waiting = [Waiting(row.due_at, handover=row, wants="waiver") for row in waive[:MOST]]
    return waiting + [Waiting(row.due_at, handover=row, wants="decision") for row in decide]


def _to_waive(person, *, on):
    """Files of whose items a head is asked to waive one (rules E3)."""
    asked = Waiver.objects.filter(state=Waiver.State.ASKED).values("handover")
    mine = scope.units(person, Right.ASSIGN)
    senders = Posting.objects.on(on).filter(unit__in=mine).values("staff")
    rows = Handover.objects.visible_to(person)
    return rows.filter(pk__in=asked, from_staff__in=senders, state__in=rules.EDITABLE)


def _to_decide(person, *, on):
    """Files of which a head is to say how they go on (rules E4); few, so each is asked about."""
    rows = Handover.objects.visible_to(person)
    often = rows.to_decide().select_related("client", "client__outlet")
    return rows.filter(pk__in=[row.pk for row in often if rules.may_decide(person, row, on=on)])


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
