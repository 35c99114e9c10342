"""What a person needs to know before calling, and who spoke with whom."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q

from clients.book.models import Holding
from clients.book.rules import covered_by
from clients.file.models import Preferences
from clients.file.wording import best_time
from clients.followups import rules
from clients.followups.models import SPOKE, Contact, FollowUp
from crm.lib import clock
from managers.people.models import Absence, Staff

MATURING_DAYS = 30  # calendar days ahead that a maturity is worth a word


@dataclass(frozen=True)
class Briefing:
    """The last talk, what to keep in mind, what matures soon, and calls that nobody answered.

    `likes` is how the client wants to be reached, as far as it is known.
    """

    last: Contact | None = None
    keep_in_mind: str = ""
    maturing: list[Holding] = field(default_factory=list)
    unanswered: int = 0
    should_write: bool = False
    likes: Preferences | None = None

    def __bool__(self):
        known = self.likes or self.keep_in_mind
        return bool(self.last or known or self.maturing or self.unanswered)

    @property
    def best_time(self) -> str:
        """When to call, in words."""
        return best_time(self.likes)


def briefing(client, *, at) -> Briefing:
    """What the open row shows beside the outcome form; four queries."""
    today = clock.local(at).date()
    spoken = Contact.objects.filter(client=client, outcome__in=SPOKE).exclude(notes="")
    until = today + timedelta(days=MATURING_DAYS)
    maturing = [
        row
        for row in client.holdings.all()
        if row.is_open and row.matures_on and today <= row.matures_on <= until
    ]
    days = rules.unanswered_days(client)
    return Briefing(
        last=spoken.first(),
        keep_in_mind=str(client.profile.get("keep_in_mind", "")),
        maturing=maturing[:3],
        unanswered=len(days),
        should_write=rules.should_write(days, on=today),
        likes=getattr(client, "preferences", None),
    )


def answered_too(follow_up, person, *, on) -> list[FollowUp]:
    """What one talk answers besides a follow-up (`answered_by_talk`)."""
    rows = answered_by_talk(follow_up.client_id, person, on=on)
    return [row for row in rows if row.pk != follow_up.pk]


def answered_by_talk(client, person, *, on) -> list[FollowUp]:
    """All that is due with the client by a day: one talk answers it (rules F4).

    One query; another one where not all is the person's own.

    Not what was agreed for a time of its own, and not what the person may not do.
    """
    due = FollowUp.objects.open().filter(client=client, due_on__lte=on, from_time=None)
    rows = [row for row in due.for_list().order_by("due_at", "pk") if row.excluded_id != person.pk]
    on_behalf_of = {person.pk}
    if any(person.pk not in (row.owner_id, row.client.owner_id) for row in rows):
        on_behalf_of |= covered_by(person, on=on)
    return [row for row in rows if on_behalf_of & {row.owner_id, row.client.owner_id}]


def receivers(follow_up, *, on):
    """Colleagues who may open the client's file: the owner, the deputy, and handover receivers.

    `follow_up` may be a request: it is given in the same way, and bars nobody.
    """
    client = follow_up.client
    deputies = Absence.objects.on(on).filter(staff=client.owner_id).values("deputy")
    may_read = Q(pk=client.owner_id) | Q(pk__in=deputies) | Q(readable__client=client)
    barred = getattr(follow_up, "excluded_id", None)
    others = [pk for pk in (follow_up.owner_id, barred) if pk]
    people = Staff.objects.filter(may_read, is_active=True).exclude(pk__in=others)
    return people.distinct().order_by("employee_no")


def last_spoken(clients, *, among=None) -> dict[int, int]:
    """Who last had a valid contact with each client, by the ids of client and person.

    `among` are the ids of the people who are asked for.
    """
    spoken = Contact.objects.filter(client__in=clients, is_valid=True, staff__isnull=False)
    if among is not None:
        spoken = spoken.filter(staff__in=among)
    return dict(spoken.order_by("happened_at", "pk").values_list("client", "staff"))
