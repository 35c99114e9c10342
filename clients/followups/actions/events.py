"""Make follow-ups of events, and take back those whose event will not come (rules F2)."""

from datetime import date

from django.db import transaction
from django.utils import translation

from clients.book.models import Client
from clients.followups import rules, triggers
from clients.followups.actions import cadence, days, steps
from clients.followups.hours import Hours, due_day_of
from clients.followups.models import FollowUp
from crm.lib import clock
from crm.lib.bulk import insert
from crm.lib.db import lock, lock_many
from managers.audit.actions import record_many

CHUNK = 500  # clients in one transaction


def raise_events(rule, events, *, at) -> int:
    """Make the follow-ups of (client id, day of the event) pairs; returns how many are new.

    The same event makes one, ever; clients who are left in peace, of other tiers or without an
    owner get none. Again, or two at once, changes nothing.
    """
    made, chunk = 0, []
    for event in events:
        chunk.append(event)
        if len(chunk) == CHUNK:
            made += _raise_chunk(rule, chunk, at=at)
            chunk = []
    return made + (_raise_chunk(rule, chunk, at=at) if chunk else 0)


@transaction.atomic
def _raise_chunk(rule, events, *, at) -> int:
    pks = {pk for pk, _event_on in events}
    clients = {client.pk: client for client in lock_many(Client.objects.in_use(), pks)}
    known = FollowUp.objects.filter(client__in=pks)
    made = set(known.filter(rule=rule.code).values_list("client", "event_on"))
    twins = set(known.open().filter(trigger=rule.trigger).values_list("client", "due_on"))
    rows, hours = [], Hours(on=clock.local(at).date())
    for pk, event_on in sorted(set(events) - made):
        row = _item(rule, clients.get(pk), event_on, at=at, hours=hours)
        if row and (pk, row.due_on) not in twins:
            twins.add((pk, row.due_on))
            rows.append(row)
    insert(rows)
    days.make_way({row.client_id for row in rows}, today=clock.local(at).date())
    cadence.keep_next_dues({row.client_id for row in rows})
    facts = {"due_on": lambda row: row.due_on, "rule": rule.code}
    record_many("follow_up.booked", rows, by=None, at=at, client=lambda row: row.client_id, **facts)
    return len(rows)


def _item(rule, client, event_on: date, *, at, hours=None) -> FollowUp | None:
    if client is None or client.owner_id is None or not rule.fits(client):
        return None
    if not rules.is_contactable(client, rule.trigger):
        return None
    today, wanted = clock.local(at).date(), triggers.due_on(rule, event_on)
    day = max(wanted, today)
    how = {"channel": rule.channel, "trigger": rule.trigger, "hours": hours}
    due_on = due_day_of(client, day, **how, today=today)
    return FollowUp(
        client=client,
        owner_id=client.owner_id,
        trigger=rule.trigger,
        rule=rule.code,
        event_on=event_on,
        channel=rule.channel,
        purpose=rule.purpose,
        priority=rule.priority,
        due_on=due_on,
        first_due_on=due_on,
        wanted_on=wanted if wanted != due_on else None,
        due_at=rules.due_moment(due_on, None, None),
        created_at=at,
    )


def call_off_lapsed(pks, reason, *, at) -> int:
    """Take back open follow-ups of events that will not come; returns how many.

    `reason` is a lazy text: it stands in the language of the client's owner.
    """
    rows = FollowUp.objects.open().filter(pk__in=pks)
    clients = rows.order_by("client").values_list("client", flat=True).distinct()
    return sum(_call_off(client, rows, reason, at=at) for client in list(clients))


@transaction.atomic
def _call_off(pk, rows, reason, *, at) -> int:
    [client] = lock_many(Client.objects.select_related("owner"), [pk])
    lapsed = list(rows.filter(client=client).order_by("pk"))
    with translation.override(client.owner.language if client.owner else None):
        for row in lapsed:
            steps.call_off(row, str(reason), by=None, at=at)
    steps.keep_next_due(client)
    return len(lapsed)


@transaction.atomic
def follow_event(client, *, about, event_on, at, purpose="") -> FollowUp | None:
    """What an event of one client makes of itself, as the rule `about` says (rules F2).

    So for a visit to which nobody came, or an answer that was bad. None where the rule is off, is
    not for the tier, the event has its follow-up already, or the client is left in peace.
    """
    rule = triggers.rule_of(about, on=clock.local(at).date())
    client = lock(client)
    made = FollowUp.objects.filter(client=client, rule=rule.code, event_on=event_on)
    if not rule.is_on or made.exists():
        return None
    row = _item(rule, client, event_on, at=at)
    if row is None or rules.twins(client, rule.trigger, row.due_on).exists():
        return None
    row.purpose = purpose or rule.purpose
    _keep(row, client, at=at)
    record_many("follow_up.booked", [row], by=None, at=at, client=client.pk, rule=rule.code)
    return row


@transaction.atomic
def call_back(client, *, about, key, excluded, event_on, at, purpose="") -> FollowUp | None:
    """A callback by somebody other than `excluded`, such as the handler of the complaint.

    The client's owner makes it, else the head who answers for the outlet. None where the rule is
    switched off, the event has its callback already, or nobody else is there. `about` is a code of
    the registry, `key` names the complaint among those answered on one day, such as
    "complaint:12", and `purpose` says what it was.
    """
    rule = triggers.rule_of(about, on=clock.local(at).date())
    [client] = lock_many(Client, [client.pk])
    made = FollowUp.objects.filter(client=client, rule=rule.code, event_on=event_on)
    if not rule.is_on or made.filter(event_key=key).exists():
        return None
    row = _item(rule, client, event_on, at=at)
    if row is None:
        return None
    row.event_key, row.purpose = key, purpose or rule.purpose
    if row.owner_id == excluded.pk:
        row.owner = steps.instead_of(excluded, client, at=at)
        if row.owner is None:
            return None
    row.excluded = excluded
    _keep(row, client, at=at)
    record_many("follow_up.booked", [row], by=None, at=at, client=client.pk, rule=rule.code)
    return row


def _keep(row, client, *, at) -> None:
    """Write the one follow-up of an event; what was planned for its day gives way."""
    row.save()
    days.make_way([client], today=clock.local(at).date())
    steps.keep_next_due(client)
