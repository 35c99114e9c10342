"""The heads' mail on the first working day of a week: coverage, what is overdue, what is stuck."""

from datetime import time, timedelta

from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.coverage.queries import coverage
from clients.desk.branch import stuck_handovers
from clients.desk.reminders.rows import ROWS, Row, Section, absolute, of_client
from clients.followups.models import FollowUp
from crm import bank, words
from crm.lib import clock
from crm.workdays import work_calendar
from managers.inbox.actions import notify
from managers.inbox.kinds import Told
from managers.inbox.kinds import register as register_notice
from managers.models import Letter, Posting, Staff
from managers.outbox.actions import post
from managers.outbox.letters import planner, register
from managers.people.heads import HEADS

KIND = "week-of-the-head"


@planner
def plan_weeks(at) -> int:
    """Post the mails of a week once the hour of its first working day has come."""
    today = clock.local(at).date()
    monday = today - timedelta(days=today.weekday())
    due = clock.at_time(today, time.fromisoformat(bank.read("digest.time", on=today)))
    if at < due or work_calendar().next_workday(monday) != today:
        return 0
    about = f"week:{monday}"
    heads = Posting.objects.on(today).filter(post__in=HEADS).values("staff")
    have_one = Letter.objects.filter(kind=KIND, about=about).values("recipient")
    people = Staff.objects.filter(pk__in=heads, is_active=True).exclude(pk__in=have_one)
    return sum(_tell(head, due, about, at) for head in people)


@transaction.atomic
def _tell(head, due, about, at) -> bool:
    """Mail and notice, both or none; no notice to a head without clients."""
    if not post(KIND, to=head, due=due, about=about, at=at):
        return False
    if books := _books(head, clock.local(at).date()):
        facts = _figures(books, stuck_handovers(head, at=at).count())
        notify(KIND, to=head, about=head, key=about, at=at, **facts)
    return True


def week_of_the_head(letter) -> dict | None:
    """Content of the mail; None for a head without clients, and once the day is over."""
    at, head = clock.now(), letter.recipient
    today = clock.local(at).date()
    if clock.local(letter.due_at).date() != today:
        return None
    books = _books(head, today)
    stuck = stuck_handovers(head, at=at)
    if not books:
        return None
    told = _figures(books, stuck.count())
    return {
        "subject": _headline(told),
        "lead": _reached(told),
        "button": _("Open the branch"),
        "url": absolute("branch"),
        "sections": [
            section
            for section in (_coverage(books), _overdue(books), _stuck(stuck, at))
            if section.count
        ],
    }


def _figures(books, stuck: int) -> dict[str, int]:
    """What the week begins with: percent covered, clients, overdue follow-ups, stuck handovers."""
    reached, clients = sum(row[1] for row in books), sum(row[2] for row in books)
    return {
        "percent": _percent(reached, clients),
        "reached": reached,
        "clients": clients,
        "overdue": sum(row[3] for row in books),
        "stuck": stuck,
    }


def _headline(told: dict) -> str:
    text = ngettext(
        "Your week: %(percent)s%% covered, %(overdue)s overdue, %(stuck)s handover stuck",
        "Your week: %(percent)s%% covered, %(overdue)s overdue, %(stuck)s handovers stuck",
        told["stuck"],
    )
    return text % told


def _reached(told: dict) -> str:
    text = _("%(reached)s of %(clients)s clients were contacted as often as their tier asks.")
    return text % told


def _books(head, today):
    """(RM, clients contacted in time, clients that count, overdue) of a head, the weakest first."""
    shares = {share.key.pk: share for share in coverage(head, on=today).by_owner}
    late = FollowUp.objects.visible_to(head).open().filter(due_on__lt=today)
    overdue = dict(late.order_by().values_list("owner").annotate(late=Count("pk")))
    books = []
    for pk, person in Staff.objects.in_bulk(shares.keys() | overdue.keys()).items():
        reached, every = (shares[pk].covered, shares[pk].clients) if pk in shares else (0, 0)
        books.append((person, reached, every, overdue.get(pk, 0)))
    return sorted(books, key=lambda row: (_percent(row[1], row[2]), -row[3], row[0].pk))


def _percent(part, whole) -> int:
    return part * 100 // whole if whole else 100


def _coverage(books) -> Section:
    rows = [
        Row(
            name=words.plain_name(person),
            reason=_("%(reached)s of %(clients)s clients") % {"reached": reached, "clients": every},
            when=f"{_percent(reached, every)}%",
            url=f"{absolute('client-list')}?owner={person.pk}",
        )
        for person, reached, every, _late in books
        if every
    ]
    return Section(_("Coverage by RM"), "", len(rows), rows[:ROWS], absolute("branch"))


def _overdue(books) -> Section:
    late = sorted((row for row in books if row[3]), key=lambda row: -row[3])
    rows = [
        Row(
            name=words.plain_name(person),
            reason="",
            when=ngettext("%(count)s overdue", "%(count)s overdue", count) % {"count": count},
            url=f"{absolute('follow-up-list')}?owner={person.pk}",
            tone="late",
        )
        for person, _reached, _every, count in late
    ]
    return Section(_("Overdue by RM"), "late", len(rows), rows[:ROWS], absolute("follow-up-list"))


def _stuck(stuck, at) -> Section:
    rows = [
        of_client(
            handover.client,
            reason=_("%(sender)s to %(receiver)s")
            % {
                "sender": words.plain_name(handover.from_staff),
                "receiver": words.plain_name(handover.to_staff),
            },
            when=words.time_left(handover.due_at, at),
            url=absolute("handover", handover.pk),
            tone=words.due_tone(handover.due_at, at),
        )
        for handover in stuck[:ROWS]
    ]
    return Section(_("Stuck handovers"), "soon", stuck.count(), rows, absolute("branch"))


def told_week(notifications) -> dict[int, Told]:
    """What the inbox says of it: the figures of that morning."""
    url = reverse("branch")
    return {
        row.pk: Told(_headline(row.facts), _reached(row.facts), url, icon="calendar-week")
        for row in notifications
    }


register_notice(KIND, told_week)
register(
    KIND,
    week_of_the_head,
    template="reminder",
    title=gettext_lazy("The week of my branch"),
    posts=HEADS,
)
