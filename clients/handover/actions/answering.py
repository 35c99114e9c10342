"""The receiver's answer, and a head's decision about a file that was returned twice."""

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.handover import rules
from clients.handover.actions.filling import send
from clients.handover.actions.steps import close_file, drop, move, open_file, opened, tell
from clients.handover.deadlines import deadline
from clients.handover.models import Handover
from clients.handover.rules import Stage
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from managers.people.heads import head_of


class Decision(models.TextChoices):
    """How a head lets a file go on that was returned twice (rules E4)."""

    MEND = "mend", gettext_lazy("The sender mends the file")
    ACCEPT = "accept", gettext_lazy("The receiver takes it as it is")
    ANOTHER = "another", gettext_lazy("Another wealth RM receives it")
    WITHDRAW = "withdraw", gettext_lazy("The client stays with the sender")


@transaction.atomic
def accept(handover, *, by, at) -> Handover:
    """Take the file as complete; both introduce the client within five working days (rules E5).

    Raises RuleBroken when the receiver cannot take the client any more.
    """
    client, handover = opened(handover)
    _check_answer(handover, by)
    _accept(client, handover, by=by, at=at)
    return handover


@transaction.atomic
def return_(handover, *, reason, by, at, note="", items=None) -> Handover:
    """Send the file back with a reason, and with what to mend of which item (rules E4).

    The receiver may not read it any more; from the second time on a head decides how it goes on.
    Raises RuleBroken without a reason, or when `items` names what the file has not.
    """
    client, handover = opened(handover)
    _check_answer(handover, by)
    items = {item: text.strip() for item, text in (items or {}).items() if text.strip()}
    rules.check_reason(reason, note, items)
    handover.return_reason, handover.return_note = reason, note.strip()
    handover.return_items = items
    handover.returns += 1
    close_file(handover)
    due = deadline("handover.submit_days", at=at)
    move(handover, Stage.RETURNED, due=due, by=by, at=at, reason=reason, items=sorted(items))
    tell("handover-returned", handover, to=handover.from_staff, at=at, mail=True)
    if handover.needs_decision:
        on = clock.local(at).date()
        head = head_of(client.outlet, on=on, without=[client.person_id])
        if head is not None:
            tell("handover-to-decide", handover, to=head, at=at, mail=True)
    return handover


@transaction.atomic
def decide(handover, *, decision, note, by, at, to=None) -> Handover:
    """A head says how a file that was returned twice goes on; both read the reason (rules E4).

    Raises RuleBroken when it is not this head's to decide, was decided already (code `conflict`),
    lacks its reason, or the receiver cannot take the client.
    """
    client, handover = opened(handover)
    rules.check_decision(handover, note, by=by, at=at)
    handover.decided_returns, handover.decision_note = handover.returns, note.strip()
    match decision:
        case Decision.MEND:
            due = deadline("handover.submit_days", at=at)
            move(handover, Stage.RETURNED, due=due, by=by, at=at, decision=decision)
        case Decision.ACCEPT:
            rules.check_still_owner(client, handover)
            open_file(handover, at=at)
            _accept(client, handover, by=by, at=at, decision=decision)
        case Decision.ANOTHER:
            _send_to_another(client, handover, to, by=by, at=at)
        case Decision.WITHDRAW:
            drop(handover, Stage.WITHDRAWN, by=by, at=at, decision=decision)
    for person in (handover.from_staff, handover.to_staff):
        if person is handover.from_staff or handover.state != Stage.WITHDRAWN:
            tell("handover-decided", handover, to=person, at=at, mail=True)
    return handover


def _send_to_another(client, handover, to, *, by, at) -> None:
    if to is None or to.pk == handover.to_staff_id:
        sentence = _("Choose another wealth RM.")
        raise RuleBroken(sentence, fields={"to": sentence})
    rules.check_still_owner(client, handover)
    on, sender = clock.local(at).date(), handover.from_staff_id
    rules.check_wealth_rm(to, client, on=on, sender=sender)
    handover.to_staff = to
    send(handover, by=by, at=at, decision=Decision.ANOTHER, to=to.pk)


def _accept(client, handover, *, by, at, **facts) -> None:
    receiver = lock(handover.to_staff)
    rules.check_wealth_rm(receiver, client, on=clock.local(at).date())
    handover.accepted_at = at
    due = deadline("handover.introduce_days", at=at)
    move(handover, Stage.ACCEPTED, due=due, by=by, at=at, **facts)
    tell("handover-accepted", handover, to=handover.from_staff, at=at, mail=True)


def _check_answer(handover, by) -> None:
    if not rules.may_answer(by, handover):
        raise RuleBroken(
            _("Only the receiving RM or the wealth-centre head answers."), code="forbidden"
        )
    rules.check_state(handover, Stage.SUBMITTED)
