"""Until when each stage of a handover lasts, and who is told when it lasts longer (rules E5)."""

from clients.book.models import PREMIUM, Client, State
from clients.handover.models import Handover
from crm import bank
from crm.lib import clock
from crm.workdays import work_calendar
from managers.people.models import Post, Staff

Stage = Handover.State
PERSON, WEALTH_HEAD, OUTLET_HEAD = 1, 2, 3  # who is told, one after another


def deadline(setting: str, *, at):
    """The end of the last working day that this stage has, counted from `at` (rules E5, F6)."""
    today = clock.local(at).date()
    days = bank.read(setting, on=today)
    return clock.end_of_day(work_calendar().add_working_days(today, days))


def qualified_since(client):
    """Since when a prospect is to be handed over, None for one who is not (rules E5).

    A marketing RM's prospect qualifies with a premium tier: from the day that it is in force, or
    from the day on which the RM became responsible, if that is later.
    """
    if client.state != State.PROSPECT or client.tier not in PREMIUM or client.owner_id is None:
        return None
    raised = client.tier_changes.filter(now__in=PREMIUM).exclude(was__in=PREMIUM).first()
    since = client.responsible_since
    return max(since, clock.start_of_day(raised.effective_on)) if raised else since


def submit_by(client, *, at):
    """When the file is to be sent: counted from qualifying, for others from now (rules E5)."""
    return deadline("handover.submit_days", at=qualified_since(client) or at)


def qualified_without_handover():
    """Premium prospects of marketing RMs whose handover nobody has begun (rules E5)."""
    begun = Handover.objects.pending().values("client")
    prospects = Client.objects.active().filter(state=State.PROSPECT, tier__in=PREMIUM)
    return prospects.filter(owner__is_active=True).exclude(pk__in=begun)


def level(due_at, *, at) -> int:
    """Who is to know by now that something was due: nobody, the person, the heads (rules E5)."""
    if due_at >= at:
        return 0
    day, calendar = clock.local(due_at).date(), work_calendar()
    after = bank.read("handover.late_days", on=clock.local(at).date())
    for told, post in ((OUTLET_HEAD, "branch_head"), (WEALTH_HEAD, "wealth_head")):
        if clock.end_of_day(calendar.add_working_days(day, after[post])) < at:
            return told
    return PERSON


def head_first(told: int) -> Post:
    """Which head is told at a level."""
    return Post.WEALTH_HEAD if told == WEALTH_HEAD else Post.BRANCH_HEAD


def at_turn(handover) -> list[Staff]:
    """Who has to move the handover on; nobody where a head decides."""
    match handover.state:
        case Stage.SUBMITTED | Stage.INTRODUCED:
            return [handover.to_staff]
        case Stage.ACCEPTED:
            return [handover.from_staff, handover.to_staff]
        case Stage.RETURNED if handover.needs_decision:
            return []
    return [handover.from_staff]
