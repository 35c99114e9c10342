"""Appeals against a provisional score, and their decisions (rules H6)."""

from decimal import Decimal
from fractions import Fraction

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.competition import rules
from managers.competition.actions.ledger import credit
from managers.competition.metrics import RATES
from managers.competition.models import Appeal
from managers.competition.scoring import half_up
from managers.competition.sums import totals_until
from managers.inbox.actions import notify

State = Appeal.State


@transaction.atomic
def appeal(competition, *, metric, reason, evidence, by, at) -> Appeal:
    """Hold something against one's own score; one open appeal for each metric."""
    competition = lock(competition)
    rules.check_appeal(competition, metric=metric, by=by, at=at)
    for name, text in {"reason": reason, "evidence": evidence}.items():
        if not text.strip():
            sentence = _("Say what is wrong, and name what shows it.")
            raise RuleBroken(sentence, fields={name: sentence})
    made = Appeal(
        competition=competition,
        staff=by,
        metric=metric,
        reason=" ".join(reason.split())[:500],
        evidence=" ".join(evidence.split())[:500],
        made_at=at,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as twice:
        raise RuleBroken(
            _("Your appeal about this metric waits for its decision."), code="conflict"
        ) from twice
    for leader in rules.leaders(on=clock.local(at).date()):
        if leader != by:
            notify("appeal-made", to=leader, about=made, key=made.pk, at=at, mail=True)
    record("appeal.made", made, by=by, at=at, competition=competition.pk, metric=metric)
    return made


@transaction.atomic
def decide(appealed, *, uphold, answer, by, at, amount=None) -> Appeal:
    """Answer an appeal; one that is upheld is settled by an entry in the ledger.

    `amount` is what is added to the metric, of a rate to its mean; negative to take away. The entry
    counts on the last day of the period.
    """
    competition = lock(appealed.competition)
    appealed = lock(appealed)
    rules.check_decision(competition, appealed, by=by)
    if not answer.strip() or (uphold and not amount):
        sentence = _("Give an answer, and the amount to correct if you agree.")
        raise RuleBroken(sentence, fields={"answer": sentence})
    appealed.state = State.UPHELD if uphold else State.REJECTED
    appealed.answer = " ".join(answer.split())[:500]
    appealed.decided_by, appealed.decided_at = by, at
    if uphold:
        appealed.entry = credit(
            appealed.staff,
            _to_enter(competition, appealed, amount),
            metric=appealed.metric,
            source=f"appeal:{appealed.pk}",
            day=competition.last,
            at=at,
            by=by,
        )
    appealed.save()
    told = {"to": appealed.staff, "about": appealed, "key": appealed.pk, "at": at}
    notify("appeal-decided", **told, mail=True)
    record(f"appeal.{appealed.state.value}", appealed, by=by, at=at, competition=competition.pk)
    return appealed


def _to_enter(competition, appealed, amount) -> Decimal:
    """The amount itself; of a rate the reading that moves the mean of all by so much."""
    if appealed.metric not in RATES:
        return amount
    [sums] = totals_until(competition, competition.last, staff=[appealed.staff_id])
    found = sums.get(appealed.staff_id, {}).get(appealed.metric)
    if found is None or found.count <= 0:
        return amount
    mean = Fraction(found.amount) / found.count
    return half_up(mean + Fraction(amount) * (found.count + 1))
