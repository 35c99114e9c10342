"""How well an RM keeps the contact standard, for the criteria of a grade (rules B6, F13)."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from clients.coverage.queries import stretches
from managers.grades import criteria


def cadence_kept(staff: Collection[int], first: date, last: date) -> dict[int, Decimal]:
    """Whole percent by person: coverage of the clients owned on the last day; two queries.

    The first day of the period does not matter. Who owns nobody with a standard is left out.
    """
    rows = stretches(last).filter(owner__in=staff).order_by().values_list("owner")
    counted = rows.annotate(every=Count("pk"), covered=Count("pk", filter=Q(is_covered=True)))
    return {owner: Decimal(covered * 100 // every) for owner, every, covered in counted}


criteria.register("cadence", cadence_kept, usual=None)
