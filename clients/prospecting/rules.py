"""Who works a prospect, who gives lists of leads, and that a next step is dated. Reads only."""

from datetime import date

from django.utils.translation import gettext as _

from clients.book.models import State
from clients.followups import rules as followups
from clients.followups.models import FollowUp
from clients.prospecting.models import Stage
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.people import scope
from managers.people.models import OrgUnit, Post, Posting
from managers.people.scope import Right


def may_win(person, client, *, on: date) -> bool:
    """Whoever works the client, while the client is a prospect (rules A5, E10)."""
    keeps = scope.may(person, Right.FOLLOW_UP) and client.state == State.PROSPECT
    return keeps and followups.may_book(person, client, on=on)


def allowed_actions(person, client, *, on: date) -> list[str]:
    """The verbs that this person may apply to the prospect now."""
    return ["advance", "record-visit"] if may_win(person, client, on=on) else []


def visit_actions(person, visit, *, on: date) -> list[str]:
    """What the person may do with a visit to a prospect: keep what was told, from its day on."""
    has_come = clock.local(visit.starts_at).date() <= on
    return ["record"] if has_come and may_win(person, visit.client, on=on) else []


def may_give_leads(person) -> bool:
    """Heads give lists of leads to the marketing RMs of their outlets (rules E10)."""
    return scope.units(person, Right.ASSIGN).exists()


def check_taker(person, by, *, on: date) -> OrgUnit:
    """The outlet of a marketing RM in the units of the head; raise RuleBroken for others."""
    held = Posting.objects.on(on).filter(staff=person, post=Post.MARKETING_RM)
    unit = OrgUnit.objects.filter(pk__in=held.values("unit")).first()
    if unit is None or not scope.units(by, Right.ASSIGN).filter(pk=unit.pk).exists():
        sentence = _("Lists of leads go to marketing RMs of your outlets.")
        raise RuleBroken(sentence, fields={"to": sentence})
    return unit


def check_step(client, stage: str, *, next_step, reason: str) -> None:
    """Raise RuleBroken unless what follows is dated; who is lost needs a reason instead."""
    if stage == Stage.LOST:
        if not reason.strip():
            sentence = _("Please say why.")
            raise RuleBroken(sentence, fields={"reason": sentence})
        return
    if next_step is None and not FollowUp.objects.open().filter(client=client).exists():
        sentence = _("Please book the next step: a prospect is never without one.")
        raise RuleBroken(sentence, fields={"due_on": sentence})
