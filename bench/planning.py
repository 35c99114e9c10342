"""The planning run: every client's next contact, against the same work as bare SQL."""

from datetime import timedelta

from django.db import connection, transaction

from bench import ground, meter
from clients.followups.actions import plan_contacts
from clients.models import Client, FollowUp
from crm.lib import clock
from crm.lib.bulk import analyze
from crm.lib.db import on_postgresql

BOOK = 300  # clients of an RM
ONE_IN = 20  # clients is due on the day
_LONG_AGO = timedelta(days=200)
# What the run does, as one statement; the dates are not computed, only written.
_FLOOR = """
    WITH planned AS (
      INSERT INTO clients_followup (client_id, owner_id, channel, trigger, purpose, due_on, due_at,
        first_due_on, state, snoozes, cancel_reason, created_at, version, priority, rule, standard,
        situation, counted_from)
      SELECT c.id, c.owner_id, 'call', 'cadence', '', %(today)s, %(now)s, %(today)s, 'open', 0, '',
        %(now)s, 1, 5, '', c.tier, concat(c.state, '-', c.tier), c.last_contact_at
      FROM clients_client c LEFT JOIN clients_followup f
        ON f.client_id = c.id AND f.state = 'open' AND f.trigger = 'cadence'
      WHERE f.id IS NULL AND c.owner_id IS NOT NULL AND c.tier <> 'regular'
        AND NOT c.do_not_contact AND c.state IN ('owned', 'won_back', 'prospect')
      RETURNING client_id, due_at
    )
    UPDATE clients_client c SET next_due_at = least(c.next_due_at, planned.due_at)
    FROM planned WHERE planned.client_id = c.id
"""


def build(count: int) -> None:
    """The ground of a whole bank, in books of three hundred."""
    ground.build(count, books=max(ground.BOOKS, count // BOOK))


def measure(count: int) -> dict:
    """The first run, which plans for everybody, and that of a day with one in twenty due."""
    build(count)
    now = clock.now()
    FollowUp.objects.filter(trigger="cadence").delete()
    stale = Client.objects.filter(last_contact_at__lt=now - 2 * ground.LATELY)
    stale.update(last_contact_at=now - ground.LATELY)
    found = {f"first_{name}": value for name, value in _compare(now).items()}
    _let_fall_due(count // ONE_IN, now)
    return found | {f"day_{name}": value for name, value in _compare(now).items()}


def _let_fall_due(count: int, now) -> None:
    """So many clients, all over the bank, were last reached long ago, and their plan was missed."""
    asked = Client.objects.exclude(tier="regular").order_by("pk").values_list("pk", flat=True)
    due = list(asked)[:: max(1, asked.count() // count)][:count]
    missed = FollowUp.objects.open().filter(trigger="cadence", client__in=due)
    missed.update(state=FollowUp.State.MISSED, closed_at=now)
    Client.objects.filter(pk__in=due).update(last_contact_at=now - _LONG_AGO)


def _compare(now) -> dict:
    for model in (Client, FollowUp):
        analyze(model)
    floor = _floor(now) if on_postgresql(connection) else None
    grown, (spent, planned) = meter.more_mb(lambda: meter.seconds(lambda: plan_contacts(at=now)))
    again, _none = meter.seconds(lambda: plan_contacts(at=now))
    found = {"planned": planned, "s": round(spent, 2), "again_s": round(again, 2)}
    found["more_mb"] = round(grown, 1)
    if floor:
        found |= {"floor_s": round(floor, 2), "ratio": round(spent / floor, 1)}
    return found


def _floor(now) -> float:
    """Seconds of the bare statement, whose work is thrown away."""
    words = {"today": clock.local(now).date(), "now": now}
    with transaction.atomic(), connection.cursor() as cursor:
        spent, _nothing = meter.seconds(lambda: cursor.execute(_FLOOR, words))
        transaction.set_rollback(True)
    return spent
