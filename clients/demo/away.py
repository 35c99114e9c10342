"""A manager who is back today: a colleague covered, spoke with clients and promised something."""

from datetime import time, timedelta

from clients.book.models import Client, State
from clients.followups.actions.cadence import keep_next_dues
from clients.models import ClientRequest, Contact, FollowUp
from crm.lib import clock
from crm.workdays import work_calendar
from managers.models import Absence

DAYS = 4  # calendar days away, until the day before the first one back
_WORDS = {
    "en": (
        ("Asked when Lin is back; wants the rates compared.", "Call with the rates"),
        ("Moves money next week, would like to talk before.", "Agree on a visit"),
        "Send the list of fees",
    ),
    "zh-hans": (
        ("问管户经理何时回来，希望比较利率。", "来电说明利率"),
        ("下周要划转一笔资金，希望先谈一谈。", "约定面谈"),
        "发送收费清单",
    ),
}


def build(person, deputy, *, now, language):
    """The person was away until yesterday, and the deputy covered."""
    today = clock.local(now).date()
    span = {"first_day": today - timedelta(days=DAYS), "last_day": today - timedelta(days=1)}
    Absence.objects.create(staff=person, deputy=deputy, **span)
    mine = Client.objects.filter(owner=person, state=State.OWNED, do_not_contact=False)
    told, asked = _WORDS[language][:2], _WORDS[language][2]
    met = clock.at_time(work_calendar().previous_workday(span["last_day"]), time(11, 20))
    chosen = list(mine.filter(last_contact_at__lt=met).order_by("-aum", "pk")[:3])
    for client, (said, then) in zip(chosen, told, strict=False):
        _talk(client, deputy, said, then, met=met, today=today)
    for client in chosen[2:]:
        ClientRequest.objects.create(
            client=client,
            owner=person,
            taken_by=deputy,
            asked=asked,
            due_on=today,
            due_at=clock.end_of_day(today),
            asked_at=met,
        )
    keep_next_dues([client.pk for client in chosen])


def _talk(client, deputy, said, then, *, met, today) -> None:
    """The deputy spoke with the client and promised a call for today."""
    Contact.objects.create(
        client=client,
        staff=deputy,
        channel="call",
        outcome="reached",
        notes=said,
        next_step=then,
        happened_at=met,
        recorded_at=met,
        is_valid=True,
    )
    client.last_contact_at = met
    client.save(update_fields=["last_contact_at"])
    FollowUp.objects.get_or_create(
        client=client,
        trigger="manual",
        due_on=today,
        state=FollowUp.State.OPEN,
        defaults={
            "owner_id": client.owner_id,
            "purpose": then,
            "first_due_on": today,
            "due_at": clock.end_of_day(today),
            "created_by": deputy,
            "created_at": met,
        },
    )
