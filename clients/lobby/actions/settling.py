"""What an accepted referral came to: converted, or expired (rules D4)."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from clients.lobby import rules
from clients.lobby.actions.passing import answer, end_hop, opened, tell_referrer
from clients.lobby.models import Hop, Referral
from clients.lobby.queries import bore_fruit
from crm import bank
from crm.lib import clock
from crm.lib.db import lock_many
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.competition.actions import credit
from managers.competition.models import Metric

State = Referral.State


def settle(*, at) -> dict[str, int]:
    """Convert what bore fruit, let expire what bore none in time; tells how many of each."""
    accepted = Referral.objects.filter(state=State.ACCEPTED).select_related("client")
    days = bank.read("referral.convert_days", on=clock.local(at).date())
    over = clock.start_of_day(clock.local(at).date() - timedelta(days=days))
    converted = bore_fruit(accepted).order_by("pk")
    found = {"converted": sum(_settle(row, State.CONVERTED, at=at) for row in converted)}
    expired = accepted.filter(answered_at__lt=over).order_by("pk")
    return found | {"expired": sum(_settle(row, State.EXPIRED, at=at) for row in expired)}


@transaction.atomic
def convert(referral, *, by, at) -> Referral:
    """The RM who took the client says that it has borne fruit: no need to wait for the clock.

    Raises RuleBroken where nothing shows it: a valid contact or a sale since the acceptance.
    """
    _client, referral = opened(referral)
    rules.check_convert(referral, by=by)
    if not bore_fruit(Referral.objects.filter(pk=referral.pk)).exists():
        raise RuleBroken(_("Not yet: it counts with your first valid contact or the first sale."))
    _end(referral, State.CONVERTED, by=by, at=at)
    return referral


@transaction.atomic
def expire(client, *, by, at) -> int:
    """End what waits for an answer, because nobody uses the client's file any more (rules J7)."""
    rows = Referral.objects.waiting().filter(client=client)
    waiting = lock_many(Referral, rows.values_list("pk", flat=True))
    for referral in waiting:
        end_hop(referral, Hop.Outcome.CLOSED, at=at)
        answer(referral, State.EXPIRED, at=at)
        record("referral.expired", referral, by=by, at=at, client=client.pk)
    return len(waiting)


@transaction.atomic
def _settle(referral, state, *, at) -> bool:
    _client, referral = opened(referral)
    if referral.state != State.ACCEPTED:
        return False
    _end(referral, state, by=None, at=at)
    return True


def _end(referral, state, *, by, at) -> None:
    referral.state, referral.settled_at = state, at
    referral.save(update_fields=["state", "settled_at"])
    record(f"referral.{State(state).value}", referral, by=by, at=at, client=referral.client_id)
    if state == State.CONVERTED:
        _credit_conversion(referral, by=by, at=at)
        tell_referrer("referral-converted", referral, key=referral.pk, at=at)


def _credit_conversion(referral, *, by, at) -> None:
    """It counts for whoever referred this client first, once for a chain (rules D4)."""
    first = rules.first_of(referral.client, at=referral.made_at)
    day = clock.local(at).date()
    credit(
        first.referrer,
        Decimal(1),
        metric=Metric.CONVERSION,
        source=f"conversion:{first.pk}",
        day=day,
        at=at,
        by=by,
    )
