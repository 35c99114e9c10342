"""Everything that changes assessments, checks, sales, reviews and benefits."""

from clients.sales.actions.advice import assess, check, hold_review, print_review
from clients.sales.actions.benefits import grant_all, grant_rights, take_back, use
from clients.sales.actions.catalogue import publish
from clients.sales.actions.crediting import recheck_sales
from clients.sales.actions.rating import rate_cross_sell
from clients.sales.actions.selling import cancel, confirm, disclose, recommend

__all__ = [
    "assess",
    "cancel",
    "check",
    "confirm",
    "disclose",
    "grant_all",
    "grant_rights",
    "hold_review",
    "print_review",
    "publish",
    "rate_cross_sell",
    "recheck_sales",
    "recommend",
    "take_back",
    "use",
]
