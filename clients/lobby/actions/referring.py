"""Refer a client whom the outlet knows, or a newcomer."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.book.actions import open_client
from clients.book.models import State
from clients.lobby import rules
from clients.lobby.actions.identifying import credit_identification
from clients.lobby.actions.passing import ask, set_state
from clients.lobby.models import Referral
from clients.lobby.routing import Next
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record


@transaction.atomic
def refer(
    client, *, target, cues, on_site, by, at, note="", source="", recommended_by=None
) -> Referral:
    """Send a recognised client to an RM, who has 30 minutes or a working day to answer (rules D4).

    `source` is the person's own post unless a colleague or a client (`recommended_by`) recommends.
    Raises RuleBroken when the client waits for an answer already (code `conflict`), belongs to
    another outlet or another RM, or the target cannot take the client.
    """
    client = lock(client)
    source = source or rules.source_of(by)
    rules.check_source(source, recommended_by, client, by=by)
    rules.check_cues(cues, source=source)
    rules.check_referable(client, by=by)
    rules.check_target(target, client, by=by, on=clock.local(at).date())
    first = rules.first_of(client, at=at)
    referral = Referral.objects.create(
        client=client,
        outlet_id=client.outlet_id,
        source=first.source if first else source,
        recommended_by=recommended_by,
        referrer=by,
        target=target,
        cues=list(cues),
        note=note,
        on_site=on_site,
        made_at=at,
        asked_at=at,
        answer_by=rules.answer_by(on_site=on_site, at=at),
    )
    newly_known = client.owner_id is None and first is None and source not in rules.RECOMMENDED
    if client.owner_id is None:
        set_state(client, State.REFERRED)
    record("referral.made", referral, by=by, at=at, client=client.pk, target=target.pk, cues=cues)
    if newly_known:
        credit_identification(client, by=by, at=at)
    ask(referral, Next(target), at=at)
    return referral


@transaction.atomic
def refer_newcomer(*, name, phone, outlet, by, at, **how) -> Referral:
    """Open a prospect in the outlet's pool and refer them at once (rules C1).

    `how` is what `refer` takes. Raises RuleBroken as that does, and for a phone number that cannot
    be one.
    """
    if not rules.may_refer(by, outlet):
        raise RuleBroken(_("You can refer clients of your own outlet."), code="forbidden")
    client = open_client(name=name, phone=phone, outlet=outlet, by=by, at=at)
    return refer(client, by=by, at=at, **how)
