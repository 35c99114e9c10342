"""What the ledger of results says for the criteria of a grade (rules B6)."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from managers.competition.metrics import Metric
from managers.competition.models import Competition
from managers.competition.scores import Total
from managers.competition.scoring import actual, half_up
from managers.competition.sums import totals_until
from managers.grades import criteria

_QUARTER = 3  # months


def net_growth(staff: Collection[int], first: date, last: date) -> dict[int, Decimal]:
    """CNY a quarter by person: growth of assets without what came or went with clients (rules H7).

    One query. A year counts by its mean quarter.
    """
    return _a_quarter(Metric.AUM_GROWTH, staff, first, last)


def fee_income(staff: Collection[int], first: date, last: date) -> dict[int, Decimal]:
    """CNY of fees a quarter by person; one query. A year counts by its mean quarter."""
    return _a_quarter(Metric.FEE_INCOME, staff, first, last)


def satisfaction(staff: Collection[int], first: date, last: date) -> dict[int, Decimal]:
    """The mean of the period's readings by person; one query. Who has none is left out."""
    found = _totals(Metric.CSAT, staff, first, last)
    return {pk: actual(Metric.CSAT, {Metric.CSAT: one}) for pk, one in found.items() if one.count}


def _a_quarter(metric, staff, first, last) -> dict[int, Decimal]:
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    quarters = max(months // _QUARTER, 1)
    found = _totals(metric, staff, first, last)
    return {pk: half_up(Fraction(one.amount) / quarters) for pk, one in found.items()}


def _totals(metric, staff, first, last) -> Mapping[int, Total]:
    [found] = totals_until(Competition(first=first, last=last), last, staff=staff)
    return {pk: totals[metric] for pk, totals in found.items() if metric in totals}


criteria.register(Metric.AUM_GROWTH.value, net_growth)
criteria.register(Metric.FEE_INCOME.value, fee_income)
criteria.register(Metric.CSAT.value, satisfaction, usual=None)
