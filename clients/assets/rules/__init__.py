"""What balances mean: month averages, tiers, and the states of a client. Reads only.

`months` and `tiers` and `states` are arithmetic over plain values; `outlook` asks the database
what lies ahead of one client.
"""

from clients.assets.rules.balances import check_balance, may_record
from clients.assets.rules.outlook import Foreseen, foresee

__all__ = ["Foreseen", "check_balance", "foresee", "may_record"]
