"""The answer to a referral: an RM accepts or declines, a head gives the client to an RM."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from clients.book.actions import give
from clients.book.models import Ownership, State
from clients.followups.actions import first_call
from clients.lobby import rules
from clients.lobby.actions.passing import (
    answer,
    end_hop,
    opened,
    pass_on,
    set_state,
    tell_referrer,
)
from clients.lobby.models import Hop, Referral
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.competition.actions import credit
from managers.competition.models import Metric
from managers.inbox.actions import notify

Outcome = Hop.Outcome


@transaction.atomic
def accept(referral, *, by, at) -> Referral:
    """Take the referred client; a pooled one becomes the RM's own, with a first call to make.

    The points go to whoever referred this client first (rules D4, E7). Raises RuleBroken when the
    referral was answered, has gone on or the client found another RM meanwhile (code `conflict`),
    and when the RM cannot take the client any more.
    """
    client, referral = opened(referral)
    rules.check_answer(referral, by=by)
    _take(client, referral.target, by=by, at=at)
    end_hop(referral, Outcome.ACCEPTED, at=at)
    answer(referral, Referral.State.ACCEPTED, at=at)
    _credit_referrer(referral, by=by, at=at)
    record("referral.accepted", referral, by=by, at=at, client=client.pk)
    tell_referrer("referral-answered", referral, key=referral.pk, at=at, mail=True)
    return referral


@transaction.atomic
def decline(referral, *, reason, by, at) -> Referral:
    """Say no with a reason. While the client waits in the lobby the next colleague is asked.

    Otherwise, and when a head declines, the referral ends: a pooled client is back in the pool for
    the head to place (rules D4). Raises RuleBroken without a reason, or when the referral was
    answered or has gone on (code `conflict`).
    """
    client, referral = opened(referral)
    rules.check_answer(referral, by=by)
    reason = reason.strip()
    if not reason:
        sentence = _("Say why you decline.")
        raise RuleBroken(sentence, fields={"reason": sentence})
    goes_on = rules.is_still_here(referral, at=at) and not rules.may_place(by, referral)
    if goes_on and pass_on(referral, client, Outcome.DECLINED, by=by, at=at, reason=reason):
        return referral
    end_hop(referral, Outcome.DECLINED, at=at, reason=reason)
    referral.decline_reason = reason
    answer(referral, Referral.State.DECLINED, at=at)
    if client.state == State.REFERRED:
        set_state(client, State.IDENTIFIED)
    record("referral.declined", referral, by=by, at=at, client=client.pk)
    tell_referrer("referral-answered", referral, key=referral.pk, at=at, mail=True)
    return referral


@transaction.atomic
def place(referral, *, to, by, at) -> Referral:
    """A head gives the referred client to an RM, who is told; who was asked need not answer.

    A client who has an RM stays there: only the owner or the deputy can be named (rules D4).
    Raises RuleBroken when the referral was answered meanwhile (code `conflict`), or `to` cannot
    take the client.
    """
    client, referral = opened(referral)
    rules.check_place(referral, by=by)
    _take(client, to, by=by, at=at)
    was_asked = referral.hops.filter(outcome=Outcome.WAITING, asked=by).exists()
    end_hop(referral, Outcome.PLACED if was_asked else Outcome.OVERTAKEN, at=at)
    if not was_asked:
        Hop.objects.create(
            referral=referral,
            asked=by,
            is_head=True,
            asked_at=at,
            until=at,
            outcome=Outcome.PLACED,
            ended_at=at,
        )
    referral.target = to
    answer(referral, Referral.State.ACCEPTED, at=at)
    _credit_referrer(referral, by=by, at=at)
    record("referral.placed", referral, by=by, at=at, client=client.pk, target=to.pk)
    notify("referral-placed", to=to, about=referral, key=referral.pk, at=at, mail=True)
    tell_referrer("referral-answered", referral, key=referral.pk, at=at, mail=True)
    return referral


def _take(client, receiver, *, by, at) -> None:
    """The client becomes the receiver's own, unless they serve each other already."""
    receiver = lock(receiver)
    rules.check_acceptance(receiver, client, on=clock.local(at).date())
    if client.owner_id is None:
        give(client, to=receiver, cause=Ownership.Cause.REFERRAL, by=by, at=at)
        first_call(client, at=at)


def _credit_referrer(referral, *, by, at) -> None:
    """It counts for whoever referred this client first, once however often that happens."""
    first = rules.first_of(referral.client, at=referral.made_at)
    day = clock.local(at).date()
    credit(
        first.referrer,
        Decimal(1),
        metric=Metric.REFERRAL,
        source=f"referral:{first.pk}",
        day=day,
        at=at,
        by=by,
    )
