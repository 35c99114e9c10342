"""The month's cross-sell rate of every wealth RM: kinds of product for each client (rules H2)."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, F, Q, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat

from clients.assets.rules.months import following, last_finished
from clients.book.models import Ownership, State
from crm import bank
from crm.lib import clock
from crm.workdays import work_calendar
from managers.competition.actions import Credit, credit_many
from managers.competition.models import Metric, PointEntry
from managers.competition.scoring import half_up
from managers.people.models import Post, Posting

_ACTIVE = (State.OWNED, State.WON_BACK)


def rate_cross_sell(*, at) -> int:
    """Take the reading of the month that has ended, once for each RM; returns how many.

    Once the files of the last days are in. Who has no active client has no reading.
    """
    today = clock.local(at).date()
    month = last_finished(today)
    last = following(month) - date.resolution
    wait = bank.read("competition.growth_after", on=today)
    if today < work_calendar().add_working_days(last, wait):
        return 0
    posted = Posting.objects.on(last).filter(post=Post.WEALTH_RM)
    sources = {
        pk: f"cross_sell:{pk}:{month:%Y-%m}" for pk in posted.values_list("staff", flat=True)
    }
    read = PointEntry.objects.filter(source__in=sources.values()).values_list("source", flat=True)
    due = [pk for pk, source in sources.items() if source not in set(read)]
    rates = _rates(due, last) if due else {}
    return len(
        credit_many(
            [Credit(pk, Metric.CROSS_SELL, sources[pk], last, rate) for pk, rate in rates.items()],
            at=at,
        )
    )


def _rates(staff: Collection[int], last: date) -> dict[int, Decimal]:
    """Kinds of product held at the end of a day for each active client of these people.

    A client's kind counts once, however many such products there are. One query.
    """
    end = clock.end_of_day(last)
    owned = Ownership.objects.filter(Q(until=None) | Q(until__gt=end), since__lte=end)
    owned = owned.filter(owner__in=staff, client__state__in=_ACTIVE)
    held = Q(client__holdings__opened_on=None) | Q(client__holdings__opened_on__lte=last)
    held &= (
        Q(client__holdings__is_open=True)
        | Q(client__holdings__redeemed_on__gt=last)
        | Q(client__holdings__redeemed_on=None, client__holdings__matures_on__gt=last)
    )
    kind = Concat(Cast("client", CharField()), Value(":"), F("client__holdings__category"))
    rows = (
        owned.order_by()
        .values_list("owner")
        .annotate(
            clients=Count("client", distinct=True), kinds=Count(kind, filter=held, distinct=True)
        )
    )
    return {owner: half_up(Fraction(kinds, clients)) for owner, clients, kinds in rows}
