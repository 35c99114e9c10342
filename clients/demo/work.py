"""Half a year of contacts, and the follow-ups that are open, done, missed and cancelled today."""

from datetime import datetime, time, timedelta

from django.db.models import Max, Min

from clients.book.models import Client, State
from clients.demo import words
from clients.followups.standards import in_force
from clients.models import Contact, FollowUp, Holding
from crm.lib import clock
from crm.workdays import work_calendar

HISTORY_DAYS = 182
_OUTCOMES = (
    ["reached"] * 12
    + ["no_answer"] * 4
    + ["visited"] * 2
    + ["message_replied"] * 2
    + ["call_later", "refused"]
)
_VALID = ("reached", "visited", "message_replied")
_WINDOWS = (
    ("09:30", "10:30"),
    ("10:30", "11:30"),
    ("14:00", "15:00"),
    ("15:00", "16:30"),
    ("16:30", "17:30"),
)
_TRIGGERS = ("manual", "manual", "manual", "large_movement")
_IN_TIME = 0.97
_SOON = timedelta(days=30)


def build(dice, clients, *, now, language):
    """Write contacts and follow-ups, and set each client's last contact and next due moment."""
    maker = _Maker(dice, now, language)
    served = [c for c in clients if c.owner_id and c.state != State.CLOSED]
    contacts, follow_ups = [], []
    for client in served:
        made = list(maker.contacts(client))
        for row in maker.follow_ups(client, made):
            if row.closed_at or not client.do_not_contact:
                follow_ups.append(row)
        contacts += made
    FollowUp.objects.bulk_create(follow_ups, batch_size=1000)
    Contact.objects.bulk_create(contacts, batch_size=1000)
    _sum_up(served)


class _Maker:
    def __init__(self, dice, now, language):
        self.dice, self.now, self.language = dice, now, language
        self.today = clock.local(now).date()
        self.calendar = work_calendar()
        self.standards = in_force(self.today)
        soon = Holding.objects.filter(matures_on__range=(self.today, self.today + _SOON))
        self.maturing = set(soon.values_list("client", flat=True))
        self.workdays = [
            day
            for offset in range(1, HISTORY_DAYS)
            if self.calendar.is_workday(day := self.today - timedelta(days=offset))
        ]

    def contacts(self, client):
        """Contacts at about the cadence of the tier, fewer for those who went quiet."""
        standard = self.standards.of(client)
        gap = standard.gap_days if standard else 90
        wanted = min(8, HISTORY_DAYS // gap)
        if client.state in (State.DORMANT, State.LOST):
            wanted = 0
        days = self.dice.sample(self.workdays, wanted)
        if wanted and self.dice.random() < _IN_TIME:  # most are in touch as the standard asks
            days[-1] = self.workdays[self.dice.randrange(max(1, gap * 5 // 7 - 2))]
        for day in sorted(set(days)):
            if day <= clock.local(client.responsible_since).date():
                continue
            yield self._contact(client, day)
        if wanted and self.calendar.is_workday(self.today) and self.dice.random() < 0.08:
            contact = self._contact(client, self.today)
            if client.responsible_since < contact.happened_at < self.now:
                yield contact

    def _contact(self, client, day) -> Contact:
        outcome = self.dice.choice(_OUTCOMES)
        spoke = outcome in _VALID
        at = clock.at_time(
            day, time(self.dice.choice([9, 10, 11, 14, 15, 16]), self.dice.randint(0, 59))
        )
        channel = {"visited": "visit", "message_replied": "message"}.get(outcome, "call")
        return Contact(
            client=client,
            staff=client.owner,
            channel=channel,
            outcome=outcome,
            notes=self.dice.choice(words.NOTES[self.language]) if spoke else "",
            next_step=self.dice.choice(words.NEXT_STEPS[self.language]) if spoke else "",
            happened_at=at,
            recorded_at=at,
            is_valid=spoke,
        )

    def follow_ups(self, client, contacts):
        """A closed one for half of them, an open one for a third: late, today or coming."""
        if self.dice.random() < 0.5:
            yield from self._closed(client, contacts)
        if client.state not in (State.DORMANT, State.LOST) and self.dice.random() < 0.35:
            yield self._open(client)

    def _closed(self, client, contacts):
        """One that the last contact answered, now and then one that nobody answered."""
        state = self.dice.choice(["done"] * 16 + ["missed", "cancelled"])
        if state != "done":
            yield self._unanswered(client, state)
        elif contacts:
            last = contacts[-1]
            item = self._item(client, clock.local(last.happened_at).date())
            item.state, item.channel, item.closed_at = state, last.channel, last.happened_at
            last.follow_up = item
            yield item

    def _unanswered(self, client, state) -> FollowUp:
        day = self.dice.choice(self.workdays[3:60])
        item = self._item(client, day)
        item.state = state
        item.closed_at = clock.at_time(
            day, time(self.dice.randint(9, 17), self.dice.randint(0, 59))
        )
        if state == "cancelled":
            item.cancel_reason = {"en": "No longer needed", "zh-hans": "不再需要"}[self.language]
        return item

    def _open(self, client) -> FollowUp:
        chance = self.dice.random()
        if chance < 0.12:
            return self._item(client, self.workdays[self.dice.randint(0, 3)])
        if chance < 0.5:
            return self._today(client)
        day = self.calendar.add_working_days(self.today, self.dice.randint(1, 25))
        return self._item(client, day)

    def _today(self, client) -> FollowUp:
        """Due today: now and then a birthday, and on a weekend only what has an agreed time."""
        if self.dice.random() < 0.08:
            client.birth_date = client.birth_date.replace(
                month=self.today.month, day=self.today.day
            )
            return self._item(client, self.today, trigger="birthday")
        agreed = not self.calendar.is_workday(self.today)
        return self._item(client, self.today, agreed=agreed)

    def _item(self, client, day, *, trigger="", agreed=False) -> FollowUp:
        maturing = ("maturity",) * 2 if client.pk in self.maturing else ()
        trigger = trigger or self.dice.choice(_TRIGGERS + maturing)
        window = self.dice.choice(_WINDOWS) if agreed or self.dice.random() < 0.6 else None
        created = clock.at_time(day - timedelta(days=self.dice.randint(3, 20)), time(9, 0))
        return FollowUp(
            client=client,
            owner=client.owner,
            channel="visit" if trigger == "manual" and self.dice.random() < 0.3 else "call",
            trigger=trigger,
            purpose=self.dice.choice(words.PURPOSES[self.language][trigger]),
            due_on=day,
            first_due_on=day,
            due_at=_due_at(day, window),
            from_time=time.fromisoformat(window[0]) if window else None,
            to_time=time.fromisoformat(window[1]) if window else None,
            created_by=client.owner,
            created_at=min(created, self.now),
        )


def _due_at(day, window) -> datetime:
    return clock.at_time(day, time.fromisoformat(window[1])) if window else clock.end_of_day(day)


def _sum_up(clients) -> None:
    """Set last contact and next due moment from the rows, as the actions keep them."""
    last = dict(
        Contact.objects.filter(is_valid=True)
        .order_by()
        .values_list("client")
        .annotate(Max("happened_at"))
    )
    due = dict(FollowUp.objects.open().order_by().values_list("client").annotate(Min("due_at")))
    for client in clients:
        client.last_contact_at = last.get(client.pk, clock.NEVER)
        client.next_due_at = due.get(client.pk, clock.SOMEDAY)
    changed = ["last_contact_at", "next_due_at", "birth_date"]
    Client.objects.bulk_update(clients, changed, batch_size=500)
