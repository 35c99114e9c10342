"""Which lists of somebody's day hold anything at all, asked in one query before each is read."""

from typing import NamedTuple

from django.db.models import Exists, Q

from clients.appointments.models import Appointment
from clients.book.models import lent_to
from clients.handover.models import Handover
from clients.lobby.models import Referral
from clients.requests.models import ClientRequest
from crm.lib import clock
from managers.models import Staff
from managers.people import scope
from managers.people.scope import Reach, Right


class Pending(NamedTuple):
    """What may be there; whether the person may see it, each list asks itself."""

    promises: bool
    visits: bool
    referrals: bool
    handovers: bool

    @property
    def answers(self) -> bool:
        """Whether somebody may wait for an answer."""
        return self.referrals or self.handovers


def pending(person, *, at) -> Pending:
    """What may wait for a person and those whom they cover today.

    Most desks hold few of these lists, and to read an empty one costs as much as a full one.
    """
    today = clock.local(at).date()
    covered, _files = lent_to(person)
    desk = [person.pk, *covered]
    visits = Appointment.objects.on(today)
    if scope.reach(person, Right.RECEIVE) == Reach.OWN:
        visits = visits.filter(slots__staff__in=desk)
    lists = {
        "promises": ClientRequest.objects.open().due_by(today).filter(owner__in=desk),
        "visits": visits,
        "referrals": Referral.objects.waiting().filter(target=person),
        "handovers": Handover.objects.pending().filter(Q(to_staff=person) | Q(from_staff=person)),
    }
    exist = {name: Exists(rows.order_by()) for name, rows in lists.items()}
    return Pending(**Staff.objects.filter(pk=person.pk).values(**exist).get())
