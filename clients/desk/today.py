"""A person's day: whom to contact, in the order to work it."""

from dataclasses import dataclass, field
from datetime import time, timedelta

from django.db.models import Case, Count, DateTimeField, F, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from clients.book.models import Tier
from clients.followups.models import Channel, Contact, FollowUp, Outcome, Trigger
from crm import words
from crm.lib import clock

SHOWN = 60  # rows of the list before "show all"
MOST = 1_000  # rows that "show all" shows
SOON = timedelta(minutes=60)  # what begins so soon is due now
TOP_TIERS = (Tier.DIAMOND, Tier.PRIVATE)
OVERDUE, DUE_NOW, LATER = range(3)
_ICONS = {
    Channel.CALL: "phone",
    Channel.VISIT: "users",
    Channel.OUTSIDE: "walk",
    Channel.MESSAGE: "message",
}
# What "it worked" is called for each way of reaching a client.
_SUCCESS = {Channel.CALL: Outcome.REACHED, Channel.MESSAGE: Outcome.MESSAGE_REPLIED}


@dataclass(frozen=True)
class Call:
    """One row: the follow-up, when it is due and why, in words.

    `also` is what else is due with the client: one talk answers it, so that nobody is named twice.
    """

    item: FollowUp
    due: str
    window: str
    tone: str
    is_covered: bool
    also: tuple[FollowUp, ...] = ()

    @property
    def client(self):
        return self.item.client

    @property
    def icon(self) -> str:
        return _ICONS[self.item.channel]

    @property
    def success(self) -> Outcome:
        return _SUCCESS.get(self.item.channel, Outcome.VISITED)

    def is_about(self, pk: int) -> bool:
        """Whether this row is the one for a follow-up."""
        return pk in {item.pk for item in (self.item, *self.also)}


@dataclass(frozen=True)
class Group:
    """Lines of one urgency; `count` also tells of those that are not shown."""

    code: int
    count: int
    calls: list[Call]


@dataclass(frozen=True)
class Day:
    """The call list with its numbers."""

    groups: list[Group]
    counts: dict[int, int]
    matching: int  # rows that fit the filter
    total: int
    top_tiers: int
    shown: int  # rows of the list that stand in a line
    triggers: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def calls(self) -> list[Call]:
        """All rows that are shown, in working order."""
        return [call for group in self.groups for call in group.calls]

    @property
    def is_cut(self) -> bool:
        return self.shown < self.matching


def agenda(person, *, at):
    """Open follow-ups on the person's desk that are due by today, in working order.

    Overdue ones by tier, then what is due now by its end, then what begins later by its beginning.
    """
    local = clock.local(at)
    soon = local + SOON
    begins_later = Q(due_on=local.date(), from_time__gt=soon.time())
    if soon.date() != local.date():
        begins_later = Q(pk__in=[])
    urgency = Case(
        When(due_at__lt=at, then=Value(OVERDUE)),
        When(begins_later, then=Value(LATER)),
        default=Value(DUE_NOW),
        output_field=IntegerField(),
    )
    slot = Case(
        When(due_at__lt=at, then=Value(clock.NEVER)),
        default=F("due_at"),
        output_field=DateTimeField(),
    )
    rows = FollowUp.objects.visible_to(person).on_the_desk_of(person)
    return (
        rows.due_by(local.date())
        .annotate(urgency=urgency, slot=slot, rank=_rank())
        .order_by("urgency", "slot", "-rank", "-priority", "due_at", "pk")
    )


def read_day(person, *, at, tier="", trigger="", limit=SHOWN) -> Day:
    """The call list and its numbers in two queries, whatever its length."""
    rows = agenda(person, at=at)
    found = rows.order_by().values_list("urgency", "trigger", "client__tier")
    tally = list(found.annotate(rows=Count("pk")))
    chosen = [line for line in tally if _fits(line, tier, trigger)]
    if tier:
        rows = rows.filter(client__tier__in=TOP_TIERS)
    if trigger:
        rows = rows.filter(trigger=trigger)
    items = list(rows.for_list()[:limit])
    lines = one_line_each(items)
    counts = _sums(tally, key=lambda line: line[0])
    shown = _sums(chosen, key=lambda line: line[0])
    by_trigger = _sums(tally, key=lambda line: line[1])
    groups = [_group(code, shown[code], lines, person, at=at) for code in sorted(shown)]
    return Day(
        groups=[group for group in groups if group.count],
        shown=len(items),
        counts=counts,
        matching=sum(shown.values()),
        total=sum(counts.values()),
        top_tiers=sum(line[3] for line in tally if line[2] in TOP_TIERS),
        triggers=[
            (code, Trigger(code).label, by_trigger[code])
            for code in sorted(by_trigger, key=lambda code: (-by_trigger[code], code))
        ],
    )


def one_line_each(items) -> list[list[FollowUp]]:
    """Each client's first row with what one talk answers besides (`answered_too`)."""
    lines: list[list[FollowUp]] = []
    first: dict[int, list[FollowUp]] = {}
    for item in items:
        if item.client_id in first and item.from_time is None:
            first[item.client_id].append(item)
        else:
            lines.append([item])
            first.setdefault(item.client_id, lines[-1])
    return lines


def _group(code, rows: int, lines, person, *, at) -> Group:
    """The lines of an urgency; `rows` counts follow-ups, some of which stand in another line."""
    elsewhere = sum(other.urgency == code for _first, *others in lines for other in others)
    calls = [
        describe(first, person, at=at, also=tuple(others))
        for first, *others in lines
        if first.urgency == code
    ]
    return Group(code, rows - elsewhere, calls)


def describe(item, person, *, at, also=()) -> Call:
    """A row in words; `item.urgency` comes from `agenda`."""
    return Call(
        item=item,
        due=_due(item, at),
        window=_window(item) if item.urgency == OVERDUE else "",
        tone={OVERDUE: "late", DUE_NOW: "soon"}.get(item.urgency, ""),
        is_covered=item.owner_id != person.pk,
        also=also,
    )


def lead(day: Day, promises, *, at) -> str:
    """One sentence that says what to do first: a promise that has passed goes before all else."""
    if promises and promises[0].is_late:
        told = {"client": words.plain_name(promises[0].item.client), "when": promises[0].due}
        return _("Answer %(client)s first: the promise is %(when)s.") % told
    if not day.total:
        return _("Nobody is waiting for a contact from you today.")
    if not day.calls:
        return _("Nothing fits this filter.")
    first = day.calls[0]
    told = {
        "client": words.plain_name(first.client),
        "reason": first.item.reason,
        "detail": first.item.detail.rstrip(".。"),
        "when": first.due,
    }
    if first.item.urgency == LATER:
        return _("Nothing is due now. Next comes %(client)s at %(when)s.") % told
    if first.item.urgency == OVERDUE:
        if first.item.detail:
            return _("Start with %(client)s, %(when)s: %(detail)s.") % told
        return _("Start with %(client)s, %(when)s: %(reason)s.") % told
    if first.item.detail:
        return _("Start with %(client)s: %(reason)s, %(detail)s.") % told
    return _("Start with %(client)s: %(reason)s.") % told


def done_today(person, *, at):
    """Contacts of today that answered a follow-up, newest first."""
    since = clock.start_of_day(clock.local(at).date())
    made = Contact.objects.filter(staff=person, follow_up__isnull=False, happened_at__gte=since)
    return made.for_list()[:SHOWN]


def contact_counts(person, *, at) -> dict[str, int]:
    """Follow-ups done today, and valid contacts of this month."""
    today = clock.local(at).date()
    month = clock.start_of_day(today.replace(day=1))
    mine = Contact.objects.filter(staff=person, happened_at__gte=month)
    answered = Q(follow_up__isnull=False, happened_at__gte=clock.start_of_day(today))
    return mine.aggregate(
        done=Count("pk", filter=answered), valid=Count("pk", filter=Q(is_valid=True))
    )


def following(person, pk: int, *, at, tier="", trigger="") -> int | None:
    """The follow-up to work after this one: the next client's in the list, at its end the first."""
    rows = agenda(person, at=at)
    if tier:
        rows = rows.filter(client__tier__in=TOP_TIERS)
    if trigger:
        rows = rows.filter(trigger=trigger)
    found = list(rows.values_list("pk", "client")[:MOST])
    client = dict(found).get(pk)
    order = [other for other, of in found if other == pk or of != client]
    if pk not in order:
        return order[0] if order else None
    place = order.index(pk)
    return next(iter([*order[place + 1 :], *order[:place]]), None)


def _rank():
    return Case(
        *(When(client__tier=code, then=Value(place)) for place, code in enumerate(Tier.values)),
        default=Value(0),
        output_field=IntegerField(),
    )


def _fits(line, tier, trigger) -> bool:
    return (not tier or line[2] in TOP_TIERS) and (not trigger or line[1] == trigger)


def _sums(lines, *, key) -> dict:
    sums: dict = {}
    for line in lines:
        sums[key(line)] = sums.get(key(line), 0) + line[3]
    return sums


def _due(item, at) -> str:
    local = clock.local(at)
    if item.urgency == OVERDUE:
        return words.due_left(item, at)
    if item.from_time is None:
        return _("today")
    if item.from_time > local.time():
        return _window(item)
    if item.to_time is None:
        return _("now")
    return _("now, to %(hour)s") % {"hour": _hour(item.to_time)}


def _window(item) -> str:
    return "–".join(_hour(value) for value in (item.from_time, item.to_time) if value)


def _hour(value: time) -> str:
    return f"{value:%H:%M}"
