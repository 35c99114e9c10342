"""Overdue follow-ups come to the heads: one mail and one notice a working day (rules F7, F8)."""

from datetime import time, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.book.models import Tier
from clients.desk.reminders.rows import ROWS, Section, absolute, of_client, reason_of
from clients.followups.models import FollowUp
from crm import bank, words
from crm.lib import clock
from crm.workdays import work_calendar
from managers.inbox.actions import notify
from managers.inbox.kinds import Told
from managers.inbox.kinds import register as register_notice
from managers.models import OrgUnit, Staff
from managers.outbox.actions import post
from managers.outbox.letters import planner, register
from managers.people.heads import HEADS, head_of

KIND = "overdue-escalation"


@planner
def plan_escalations(at) -> int:
    """Post the heads' mails of a working day once its hour has come; returns how many are new."""
    today = clock.local(at).date()
    due = clock.at_time(today, time.fromisoformat(bank.read("digest.time", on=today)))
    if at < due or not work_calendar().is_workday(today):
        return 0
    return sum(_tell(head, due, at) for head in _heads(today).values())


@transaction.atomic
def _tell(head, due, at) -> bool:
    """Mail and notice, both or none."""
    today = clock.local(at).date()
    if not post(KIND, to=head, due=due, about=f"day:{today}", at=at):
        return False
    late = _late_for(head, today).count()
    notify(KIND, to=head, about=head, key=f"day:{today}", at=at, count=late)
    return True


def escalation(letter) -> dict | None:
    """Content of the mail as things stand when it leaves; None when nothing is overdue any more."""
    today = clock.local(clock.now()).date()
    if letter.about != f"day:{today}":
        return None
    items = list(_late_for(letter.recipient, today))
    if not items:
        return None
    by_owner: dict[Staff, list[FollowUp]] = {}
    for item in items:
        by_owner.setdefault(item.owner, []).append(item)
    people, count = sorted(by_owner.items(), key=lambda pair: -len(pair[1])), len(items)
    told = {"people": len(people)}
    return {
        "subject": _headline(count),
        "lead": ngettext(
            "They lie with %(people)s person. Ask what holds them up, or reassign them.",
            "They lie with %(people)s people. Ask what holds them up, or reassign them.",
            len(people),
        )
        % told,
        "button": _("Open the branch"),
        "url": absolute("branch"),
        "sections": [_section(owner, rows, today) for owner, rows in people],
    }


def _headline(count: int) -> str:
    text = ngettext(
        "%(count)s follow-up is overdue for days",
        "%(count)s follow-ups are overdue for days",
        count,
    )
    return text % {"count": count}


def _section(owner, items, today) -> Section:
    rows = [
        of_client(
            item.client,
            reason=reason_of(item),
            when=words.lateness(item.due_on, clock.start_of_day(today)),
            url=absolute("client", item.client_id),
            tone="late",
        )
        for item in items[:ROWS]
    ]
    return Section(words.plain_name(owner), "late", len(items), rows, absolute("branch"))


def _late(post_, today):
    """Open follow-ups that this post is to know of: so many working days over, PRIVATE half."""
    days = bank.read("followup.late_days", on=today)[post_]
    private = Q(client__tier=Tier.PRIVATE, due_on__lte=_before(today, -(-days // 2)))
    rows = FollowUp.objects.open().filter(client__locked_at=None)
    return rows.filter(private | Q(due_on__lte=_before(today, days)))


def _before(today, count):
    """The last day from which `count` working days have passed today."""
    day = today
    while work_calendar().working_days_between(day, today) < count:
        day -= timedelta(days=1)
    return day


def _answering(today) -> dict[tuple[str, int], Staff]:
    """The head of each level for each outlet with something overdue."""
    found = {}
    for level in HEADS:
        outlets = _late(level, today).order_by().values("client__outlet")
        for outlet in OrgUnit.objects.filter(pk__in=outlets):
            if head := head_of(outlet, on=today, first=level):
                found[level, outlet.pk] = head
    return found


def _heads(today) -> dict[int, Staff]:
    return {head.pk: head for head in _answering(today).values()}


def _late_for(person, today):
    """What this head is to know of, of the outlets for which they answer at each level."""
    mine = Q(pk__in=[])
    for (level, outlet), head in _answering(today).items():
        if head == person:
            mine |= Q(pk__in=_late(level, today).filter(client__outlet=outlet).values("pk"))
    rows = FollowUp.objects.visible_to(person).filter(mine)
    return rows.for_list().order_by("due_on", "-client__tier", "pk")


def told_overdue(notifications) -> dict[int, Told]:
    """What the inbox says of it: the number of that morning, and where to act."""
    text, url = _("Ask what holds them up, or reassign them."), reverse("branch")
    return {
        row.pk: Told(_headline(row.facts["count"]), text, url, icon="alarm")
        for row in notifications
    }


register_notice(KIND, told_overdue)
register(
    KIND,
    escalation,
    template="reminder",
    name=gettext_lazy("Overdue follow-ups of my RMs"),
    can_wait=lambda _letter: True,  # and nobody may stop it: somebody has to know (rules F7)
)
