"""What an RM manages, for the criteria of a grade (rules B6, C2)."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from clients.assets.models import MonthAverage
from clients.assets.rules.months import first_of
from crm.lib import clock
from managers.grades import criteria


def assets_managed(staff: Collection[int], first: date, last: date) -> dict[int, Decimal]:
    """CNY by person: month averages of the clients owned at the end of the period. One query.

    Of the last month that is over by then; the first day of the period does not matter.
    """
    end = clock.end_of_day(last)
    month = first_of(first_of(last + timedelta(days=1)) - timedelta(days=1))
    held = Q(client__ownerships__until=None) | Q(client__ownerships__until__gt=end)
    rows = MonthAverage.objects.filter(
        held, month=month, client__ownerships__owner__in=staff, client__ownerships__since__lte=end
    )
    return dict(
        rows.order_by()
        .values_list("client__ownerships__owner")
        .annotate(total=Sum("average"))
        .values_list("client__ownerships__owner", "total")
    )


criteria.register("assets", assets_managed)
