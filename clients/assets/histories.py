"""The balances of clients together with those of the files that were merged into them."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from clients.assets.models import Balance
from clients.assets.rules.months import together
from clients.book import merged


def since(starts: dict[int, date]) -> dict[int, list[tuple[date, Decimal]]]:
    """(day, closing) of each client by day, from the day that is named for it; two queries."""
    files = merged.below(starts)
    rows = Balance.objects.filter(client__in={pk for pks in files.values() for pk in pks})
    if all(len(pks) == 1 for pks in files.values()):  # what merged files had before, adds up
        rows = rows.filter(day__gte=min(starts.values()))
    found: dict[int, list] = defaultdict(list)
    for pk, day, closing in rows.order_by("client", "day").values_list("client", "day", "closing"):
        found[pk].append((day, closing))
    return {
        pk: [row for row in together([found[one] for one in files[pk]]) if row[0] >= start]
        for pk, start in starts.items()
    }
