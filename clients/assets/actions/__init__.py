"""Everything that changes balances, months, tiers and the states that follow from them."""

from clients.assets.actions.balances import record_balances
from clients.assets.actions.importing import check_balances, import_balances
from clients.assets.actions.lifecycle import review_clients
from clients.assets.actions.tiers import recount, settle_months

__all__ = [
    "check_balances",
    "import_balances",
    "record_balances",
    "recount",
    "review_clients",
    "settle_months",
]
