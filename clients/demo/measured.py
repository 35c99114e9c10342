"""What the product itself counts of the demo bank's work, by the actions that do so for real."""

from datetime import date

from clients.handover.actions import count_growth, remind
from clients.models import SaleRecord
from clients.sales.actions import rate_cross_sell, recheck_sales
from clients.sales.actions.crediting import credit_sale
from crm.lib import clock


def build(*, since: date, now):
    """Sales and fees since a day; last month's growth, tiers and cross-sell; what is late today."""
    sales = SaleRecord.objects.filter(
        state=SaleRecord.State.CONFIRMED, confirmed_at__gte=clock.start_of_day(since)
    )
    for sale in sales.select_related("staff", "product").order_by("confirmed_at", "pk"):
        credit_sale(sale, sale.amount, by=sale.staff, at=sale.confirmed_at)
    recheck_sales(at=now)
    count_growth(at=now)
    rate_cross_sell(at=now)
    remind(at=now)
