"""The board of callbacks: what was promised for which minute today, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.book.models import asked_once
from clients.followups import rules
from clients.followups.models import FollowUp
from crm.lib import clock
from managers.people import scope
from managers.people.scope import Reach, Right

MOST = 100  # rows of the board


class Urgency(TextChoices):
    """How a promised call stands, by the minute (rules F12)."""

    MISSED = "missed", pgettext_lazy("callback", "Missed")
    DUE = "due", pgettext_lazy("callback", "Due now")
    SOON = "soon", pgettext_lazy("callback", "Soon")
    LATER = "later", pgettext_lazy("callback", "Later today")


TONES = {Urgency.MISSED: "late", Urgency.DUE: "soon", Urgency.SOON: "soon", Urgency.LATER: ""}
TOLD = {
    Urgency.MISSED: _("%(minutes)d min late"),
    Urgency.DUE: _("now"),
    Urgency.SOON: _("in %(minutes)d min"),
    Urgency.LATER: "",
}


@dataclass(frozen=True)
class Callback:
    """One promised call and how it stands; `minutes` from its minute until now, or to it."""

    item: FollowUp
    urgency: Urgency
    minutes: int

    @property
    def tone(self) -> str:
        return TONES[self.urgency]

    @property
    def told(self) -> str:
        return str(TOLD[self.urgency]) % {"minutes": self.minutes}


@dataclass(frozen=True)
class Board:
    """The callbacks by how they stand, and how many of today's were made."""

    groups: list[tuple[Urgency, list[Callback]]]
    made: int

    def count(self, urgency: str) -> int:
        return sum(len(rows) for code, rows in self.groups if code == urgency)


def urgency(due_at: datetime, *, at: datetime) -> Urgency:
    """How a promised minute stands at a moment."""
    on = clock.local(at).date()
    if due_at + rules.missed_after(on=on) < at:
        return Urgency.MISSED
    if due_at <= at:
        return Urgency.DUE
    return Urgency.SOON if due_at - rules.soon_before(on=on) <= at else Urgency.LATER


def board(person, *, at) -> Board:
    """What the person and those whom they cover promised; for heads all of their outlets."""
    on = clock.local(at).date()
    is_head = scope.reach(person, Right.FOLLOW_UP) == Reach.TREE
    with asked_once(person):
        seen = FollowUp.objects.visible_to(person).callbacks()
        rows = seen.open() if is_head else seen.on_the_desk_of(person)
    found = rows.due_by(on).for_list().order_by("due_at", "pk")
    groups: dict[Urgency, list[Callback]] = {code: [] for code in Urgency}
    for item in found[:MOST]:
        stands = urgency(item.due_at, at=at)
        minutes = int(abs((item.due_at - at).total_seconds()) // 60)
        groups[stands].append(Callback(item, stands, minutes))
    made = seen.filter(state=FollowUp.State.DONE, closed_at__gte=clock.start_of_day(on))
    made = made if is_head else made.filter(owner=person)
    return Board([(code, rows) for code, rows in groups.items() if rows], made.count())
