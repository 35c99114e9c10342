"""The life of a competition, from the draft to the payment (rules H6)."""

from django.db import transaction
from django.utils.translation import gettext as _

from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken, Stale
from managers.audit.actions import hold, record
from managers.competition import rules
from managers.competition.actions.ledger import lock_ledger
from managers.competition.board import board
from managers.competition.frozen import digest, freeze_rows
from managers.competition.models import Competition, FinalStanding, PointEntry, Step
from managers.competition.rulebook import Rulebook

State = Competition.State
_VERBS = {
    State.RUNNING: "competition.started",
    State.CLOSED: "competition.closed",
    State.PROVISIONAL: "competition.published",
    State.APPEAL: "competition.appeals_opened",
    State.FROZEN: "competition.frozen",
    State.PAID: "competition.paid",
    State.CANCELLED: "competition.cancelled",
}


@transaction.atomic
def draft(*, name, first, last, units=(), rulebook: Rulebook, by, at) -> Competition:
    """Set up a competition that nobody sees yet; no units mean the whole bank."""
    rules.check_period(first, last)
    competition = Competition.objects.create(
        name=name.strip(), first=first, last=last, rules=rulebook.dump()
    )
    competition.units.set(units)
    Step.objects.create(competition=competition, state=State.DRAFT, by=by, at=at)
    record("competition.drafted", competition, by=by, at=at)
    return competition


@transaction.atomic
def redraft(competition, *, name, first, last, units=(), rulebook, version=None, by, at):
    """Change a draft; whoever did so last cannot start it. Raises RuleBroken once it runs."""
    competition = lock(competition)
    if competition.state != State.DRAFT:
        raise RuleBroken(
            _("The rules of a competition never change once it runs."), code="conflict"
        )
    if version is not None and version != competition.version:
        raise Stale(_("Somebody else changed this draft meanwhile. Reload the page."))
    rules.check_period(first, last)
    competition.name, competition.first, competition.last = name.strip(), first, last
    competition.rules = rulebook.dump()
    competition.version += 1
    competition.save()
    competition.units.set(units)
    competition.steps.filter(state=State.DRAFT).update(by=by, at=at)
    record("competition.redrafted", competition, by=by, at=at)
    return competition


def start(competition, *, by, at) -> Competition:
    """Announce it; from now on nothing of its rules changes. A second person than drafted it."""
    return _move(competition, State.RUNNING, by=by, at=at)


def close(competition, *, by, at) -> Competition:
    """End it once its last day is over; what is still on the way counts until the freeze."""
    return _move(competition, State.CLOSED, by=by, at=at)


def publish(competition, *, by, at) -> Competition:
    """Show the provisional standings to all."""
    return _move(competition, State.PROVISIONAL, by=by, at=at)


def open_appeals(competition, *, by, at) -> Competition:
    """Let participants appeal for the working days that the rules give."""
    return _move(competition, State.APPEAL, by=by, at=at)


@transaction.atomic
def freeze(competition, *, by, at) -> Competition:
    """Draw the line: cut-off, final standings and their hash in one transaction (security 24).

    Every entry is either before the cut-off and counted, or after it and listed as late: whoever
    is just writing one is waited for, whoever comes then waits. A second person than published.
    """
    competition = lock(competition)
    rules.check_step(competition, State.FROZEN, by=by, at=at)
    hold(by=by, at=at)  # as whoever credits does: the stream first, then the ledger
    lock_ledger("SHARE")
    newest = PointEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    competition.cutoff = newest or 0
    table = board(competition, today=clock.local(at).date())
    final = FinalStanding.objects.bulk_create(freeze_rows(competition, table.rows))
    competition.digest = digest(competition, final)
    return _moved(competition, State.FROZEN, by=by, at=at, digest=competition.digest)


def pay(competition, *, by, at) -> Competition:
    """Note that the prizes were paid. A second person than froze it."""
    return _move(competition, State.PAID, by=by, at=at)


@transaction.atomic
def cancel(competition, *, reason, by, at) -> Competition:
    """Call it off with a reason that all are told; its results stay in the ledger."""
    competition = lock(competition)
    if not reason.strip():
        sentence = _("Say why it is cancelled; everybody is told.")
        raise RuleBroken(sentence, fields={"reason": sentence})
    rules.check_step(competition, State.CANCELLED, by=by, at=at)
    competition.reason = " ".join(reason.split())[:300]
    return _moved(competition, State.CANCELLED, by=by, at=at)


@transaction.atomic
def _move(competition, state, *, by, at) -> Competition:
    competition = lock(competition)
    rules.check_step(competition, state, by=by, at=at)
    return _moved(competition, state, by=by, at=at)


def _moved(competition, state, *, by, at, **facts) -> Competition:
    competition.state = state
    competition.version += 1
    competition.save()
    Step.objects.create(competition=competition, state=state, by=by, at=at)
    record(_VERBS[state], competition, by=by, at=at, **facts)
    return competition
