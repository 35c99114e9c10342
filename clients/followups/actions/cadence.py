"""Keep exactly one next contact planned for each client who is to have one (rules F1).

Asked after every contact and change of owner, tier or state, and by the clock for all clients:
both come to `replan`, which compares what stands with what should, under the clients' locks. The
step of a programme takes the place of the regular contact, in the same row (rules F14).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Count, Exists, F, FilteredRelation, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from clients.book.models import Client
from clients.file.models import Preferences
from clients.followups import programmes, rules, standards
from clients.followups.actions import days, steps
from clients.followups.hours import Hours, planned_hours
from clients.followups.models import (
    NEXT,
    Channel,
    Contact,
    FollowUp,
    Outcome,
    ProgrammeStep,
    Trigger,
)
from crm.lib import clock
from crm.lib.bulk import insert
from crm.lib.db import lock_many
from managers.audit.actions import record

CHUNK = 2_000  # clients in one transaction
_CHANGED = (
    *("due_on", "due_at", "first_due_on", "wanted_on", "from_time", "to_time", "channel"),
    *("purpose", "owner", "snoozes", "standard", "situation", "counted_from", "version"),
    *("trigger", "step", "gave_way", "created_by"),
)


def keep(client, *, at, begin=False, not_before=None, anew=False) -> None:
    """Keep the next contact of a locked client planned, and `begin` where none is.

    `not_before` says where an attempt has just failed, `anew` where the owner changed.
    """
    replan([client], at=at, begin=begin, not_before=not_before, anew=anew)
    steps.keep_next_due(client)


def replan(
    clients: Sequence[Client],
    *,
    at,
    begin=False,
    not_before: date | None = None,
    anew=False,
    spread: dict[int, date] | None = None,
) -> int:
    """Make the planned contacts of locked clients what they should be; returns how many changed.

    A plan that stands keeps the standard it began with until a contact or another tier or state
    ends it, or the caller asks for one `anew`. `spread` are the first days of single clients.
    """
    rows = FollowUp.objects.open().filter(client__in=clients, trigger__in=NEXT)
    standing = {row.client_id: row for row in rows}
    if not standing and not begin:
        return 0
    today = clock.local(at).date()
    force, coming = standards.in_force(today), programmes.next_steps(clients)
    posts = standards.posts_of(clients, force)
    wanted, gone = [], []
    for client in clients:
        row, step = standing.get(client.pk), coming.get(client.pk)
        rule = force.of(client, posts.get(client.owner_id, ""))
        is_asked = standards.is_planned(client) and (rule or step)
        outdated = row is not None and (anew or _is_stale(row, client))
        if not is_asked:
            gone += [row] if row and (outdated or not standards.is_planned(client)) else []
        elif outdated or (row is None and begin):
            wanted.append((client, rule, step, row or _new(client, at)))
    for row in gone:
        steps.call_off(row, _("No regular contact is asked for any more."), by=None, at=at)
    first = max(today, not_before or today)
    _date(wanted, today=today, first=first, spread=spread or {})
    rows = [row for *_asked, row in wanted]
    FollowUp.objects.bulk_update([row for row in rows if row.pk], _CHANGED)
    insert([row for row in rows if row.pk is None])
    return len(wanted) + len(gone)


def _is_stale(row, client) -> bool:
    """Whether a planned contact no longer follows from the client's last one.

    A person's next attempt has not been counted yet: from now on it is the plan.
    """
    now = (standards.situation_of(client), standards.base_of(client))
    return (row.situation, row.counted_from) != now


def _new(client, at) -> FollowUp:
    return FollowUp(client=client, trigger=Trigger.CADENCE, created_at=at)


def _date(wanted, *, today: date, first: date, spread: dict[int, date]) -> None:
    """Write day, hours and channel into the rows."""
    clients = [client for client, *_asked in wanted]
    hours = {row.client_id: row for row in Preferences.objects.filter(client__in=clients)}
    visited = _last_visits([client for client, rule, *_ in wanted if rule and rule.visit_months])
    spans, busy = Hours(on=today), days.taken(clients)
    for client, rule, step, row in wanted:
        base = standards.base_of(client)
        agreed = row.pk is not None and row.counted_from is None
        row.owner_id = client.owner_id if row.owner_id is None else row.owner_id
        row.standard = rule.code if rule else ""
        row.situation, row.counted_from = standards.situation_of(client), base
        row.version += row.pk is not None
        if agreed:
            continue
        row.created_by = None  # the clock's day from now on, nobody's choice
        likes = hours.get(client.pk)
        begins = spread.get(client.pk, first)
        asked_on = _asked_on(rule, base, begins)
        day = max(_fill(row, rule, step, asked_on), first)
        asked_for = row.step is not None and row.step.is_fixed
        how = {"today": first, "likes": likes, "taken": () if asked_for else busy[client.pk]}
        place(row, day, hours=spans, outlet=client.outlet_id, **how)
        row.snoozes = 0
        if row.step is None and rule.visit_months:
            last = visited.get(client.pk, client.responsible_since)
            if clock.local(last).date() + relativedelta(months=rule.visit_months) <= row.due_on:
                row.channel = Channel.VISIT
                place(row, day, hours=spans, outlet=client.outlet_id, **how)


def place(row, wanted: date, *, hours: Hours, outlet: int, today: date, likes, taken) -> None:
    """Give a planned contact the best day for the one wanted, and the client's hours on it."""
    opens = hours.opens(row.channel, outlet)
    found = rules.planned_day(max(wanted, today), today=today, likes=likes, opens=opens)
    row.due_on = rules.free_day(found, likes=likes, taken=taken, opens=opens)
    row.gave_way = row.due_on != found
    row.first_due_on = row.due_on
    row.wanted_on = wanted if row.due_on != wanted else None
    fit_hours(row, hours=hours, outlet=outlet, likes=likes)


def fit_hours(row, *, hours: Hours, outlet: int, likes) -> None:
    """Write the client's own hours, as far as they lie within those of the day and channel."""
    within = hours.of(row.channel, outlet, row.due_on)
    row.from_time, row.to_time = planned_hours(likes, within)
    row.due_at = rules.due_moment(row.due_on, row.from_time, row.to_time)


def _asked_on(rule, base, first: date) -> date | None:
    """The day by the standard, or the first one possible where it is over already."""
    if rule is None:
        return None
    return max(clock.local(base).date() + timedelta(days=rule.gap_days), first)


def _fill(row, rule, step, asked_on: date | None) -> date:
    """Make the row a step or a regular contact, whichever comes next; returns its day."""
    if step and (rule is None or programmes.stands_in(step, asked_on, rule.gap_days)):
        row.trigger, row.step = Trigger.PROGRAMME, step
        row.channel, row.purpose = step.channel, step.purpose
        return min(step.due_on, asked_on or step.due_on)
    row.trigger, row.step = Trigger.CADENCE, None
    row.channel, row.purpose = rule.channel, rule.purpose
    return asked_on


def _last_visits(clients) -> dict:
    if not clients:
        return {}
    rows = Contact.objects.filter(client__in=clients, outcome=Outcome.VISITED).order_by()
    return dict(rows.values_list("client").annotate(Max("happened_at")))


def unplanned(on: date):
    """Clients whose planned contact is missing, outdated or too much: one join, no row twice."""
    its_plan = Q(follow_ups__state=FollowUp.State.OPEN, follow_ups__trigger__in=NEXT)
    step = ProgrammeStep.objects.ahead().filter(run__client=OuterRef("pk")).order_by()
    rows = Client.objects.annotate(
        planned=FilteredRelation("follow_ups", condition=its_plan),
        asked_by=standards.in_force(on).code(),
        base=standards.base_in_rows(),
        now=standards.situation_in_rows(),
    )
    stands = Q(planned__isnull=False)
    fits = Q(planned__situation=F("now"), planned__counted_from=F("base"))
    outdated = stands & (Q(planned__counted_from__isnull=True) | ~fits)
    missing = Q(planned__isnull=True) & (~Q(asked_by="") | Exists(step))
    return rows.filter(
        (standards.planned() & (missing | outdated)) | (~standards.planned() & stands)
    )


def plan_contacts(*, at) -> int:
    """Plan the next contact of everybody who has none; returns how many clients were changed.

    Chunk by chunk in the order of their keys: a stop in between loses nothing, a second run finds
    nothing, and of two at once each waits for the other's chunk and finds it done.
    """
    done, last = _spread_the_first(at=at), 0
    todo = unplanned(clock.local(at).date()).order_by("pk").values_list("pk", flat=True)
    while pks := list(todo.filter(pk__gt=last)[:CHUNK]):
        done += _plan_chunk(pks, at=at)
        last = pks[-1]
    return done


def _spread_the_first(*, at) -> int:
    """Plan whoever is overdue and was never planned, book by book; returns how many.

    All of a book would be due on one day otherwise, the first time (rules F1).
    """
    today, done, books, size = clock.local(at).date(), 0, [], 0
    counts = never_planned(today).order_by("owner").values_list("owner").annotate(Count("pk"))
    for owner, number in list(counts):
        if books and size + number > CHUNK:
            done += _spread_books(books, today, at=at)
            books, size = [], 0
        books.append(owner)
        size += number
    return done + (_spread_books(books, today, at=at) if books else 0)


def never_planned(on: date):
    """Clients whose standard's day is over, and of whom nobody ever planned a contact."""
    planned = FollowUp.objects.filter(client=OuterRef("pk"), trigger__in=NEXT)
    rows = Client.objects.filter(standards.planned()).annotate(
        asked_by=standards.in_force(on).code(), base=standards.base_in_rows()
    )
    return rows.filter(standards.overdue(on)).exclude(Exists(planned))


@transaction.atomic
def _spread_books(owners, today, *, at) -> int:
    """The longest silent first, those of one book and gap evenly over the days of the gap."""
    force, alike = standards.in_force(today), defaultdict(list)
    rows = never_planned(today).filter(owner__in=owners).order_by("base", "pk")
    for pk, owner, code in rows.values_list("pk", "owner", "asked_by"):
        alike[owner, force.gap(code)].append(pk)
    spread = {
        pk: today + timedelta(days=place * gap // len(pks))
        for (_owner, gap), pks in alike.items()
        for place, pk in enumerate(pks)
    }
    clients = lock_many(Client.objects.only(*standards.READ), spread)
    changed = replan(clients, at=at, begin=True, spread=spread)
    keep_next_dues(list(spread))
    if changed:
        record("cadence.planned", clients[0], by=None, at=at, count=changed, last=max(spread))
    return changed


@transaction.atomic
def _plan_chunk(pks, *, at) -> int:
    clients = lock_many(Client.objects.only(*standards.READ), pks)
    changed = replan(clients, at=at, begin=True)
    keep_next_dues(pks)
    if changed:
        record("cadence.planned", clients[0], by=None, at=at, count=changed, last=pks[-1])
    return changed


def keep_next_dues(pks) -> None:
    """Write the earliest open due moment of many clients, in one statement."""
    mine = FollowUp.objects.filter(client=OuterRef("pk"), state=FollowUp.State.OPEN).order_by()
    first = mine.values("client").annotate(due=Min("due_at")).values("due")
    Client.objects.filter(pk__in=pks).update(next_due_at=Coalesce(Subquery(first), clock.SOMEDAY))
