"""A client's life, act by act: what the owner does, and what happens besides (rules F1, F2, F3)."""

import tempfile
from contextlib import suppress
from datetime import time, timedelta
from pathlib import Path

from clients.appointments.actions import book as book_visit
from clients.appointments.actions import cancel as cancel_visit
from clients.appointments.actions import hold, no_show
from clients.book.details import sealed_columns
from clients.file.actions import keep_preferences
from clients.followups import actions
from clients.followups.models import NEXT
from clients.merging.actions import merge
from clients.merging.actions import undo as unmerge
from clients.models import (
    Appointment,
    Client,
    ClientRequest,
    ContactStandard,
    FollowUp,
    Merge,
    Preferences,
    TriggerRule,
)
from clients.planning.actions import plan_events
from clients.privacy.actions import close, erase, lock_away, reopen
from clients.prospecting.actions import advance
from clients.requests import actions as requests
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.models import Absence
from tests.clients.followups import NOTE
from tests.factories import BalanceFactory, ClientFactory, HoldingFactory
from tests.importing import import_clients

PHONE = "13974129001"
GONE = ("lock", "erase")
MAPPING = """
[files]
people = { name = "people.csv" }
calls = { name = "calls.csv" }
[clients]
from = "people"
key = "id"
outlet = { value = "O1" }
name = "name"
[contacts.call]
from = "calls"
key = "call"
client = "id"
channel = "how"
outcome = "came_of_it"
happened_on = "day"
"""


def happen(client, people, at, name, *what, head, officer):
    """What happens to a client without the owner; a refusal is an answer as well."""
    client.refresh_from_db()
    if client.locked_at and name not in ("days", "events", *GONE):
        return  # nobody has the file any more
    with suppress(RuleBroken):
        if name in FILE:
            FILE[name](client, at, *what, head=head, officer=officer)
        else:
            WORLD[name](client, people, at, *what)


# --- The people around a client, and the bank


def _owner(client, people, at):
    people.reverse()
    Client.objects.filter(pk=client.pk).update(owner=people[0])
    actions.move_open(client, to=people[0], by=None, at=at)


def _absent(client, people, at, days):
    if not Absence.objects.exists():
        day = clock.local(at).date()
        span = {"first_day": day, "last_day": day + timedelta(days=days)}
        Absence.objects.create(staff=people[0], deputy=people[1], **span)


def _standard(client, people, at, tier, gap):
    begins = {"tier": tier, "valid_from": clock.local(at).date() + timedelta(days=1)}
    says = {"gap_days": gap, "channels": ["call", "visit"]}
    ContactStandard.objects.update_or_create(**begins, defaults=says)


def _rule(client, people, at, code, is_on):
    day = clock.local(at).date() + timedelta(days=1)
    stands = {"trigger": code.split("-")[0] if code != "large-movement" else "large_movement"}
    TriggerRule.objects.update_or_create(
        code=code, valid_from=day, defaults={**stands, "is_on": is_on}
    )


def _become(client, people, at, **columns):
    Client.objects.filter(pk=client.pk).exclude(state="closed").update(**columns)
    if columns.get("state") in ("dormant", "lost"):
        actions.call_off_ordinary(client, reason="The client left", at=at)


def _import(client, people, at, outcome, days_ago):
    """A source tells of a call, in any order and of any age."""
    day = clock.local(at).date() - timedelta(days=days_ago)
    with tempfile.TemporaryDirectory() as name, clock.at(at):
        folder = Path(name)
        (folder / "mapping.toml").write_text(MAPPING)
        (folder / "people.csv").write_text(f"id,name\n{client.number},{client.name}\n")
        call = f"{at:%m%d%H%M},{client.number},call,{outcome},{day}"
        (folder / "calls.csv").write_text(f"call,id,how,came_of_it,day\n{call}\n")
        import_clients(folder / "mapping.toml", folder)


def _event(client, people, at, kind, days):
    day = clock.local(at).date() + timedelta(days=days)
    if kind == "birthday":
        Client.objects.filter(pk=client.pk).update(birth_date=day.replace(year=1980))
    elif kind == "maturity":
        HoldingFactory(client=client, matures_on=day)
    else:
        today = clock.local(at).date()
        for ago, closing_balance in ((1, 900_000), (0, 10_000 * days)):
            on = today - timedelta(days=ago)
            if not client.balances.filter(day=on).exists():
                BalanceFactory(client=client, day=on, closing=closing_balance)


WORLD = {
    "owner": _owner,
    "absent": _absent,
    "standard": _standard,
    "rule": _rule,
    "tier": lambda client, people, at, tier: _become(client, people, at, tier=tier),
    "state": lambda client, people, at, state: _become(
        client, people, at, state=state, given_up_at=None
    ),
    "peace": lambda client, people, at, on: _become(client, people, at, do_not_contact=on),
    "import": _import,
    "event": _event,
    "events": lambda client, people, at: plan_events(at=at),
    "days": lambda client, people, at, days: actions.mark_missed(at=at),
}

# --- The file itself


def _merge(client, at, with_plan, *, head, officer):
    """Another file of the same phone is taken into the client's."""
    phone = sealed_columns(phone=PHONE)
    Client.objects.filter(pk=client.pk).update(**phone)
    owner = client.owner if with_plan else None
    other = ClientFactory(owner=owner, outlet=client.outlet, **phone)
    actions.plan_contacts(at=at)
    client.refresh_from_db()
    merge(client, other, by=head, at=at)


def _unmerge(client, at, *, head, officer):
    for made in Merge.objects.filter(kept=client, undone_at=None).order_by("-pk")[:1]:
        unmerge(made, by=head, at=at)


def _close(client, at, *, head, officer):
    Client.objects.filter(pk=client.pk).update(aum=0)
    client.holdings.update(is_open=False)
    day = clock.local(at).date()
    close(client, ended_on=day, cause="wish", by=head, at=at)


def _erase(client, at, *, head, officer):
    """Who never became a client may be erased at once."""
    never = {"state": "prospect", "aum": 0, "client_since": None}
    Client.objects.filter(pk=client.pk).exclude(state="closed").update(**never)
    client.holdings.all().delete()
    client.refresh_from_db()
    erase(client, basis="request", by=officer, at=at)


FILE = {
    "merge": _merge,
    "unmerge": _unmerge,
    "close": _close,
    "reopen": lambda client, at, *, head, officer: reopen(client, by=head, at=at),
    "lock": lambda client, at, *, head, officer: lock_away(client, by=officer, at=at),
    "erase": _erase,
}

# --- What the owner does with visits, requests and wishes


def serve(client, owner, at, name, *what):
    """What the owner does beside follow-ups; a refusal is an answer as well."""
    client.refresh_from_db()
    with suppress(RuleBroken):
        SERVICE[name](client, owner, at, *what)


def _wishes(client, owner, at, days, hours, quiet):
    known = Preferences.objects.filter(client=client).first()
    said = {"days": days, "from_time": None, "to_time": None}
    said |= {"quiet_from": None, "quiet_to": None}
    if hours:
        said |= {"from_time": time(hours[0]), "to_time": time(hours[1], 30)}
    if quiet:
        said |= {"quiet_from": time(quiet[0]), "quiet_to": time(quiet[1], 30)}
    seen = known.version if known else 0
    keep_preferences(client, version=seen, by=owner, at=at, **said)


def _visit(client, owner, at, days, hour):
    begins = clock.at_time(clock.local(at).date() + timedelta(days=days), time(hour))
    span = {"starts_at": begins, "ends_at": begins + timedelta(hours=1)}
    book_visit(client, kind="advice", **span, by=owner, at=at)


def _visit_ends(client, owner, at, how):
    for visit in Appointment.objects.coming().filter(client=client).order_by("starts_at")[:1]:
        if how == "cancel":
            cancel_visit(visit, reason="No time", by=owner, at=at)
        elif how == "held":
            hold(visit, notes=NOTE, next_step="Call again", by=owner, at=at)
        else:
            no_show(visit, by=owner, at=at)


def _ask(client, owner, at, days):
    due_on = clock.local(at).date() + timedelta(days=days)
    requests.take(client, asked="The rate", due_on=due_on, by=owner, at=at)


def _told(client, owner, at, told):
    for one in ClientRequest.objects.open().filter(client=client)[:1]:
        requests.answer(one, answer="2.1 percent for three years", by=owner, at=at)
        one.refresh_from_db()
        said = {"told": told, "result": "done", "not_told_reason": "Abroad"}
        requests.close(one, **said, by=owner, at=at)


def _lead(client, owner, at, stage):
    """A prospect has no interest, or is won for another talk."""
    step = {"channel": "call", "due_on": clock.local(at).date() + timedelta(days=1)}
    said = {"reason": "Stays with another bank"} if stage == "lost" else {"next_step": step}
    advance(client, stage=stage, **said, by=owner, at=at)


SERVICE = {
    "lead": _lead,
    "wishes": _wishes,
    "visit": _visit,
    "visit ends": _visit_ends,
    "ask": _ask,
    "told": _told,
}


def next_of(client):
    """The open next contacts of a client."""
    return FollowUp.objects.open().filter(client=client, trigger__in=NEXT)
