"""Who is asked, and what happens when nobody answers: the referral goes on (rules D4)."""

from django.db import transaction

from clients.book.models import State
from clients.lobby import rules
from clients.lobby.models import Hop, Referral
from clients.lobby.routing import Next, can_answer, next_asked, to_move_on
from crm.lib.db import lock
from managers.audit.actions import record
from managers.inbox.actions import notify
from managers.outbox.actions import post

Outcome = Hop.Outcome


def move_on(*, at) -> int:
    """Send on every referral that waits too long or for somebody who has gone; tells how many.

    Safe at any time and twice: each is looked at again under its client's lock.
    """
    found = to_move_on(at=at).select_related("client").order_by("pk")
    return sum(_move_on(referral, at=at) for referral in found)


@transaction.atomic
def _move_on(referral, *, at) -> bool:
    client, referral = opened(referral)
    if referral.state != Referral.State.NEW:
        return False
    if client.state == State.CLOSED:
        end_hop(referral, Outcome.CLOSED, at=at)
        answer(referral, Referral.State.EXPIRED, at=at)
        record("referral.expired", referral, by=None, at=at, client=client.pk)
        return True
    if not can_answer(referral, client, at=at):
        return pass_on(referral, client, Outcome.GONE, at=at) is not None
    at_head = referral.hops.filter(outcome=Outcome.WAITING, is_head=True).exists()
    if at_head or referral.answer_by >= at:
        return False
    return pass_on(referral, client, Outcome.SILENT, at=at) is not None


def pass_on(referral, client, outcome, *, at, by=None, reason="") -> Next | None:
    """Ask the next one instead of who was asked; None, and nothing changed, if nobody is left."""
    following = next_asked(referral, client, at=at)
    if following is None:
        return None
    end_hop(referral, outcome, at=at, reason=reason)
    referral.target = following.staff
    here = rules.is_still_here(referral, at=at)
    referral.asked_at, referral.answer_by = at, rules.answer_by(on_site=here, at=at)
    referral.save(update_fields=["target", "asked_at", "answer_by"])
    record(
        "referral.passed_on",
        referral,
        by=by,
        at=at,
        client=client.pk,
        cause=outcome,
        target=following.staff.pk,
    )
    hop = ask(referral, following, at=at)
    tell_referrer("referral-moved", referral, key=hop.pk, at=at)
    return following


def ask(referral, following: Next, *, at) -> Hop:
    """Put the question to one colleague, with a deadline, by inbox and mail."""
    hop = Hop.objects.create(
        referral=referral,
        asked=following.staff,
        is_head=following.is_head,
        why=following.why,
        asked_at=at,
        until=referral.answer_by,
    )
    about, told = f"referral:{referral.pk}", {"referral": referral.pk}
    post("referral-new", to=following.staff, due=at, about=about, at=at, **told)
    notify("referral-new", to=following.staff, about=referral, key=referral.pk, at=at)
    return hop


def tell_referrer(kind, referral, *, key, at, mail=False) -> None:
    """What became of a referral, to whoever made it."""
    notify(kind, to=referral.referrer, about=referral, key=key, at=at, mail=mail)


def opened(referral):
    """The client and the referral, locked in this order."""
    client = lock(referral.client)
    referral = lock(referral)
    referral.client = client
    return client, referral


def end_hop(referral, outcome, *, at, reason="") -> None:
    """Write down what came of the question that waits."""
    waiting = referral.hops.filter(outcome=Outcome.WAITING)
    waiting.update(outcome=outcome, ended_at=at, reason=reason)


def answer(referral, state, *, at) -> None:
    """The referral has its answer."""
    referral.state, referral.answered_at = state, at
    referral.save(update_fields=["state", "answered_at", "decline_reason", "target"])


def set_state(client, state) -> None:
    """A pooled client is referred, or back in the pool."""
    client.state = state
    client.version += 1
    client.save(update_fields=["state", "version"])
