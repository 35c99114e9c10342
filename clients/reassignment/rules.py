"""Who may plan, agree, carry out and undo, and until when (rules A5, E8). Reads only."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from clients.book.load import Load, loads
from clients.book.models import Client
from clients.reassignment.models import ReassignmentPlan
from crm import bank, words
from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from managers.people import scope
from managers.people.heads import head_of
from managers.people.scope import Right

State = ReassignmentPlan.State
LEASE = timedelta(minutes=2)  # longer than any chunk
CHUNK = 25  # clients in one transaction
MOST_ATTEMPTS = 5  # workers that may die over one chunk
_FROM = {
    "change": (State.DRAFT, State.WAITING, State.APPROVED),
    "submit": (State.DRAFT,),
    "execute": (State.APPROVED,),
    "cancel": (State.DRAFT, State.WAITING, State.APPROVED),
    "undo": (State.DONE,),
}


def book_of(staff, *, by):
    """The clients of a person whom a head may give to somebody else (rules A5)."""
    outlets = scope.units(by, Right.ASSIGN)
    return Client.objects.visible_to(by).active().filter(owner=staff, outlet__in=outlets)


def may_direct(person, plan) -> bool:
    """Whether a head answers for all outlets whose clients the plan moves (rules A5)."""
    giving = {row.outlet_id for row in plan.approvals.all() if row.gives}
    theirs = scope.units(person, Right.ASSIGN).filter(pk__in=giving)
    return len(giving) == theirs.count() > 0


def outlets_to_agree(person, plan) -> list:
    """The approvals of the plan that this person is asked for today (rules E8)."""
    if plan.state != State.WAITING:
        return []
    today = clock.today()
    open_ones = [row for row in plan.approvals.all() if row.by_id is None]
    return [row for row in open_ones if head_of(row.outlet, on=today) == person]


def allowed_actions(person, plan, *, at) -> list[str]:
    """The verbs that are open to a person now, in working order."""
    verbs = []
    if may_direct(person, plan):
        verbs = [verb for verb, states in _FROM.items() if plan.state in states]
        if plan.is_leave:
            verbs = [verb for verb in verbs if verb not in ("change", "execute")]
        if "undo" in verbs and at > undo_until(plan):
            verbs.remove("undo")
    if outlets_to_agree(person, plan):
        verbs += ["approve", "refuse"]
    return verbs


def check_act(person, plan, verb: str, *, at) -> None:
    """Raise RuleBroken unless the person may do this with the plan now."""
    if verb in allowed_actions(person, plan, at=at):
        return
    if verb in ("approve", "refuse"):
        if plan.state == State.WAITING:
            raise RuleBroken(_("Another head is asked to agree to this plan."), code="forbidden")
    elif not may_direct(person, plan):
        raise RuleBroken(_("Only the head of all its clients directs a plan."), code="forbidden")
    raise RuleBroken(_wrong_state(plan, at=at), code="conflict")


def _wrong_state(plan, *, at) -> str:
    if plan.began_by and plan.state != State.DONE:
        return _("%(name)s has begun to carry out this plan on %(time)s.") % {
            "name": words.plain_name(plan.began_by),
            "time": words.moment(plan.began_at),
        }
    if plan.state == State.DONE and at > undo_until(plan):
        until = words.moment(undo_until(plan))
        return _("A plan is undone within a day; this was until %(time)s.") % {"time": until}
    return _("This plan has moved on: %(state)s.") % {"state": plan.get_state_display()}


def undo_until(plan):
    """The last moment at which the plan can be undone."""
    hours = bank.read("reassignment.undo_hours", on=clock.local(plan.ended_at).date())
    return plan.ended_at + timedelta(hours=hours)


def load_of(staff, *, on) -> Load:
    """How full a person's book is."""
    return loads([staff.pk], on=on)[staff.pk]


def check_seen(plan, version: int | None) -> None:
    """Raise Stale unless the plan is as the person saw it."""
    if version is not None and plan.version != version:
        raise Stale(_("Somebody changed this plan meanwhile. Read it again."))


def check_new(staff, clients, *, cause, effective_on, last_day, deputy, on: date) -> None:
    """Raise RuleBroken for a plan without clients, days or deputy, or beside a live one."""
    name = {"name": words.plain_name(staff)}
    if not clients:
        sentence = _("%(name)s keeps no clients at your outlets.") % name
        raise RuleBroken(sentence, fields={"from_staff": sentence})
    if ReassignmentPlan.objects.live().filter(from_staff=staff).exists():
        sentence = _("There is a plan for %(name)s already; please finish it first.") % name
        raise RuleBroken(sentence, code="conflict", fields={"from_staff": sentence})
    if effective_on < on:
        raise _wrong("effective_on", _("This day is over already."))
    if cause != ReassignmentPlan.Cause.LEAVE:
        return
    if last_day is None:
        raise _wrong("last_day", _("Please say when the leave ends."))
    if last_day < effective_on:
        raise _wrong("last_day", _("The last day is before the first."))
    if deputy is None:
        raise _wrong("deputy", _("Please choose who covers."))


def _wrong(field: str, sentence: str) -> RuleBroken:
    return RuleBroken(sentence, fields={field: sentence})
