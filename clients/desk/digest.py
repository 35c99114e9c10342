"""The morning digest: one mail a working day to everybody who has clients to contact (rules F8).

Masked names, tier, reason and a link; never a phone, an amount or what somebody typed.
"""

from dataclasses import dataclass
from datetime import time

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.desk.today import MOST, OVERDUE, agenda, describe
from clients.desk.waiting import waiting_for
from clients.followups.models import Channel, FollowUp, Trigger
from crm import bank, words
from crm.lib import clock
from crm.workdays import work_calendar
from managers.models import Absence, Letter, Staff
from managers.outbox.actions import post
from managers.outbox.letters import planner, register

KIND = "morning-digest"
ROWS = 8  # of a section; the rest is counted
NOON = time(12)


@dataclass(frozen=True)
class Row:
    """One line: whose client, why, when, and where to click."""

    name: str
    tier: str
    tier_label: str
    reason: str
    when: str
    tone: str
    url: str


@dataclass(frozen=True)
class Section:
    """Lines of one urgency; `more` are not shown."""

    title: str
    tone: str
    count: int
    rows: list[Row]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@planner
def plan_digests(at) -> int:
    """Post the digests of a working day once its hour has come; returns how many are new.

    After a standstill there is one for today, not one for each day that was missed.
    """
    today = clock.local(at).date()
    due = clock.at_time(today, time.fromisoformat(bank.read("digest.time", on=today)))
    if at < due or not work_calendar().is_workday(today):
        return 0
    about = _about(today)
    have_one = Letter.objects.filter(kind=KIND, about=about).values("recipient")
    people = _recipients(today, due).exclude(pk__in=have_one)
    posted = [post(KIND, to=person, due=due, about=about, at=at) for person in people]
    return sum(letter is not None for letter in posted)


def morning_digest(letter) -> dict | None:
    """Content of the mail as things stand when it leaves; None when nothing is left to do."""
    at, person = clock.now(), letter.recipient
    if letter.about != _about(clock.local(at).date()):
        return None  # a digest of yesterday helps nobody
    items = list(agenda(person, at=at).for_list()[:MOST])
    if not items:
        return None
    late = [item for item in items if item.urgency == OVERDUE]
    first = _row(items[0], person, at)
    return {
        "now": at,
        "clients": len({item.client_id for item in items}),
        "late": len({item.client_id for item in late}),
        "first": first,
        "sections": _sections(items, person, at),
        "today_url": settings.SITE_URL + reverse("today"),
        "sent_at": bank.read("digest.time", on=clock.local(at).date()),
    }


def _about(day) -> str:
    return f"day:{day}"


def _recipients(today, due):
    """Owners of what is due, and instead of those who are away the deputies (rules E8)."""
    owed = FollowUp.objects.open().filter(due_on__lte=today, created_at__lt=due)
    owners = owed.order_by().values("owner")
    covered = Absence.objects.on(today).filter(staff__in=owners, deputy__is_active=True)
    own = Q(pk__in=owners) & ~Q(pk__in=covered.values("staff"))
    return Staff.objects.filter(own | Q(pk__in=covered.values("deputy")), is_active=True)


def _sections(items, person, at) -> list[Section]:
    timed = [item for item in items if item.urgency != OVERDUE and item.from_time]
    groups = [
        (_("Overdue"), "late", [item for item in items if item.urgency == OVERDUE]),
        (_("This morning"), "soon", [item for item in timed if item.from_time < NOON]),
        (_("This afternoon"), "", [item for item in timed if item.from_time >= NOON]),
        (
            _("Any time today"),
            "",
            [item for item in items if item.urgency != OVERDUE and not item.from_time],
        ),
    ]
    sections = [
        Section(title, tone, len(rows), [_row(item, person, at) for item in rows[:ROWS]])
        for title, tone, rows in groups
    ]
    waits = waiting_for(person, at=at)
    answers = [_waiting_row(wait) for wait in waits[:ROWS]]
    sections.append(Section(_("Waiting for your answer"), "", len(waits), answers))
    return [section for section in sections if section.count]


def _row(item, person, at) -> Row:
    call = describe(item, person, at=at)
    return Row(
        name=words.masked_name(item.client),
        tier=item.client.tier,
        tier_label=item.client.get_tier_display(),
        reason=_reason(item),
        when=call.due,
        tone=call.tone if item.urgency == OVERDUE else "",
        url=f"{settings.SITE_URL}{reverse('today')}?open={item.pk}",
    )


def _reason(item) -> str:
    """Why and how, without the purpose: whoever typed it may have named an amount."""
    if item.trigger == Trigger.MANUAL or item.channel == Channel.CALL:
        return item.reason
    return f"{item.reason} · {item.get_channel_display()}"


def _waiting_row(wait) -> Row:
    return Row(
        name=wait.masked_name,
        tier=wait.tier,
        tier_label=wait.tier_label,
        reason=wait.summary,
        when=wait.due,
        tone=wait.tone,
        url=settings.SITE_URL + wait.href,
    )


register(KIND, morning_digest)
