"""What stands beside the day: answers that others wait for, and what this week brings."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.book.models import Client, Holding
from clients.handover.inbox import readable
from clients.handover.models import Handover
from clients.lobby.models import Cue, Referral
from crm import words
from crm.lib import clock

WEEK_ROWS = 12


@dataclass(frozen=True)
class Waiting:
    """One thing that somebody waits for: whose client, by when, and what to do.

    `summary` and `masked_name` hold nothing that may not stand in a mail.
    """

    title: str
    text: str
    summary: str
    due: str
    tone: str
    href: str
    masked_name: str
    tier: str
    tier_label: str
    minutes_left: int | None = None  # of an answer to a client who waits on site
    minutes: int = 0


@dataclass(frozen=True)
class Event:
    """A maturity or a birthday of the week."""

    day: date
    icon: str
    client: Client
    text: str
    holding: Holding | None = None


def waiting_for(person, *, at) -> list[Waiting]:
    """Referrals and handovers that this person has to answer, the shortest clock first.

    A file that the receiver may not open (any more) goes by the mask, until the night tidies.
    """
    referrals = Referral.objects.visible_to(person).filter(target=person).waiting().for_list()
    to_me = Q(to_staff=person, state__in=[Handover.State.SUBMITTED, Handover.State.ACCEPTED])
    mine = Q(from_staff=person, state__in=[Handover.State.RETURNED, Handover.State.ACCEPTED])
    rows = Handover.objects.visible_to(person).filter(to_me | mine).for_list()
    handovers = list(rows.order_by("due_at", "pk"))
    opened = readable(person, [row.client for row in handovers])
    return [
        *(_referral(row, at) for row in referrals.order_by("answer_by", "pk")),
        *(_handover(row, person, at, opened) for row in handovers),
    ]


def this_week(person, *, at) -> list[Event]:
    """Maturities and birthdays of the person's own clients in the next seven days."""
    today = clock.local(at).date()
    days = [today + timedelta(days=ahead) for ahead in range(7)]
    holdings = (
        Holding.objects.filter(client__owner=person, is_open=True)
        .filter(matures_on__range=(days[0], days[-1]))
        .select_related("client")
        .order_by("matures_on", "pk")
    )
    born = Client.objects.active().filter(owner=person).filter(_born_on(days))
    events = [
        Event(row.matures_on, "coin", row.client, row.name, row) for row in holdings[:WEEK_ROWS]
    ]
    for client in born.for_list()[:WEEK_ROWS]:
        day = next(day for day in days if _has_birthday(client.birth_date, day))
        age = day.year - client.birth_date.year
        events.append(Event(day, "cake", client, _("turns %(age)d") % {"age": age}))
    return sorted(events, key=lambda event: (event.day, event.icon))[:WEEK_ROWS]


def maturing_total(events):
    """What matures in CNY; foreign amounts are never added to it."""
    return sum(
        event.holding.amount
        for event in events
        if event.holding and event.holding.currency == "CNY" and event.holding.amount
    )


def _referral(row, at) -> Waiting:
    name = words.masked_name(row.client)
    title = _("%(client)s in the lobby") if row.on_site else _("%(client)s, referral")
    cues = _(", ").join(str(Cue(code).label) for code in row.cues if code in Cue.values)
    text = _("Referred by %(name)s: %(cues)s.") % {
        "name": words.plain_name(row.referrer),
        "cues": cues or row.note or _("no details"),
    }
    left = int((row.answer_by - at).total_seconds() // 60)
    return Waiting(
        title=title % {"client": name},
        text=text,
        summary=_("Referral from %(name)s, answer") % {"name": words.plain_name(row.referrer)},
        due=words.time_left(row.answer_by, at),
        tone="late" if row.on_site or left < 0 else "",
        href=reverse("referral", args=[row.pk]),
        masked_name=name,
        tier=row.client.tier,
        tier_label=row.client.get_tier_display(),
        minutes_left=max(left, 0) if row.on_site else None,
        minutes=int((row.answer_by - row.asked_at).total_seconds() // 60),
    )


def _handover(row, person, at, opened) -> Waiting:
    other = row.from_staff if row.to_staff_id == person.pk else row.to_staff
    by_name = row.client_id in opened or row.from_staff_id == person.pk
    name = words.plain_name if by_name else words.masked_name
    told = {"client": name(row.client), "name": words.plain_name(other)}
    title, text, summary = {
        Handover.State.SUBMITTED: (
            _("%(client)s, handover"),
            _("From %(name)s. Accept or return."),
            _("Handover from %(name)s, accept or return"),
        ),
        Handover.State.RETURNED: (
            _("%(client)s, returned"),
            _("%(name)s sent the file back. Complete and submit it."),
            _("Handover returned by %(name)s"),
        ),
        Handover.State.ACCEPTED: (
            _("%(client)s, introduction"),
            _("Meet the client together with %(name)s."),
            _("Introduction together with %(name)s"),
        ),
    }[row.state]
    has_deadline = row.due_at < clock.SOMEDAY
    return Waiting(
        title=title % told,
        text=text % told,
        summary=summary % told,
        due=_by(row.due_at) if has_deadline else "",
        tone="late" if row.due_at < at else "",
        href=reverse("handover", args=[row.pk]),
        masked_name=words.masked_name(row.client),
        tier=row.client.tier,
        tier_label=row.client.get_tier_display(),
    )


def _by(moment) -> str:
    told = {"weekday": words.weekday(moment), "day": words.day_short(moment)}
    return _("by %(weekday)s %(day)s") % told


def _born_on(days) -> Q:
    """Born on one of these days of a year; birthdays of 29 February fall on the 28th (rules F2)."""
    condition = Q(pk__in=[])
    for day in days:
        condition |= Q(birth_date__month=day.month, birth_date__day=day.day)
        if (day.month, day.day) == (2, 28):
            condition |= Q(birth_date__month=2, birth_date__day=29)
    return condition


def _has_birthday(born: date, day: date) -> bool:
    leap = (born.month, born.day) == (2, 29) and (day.month, day.day) == (2, 28)
    return leap or (born.month, born.day) == (day.month, day.day)
