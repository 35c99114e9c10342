"""Everything that changes a referral. A client's lock comes first and orders all of it."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from clients.book.actions import give, open_client
from clients.book.models import Ownership, State
from clients.followups.actions import first_call
from clients.lobby import rules
from clients.lobby.models import Referral
from crm import bank
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.competition.actions import credit
from managers.competition.models import Metric
from managers.inbox.actions import notify
from managers.outbox.actions import post


@transaction.atomic
def refer(client, *, target, cues, on_site, by, at, note="") -> Referral:
    """Send a recognised client to an RM, who has 30 minutes or a working day to answer (rules D4).

    Raises RuleBroken when the client waits for an answer already (code `conflict`), belongs to
    another outlet or another RM, or the target cannot take the client.
    """
    client = lock(client)
    rules.check_cues(cues)
    rules.check_referable(client, by=by)
    rules.check_target(target, client, by=by, on=clock.local(at).date())
    first = rules.first_of(client, at=at)
    referral = Referral.objects.create(
        client=client,
        outlet_id=client.outlet_id,
        source=first.source if first else rules.source_of(by),
        referrer=by,
        target=target,
        cues=list(cues),
        note=note,
        on_site=on_site,
        made_at=at,
        answer_by=rules.answer_by(on_site=on_site, at=at),
    )
    if client.owner_id is None:
        _set_state(client, State.REFERRED)
    record("referral.made", referral, by=by, at=at, client=client.pk, target=target.pk, cues=cues)
    post(
        "referral-new",
        to=target,
        due=at,
        about=f"referral:{referral.pk}",
        at=at,
        referral=referral.pk,
    )
    notify("referral-new", to=target, about=referral, key=referral.pk, at=at)
    return referral


@transaction.atomic
def refer_newcomer(*, name, phone, outlet, target, cues, on_site, by, at, note="") -> Referral:
    """Open a prospect in the outlet's pool and refer them at once (rules C1).

    Raises RuleBroken as `refer` does, and for a phone number that cannot be one.
    """
    if not rules.may_refer(by, outlet):
        raise RuleBroken(_("You can refer clients of your own outlet."), code="forbidden")
    client = open_client(name=name, phone=phone, outlet=outlet, by=by, at=at)
    return refer(client, target=target, cues=cues, on_site=on_site, by=by, at=at, note=note)


@transaction.atomic
def accept(referral, *, by, at) -> Referral:
    """Take the referred client; a pooled one becomes the RM's own, with a first call to make.

    The points go to whoever referred this client first (rules D4, E7). Raises RuleBroken when the
    referral was answered or the client found another RM meanwhile (code `conflict`), and when the
    RM cannot take the client any more.
    """
    client, receiver = lock(referral.client), lock(referral.target)
    referral = lock(referral)
    rules.check_answer(referral, by=by)
    rules.check_acceptance(receiver, client, on=clock.local(at).date())
    if client.owner_id is None:
        client = give(client, to=receiver, cause=Ownership.Cause.REFERRAL, by=by, at=at)
        first_call(client, at=at)
    _answer(referral, Referral.State.ACCEPTED, at=at)
    _credit_referrer(referral, by=by, at=at)
    record("referral.accepted", referral, by=by, at=at, client=client.pk)
    return referral


@transaction.atomic
def decline(referral, *, reason, by, at) -> Referral:
    """Send the referral back with a reason; a pooled client is to be placed by the head again.

    Raises RuleBroken without a reason, or when the referral was answered (code `conflict`).
    """
    client = lock(referral.client)
    referral = lock(referral)
    rules.check_answer(referral, by=by)
    if not reason.strip():
        sentence = _("Say why you decline.")
        raise RuleBroken(sentence, fields={"reason": sentence})
    referral.decline_reason = reason.strip()
    _answer(referral, Referral.State.DECLINED, at=at)
    if client.state == State.REFERRED:
        _set_state(client, State.IDENTIFIED)
    record("referral.declined", referral, by=by, at=at, client=client.pk)
    return referral


def _answer(referral, state, *, at) -> None:
    referral.state, referral.answered_at = state, at
    referral.save(update_fields=["state", "answered_at", "decline_reason"])


def _set_state(client, state) -> None:
    client.state = state
    client.version += 1
    client.save(update_fields=["state", "version"])


def _credit_referrer(referral, *, by, at) -> None:
    """Points for the first referral of the chain, once however often the client is referred."""
    first = rules.first_of(referral.client, at=referral.made_at)
    day = clock.local(at).date()
    credit(
        first.referrer,
        Decimal(bank.read("competition.points", on=day)["referral_accepted"]),
        metric=Metric.REFERRAL,
        source=f"referral:{first.pk}",
        day=day,
        at=at,
        by=by,
    )
