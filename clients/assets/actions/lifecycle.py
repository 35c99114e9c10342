"""Each night: judge every client's state, and warn of what threatens (rules C1, F2)."""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from clients.assets import facts as known
from clients.assets.models import StateChange
from clients.assets.rules import states
from clients.book.models import Client, State
from clients.followups.actions import call_off_ordinary, schedule
from clients.followups.models import FollowUp, Trigger
from clients.followups.triggers import due_on, rule_of
from crm import bank, words
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record

_CHUNK = 500


def review_clients(*, at) -> dict[str, int]:
    """Judge all owned clients; returns how many changed their state and how many were warned of.

    Each change is a transaction of its own; again finds nothing.
    """
    judged = Client.objects.filter(state__in=states.JUDGED).order_by("pk")
    pks = list(judged.values_list("pk", flat=True))
    done = {"changed": 0, "warned": 0}
    for place in range(0, len(pks), _CHUNK):
        clients = list(judged.filter(pk__in=pks[place : place + _CHUNK]).select_related("owner"))
        for name, number in _review(clients, at=at).items():
            done[name] += number
    return done


def _review(clients, *, at) -> dict[str, int]:
    today = clock.local(at).date()
    found = known.facts(clients, on=today)
    flows = known.outflows(clients, on=today)
    changed = warned = 0
    for client in clients:
        facts = found[client.pk]
        if verdict := states.judge(facts, today):
            changed += change_state(client, verdict, at=at)
        elif client.state in (State.OWNED, State.WON_BACK):
            with translation.override(client.owner.language):
                warned += _warn_of_silence(client, facts, at=at)
                if client.pk in flows:
                    warned += _warn_of_outflow(client, flows[client.pk], at=at)
    return {"changed": changed, "warned": warned}


@transaction.atomic
def change_state(client, verdict, *, at) -> bool:
    """Move a client to the state of a verdict, unless somebody moved them meanwhile."""
    was = client.state
    client = lock(client)
    if client.state != was:
        return False
    client.state = verdict.state
    client.version += 1
    client.save(update_fields=["state", "version"])
    change = StateChange.objects.create(
        client=client, was=was, now=verdict.state, figures=verdict.figures, at=at
    )
    if verdict.state in (State.DORMANT, State.LOST):
        with translation.override(client.owner.language):
            reason = {
                State.DORMANT: _("The client is dormant."),
                State.LOST: _("The client is lost."),
            }
            call_off_ordinary(client, reason=reason[verdict.state], at=at)
            _book(client, "reactivation", at=at)
    record(
        "client.state_changed", change, by=None, at=at, client=client.pk, was=was, now=change.now
    )
    return True


def _warn_of_silence(client, facts, *, at) -> bool:
    """Long enough before dormancy, and once in a silence."""
    today = clock.local(at).date()
    if client.state != State.OWNED:
        return False
    if states.silence(facts, today) < bank.read("dormancy.warning_days", on=today):
        return False
    if _warned(client, Trigger.DORMANCY, since=clock.start_of_day(facts.quiet_since)):
        return False
    about = _("Silent since %(day)s") % {"day": words.day(facts.quiet_since)}
    return _book(client, "dormancy", about, at=at)


def _warn_of_outflow(client, flow, *, at) -> bool:
    """Once for each stretch of days that is looked at."""
    today = clock.local(at).date()
    since = clock.start_of_day(flow.since)
    if _warned(client, Trigger.OUTFLOW, since=since):
        return False
    if flow.is_below_tier:
        about = _("Assets fell below the line of %(tier)s") % {"tier": client.get_tier_display()}
    else:
        days = (today - flow.since).days
        about = _("Assets fell by %(percent)d%% in %(days)d days") % {
            "percent": flow.percent,
            "days": days,
        }
    return _book(client, "outflow", about, at=at)


def _warned(client, trigger, *, since) -> bool:
    rows = FollowUp.objects.filter(client=client, trigger=trigger, created_at__gte=since)
    return rows.exists()


def _book(client, code, about="", *, at) -> bool:
    """A call as a trigger rule asks; False for one that is off or a client left in peace."""
    today = clock.local(at).date()
    rule = rule_of(code, on=today)
    if not rule.is_on or not rule.fits(client):
        return False
    try:
        schedule(
            client,
            channel=rule.channel,
            trigger=rule.trigger,
            purpose=about or rule.purpose,
            due_on=due_on(rule, today),
            by=None,
            at=at,
        )
    except RuleBroken:
        return False
    return True
