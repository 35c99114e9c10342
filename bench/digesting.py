"""The morning's digests of a whole bank: posting them, and what each of them says."""

import random
from datetime import time, timedelta

from django.db import connection, transaction
from django.template import engines
from django.utils import translation

from bench import meter, planning
from clients.desk import digest
from clients.models import Appointment, Client, ClientRequest, FollowUp, Handover, Referral
from crm.lib import bulk, clock
from crm.lib.db import on_postgresql
from crm.workdays import work_calendar
from managers.models import Letter
from managers.outbox import letters

_CHUNK = 5_000
_POST = """
    INSERT INTO managers_letter (kind, about, recipient_id, channel, due_at, not_before, context,
      created_at, state, fence, message_id, attempts, last_error)
    SELECT DISTINCT 'bench-digest', '', f.owner_id, 'email', %(now)s::timestamptz,
      %(now)s::timestamptz, '{}'::jsonb, %(now)s::timestamptz, 'waiting', 0, '', 0, ''
    FROM clients_followup f JOIN managers_staff s ON s.id = f.owner_id AND s.is_active
    WHERE f.state = 'open' AND f.due_on <= %(today)s
"""
_TABLE = engines["django"].from_string(
    "{% for rows in sections %}<table>{% for row in rows %}<tr><td>{{ row.client.name }}</td>"
    "<td>{{ row.client.tier }}</td><td>{{ row.pk }}</td></tr>{% endfor %}</table>{% endfor %}"
)


def measure(count: int) -> dict:
    """One in twenty clients is due on a working day; all digests of that morning are made."""
    planning.build(count)
    day = work_calendar().next_workday(clock.today() + timedelta(days=1))
    with clock.at(clock.at_time(day, time(9))) as morning:
        found = {"due": _let_be_due(count // planning.ONE_IN, day, morning)}
        return found | _posting(morning) | _telling(morning)


def _let_be_due(count: int, day, at) -> int:
    """So many clients, all over the bank, and no others are to be called on this day."""
    others = FollowUp.objects.open().filter(due_on__lte=day)
    others.update(state=FollowUp.State.MISSED, closed_at=at)
    Letter.objects.all().delete()
    pks = list(Client.objects.order_by("pk").values_list("pk", flat=True))
    due = sorted(random.Random(7).sample(pks, count))  # noqa: S311 - dice, not secrets
    for first in range(0, count, _CHUNK):
        clients = Client.objects.filter(pk__in=due[first : first + _CHUNK]).only("owner")
        bulk.insert(
            [
                FollowUp(
                    client=client,
                    owner_id=client.owner_id,
                    due_on=day,
                    first_due_on=day,
                    due_at=clock.end_of_day(day),
                    created_at=at - timedelta(days=1),
                )
                for client in clients
            ]
        )
    for model in (Client, FollowUp, Letter):
        bulk.analyze(model)
    return count


def _posting(morning) -> dict:
    """A letter for everybody with something to do, against the one statement that writes them."""
    found = {}
    if on_postgresql(connection):
        words = {"now": morning, "today": clock.local(morning).date()}
        with transaction.atomic(), connection.cursor() as cursor:
            floor, _nothing = meter.seconds(lambda: cursor.execute(_POST, words))
            transaction.set_rollback(True)
        found["post_floor_s"] = round(floor, 3)
    grown, (spent, posted) = meter.more_mb(
        lambda: meter.seconds(lambda: digest.plan_digests(morning))
    )
    found |= {"letters": posted, "post_s": round(spent, 3), "post_more_mb": round(grown, 1)}
    if "post_floor_s" in found:
        found["ratio_post"] = round(spent / floor, 1)
    return found


def _telling(morning) -> dict:
    """What each letter tells, against bare queries and tables; and whole mails, as they leave."""
    todo = Letter.objects.filter(kind=digest.KIND).select_related("recipient").order_by("pk")
    people = [letter.recipient for letter in todo]
    floor, _tables = meter.seconds(lambda: [_bare(person, morning) for person in people])
    grown, (spent, clients) = meter.more_mb(lambda: meter.seconds(lambda: _all_told(todo)))
    found = {"told": clients, "tell_floor_s": round(floor, 2), "tell_s": round(spent, 2)}
    found |= {"tell_more_mb": round(grown, 1), "ratio_tell": round(spent / floor, 1)}
    grown, (spent, mails) = meter.more_mb(lambda: meter.seconds(lambda: _all_written(todo)))
    return found | {"mails": mails, "mails_s": round(spent, 2), "mails_more_mb": round(grown, 1)}


def _all_told(todo) -> int:
    """The clients that all letters name."""
    with translation.override("zh-hans"):
        return sum(digest.morning_digest(letter)["clients"] for letter in todo.iterator())


def _all_written(todo) -> int:
    return sum(letters.write(letter) is not None for letter in todo.iterator())


def _bare(person, morning) -> str:
    """What a digest tells, as bare queries and tables; for everybody's eyes, in no order."""
    today = clock.local(morning).date()
    sections = [
        FollowUp.objects.filter(owner=person, state="open", due_on__lte=today),
        ClientRequest.objects.filter(owner=person, due_on__lte=today).exclude(state="closed"),
        Referral.objects.filter(target=person, state="new"),
        Handover.objects.filter(to_staff=person, state__in=["submitted", "accepted"]),
        Appointment.objects.filter(host=person, starts_at__date=today),
    ]
    return _TABLE.render({"sections": [rows.select_related("client") for rows in sections]})
