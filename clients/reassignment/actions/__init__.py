"""Everything that changes a reassignment plan.

Plans are locked first, then clients, then people; rows of one kind by primary key.
"""

from clients.reassignment.actions.checking import check_owners
from clients.reassignment.actions.planning import choose, draft, rebalance
from clients.reassignment.actions.steering import (
    approve,
    cancel,
    execute,
    refuse,
    start_due,
    submit,
    undo,
)
from clients.reassignment.actions.working import work

__all__ = [
    "approve",
    "cancel",
    "check_owners",
    "choose",
    "draft",
    "execute",
    "rebalance",
    "refuse",
    "start_due",
    "submit",
    "undo",
    "work",
]
