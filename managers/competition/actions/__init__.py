"""Everything that changes the ledger, a competition, or an appeal."""

from managers.competition.actions.appeals import appeal, decide
from managers.competition.actions.displays import end_display, open_display
from managers.competition.actions.ledger import Credit, credit, credit_many, reverse
from managers.competition.actions.life import (
    cancel,
    close,
    draft,
    freeze,
    open_appeals,
    pay,
    publish,
    redraft,
    start,
)
from managers.competition.actions.sending import take_in

__all__ = [
    "Credit",
    "appeal",
    "cancel",
    "close",
    "credit",
    "credit_many",
    "decide",
    "draft",
    "end_display",
    "freeze",
    "open_appeals",
    "open_display",
    "pay",
    "publish",
    "redraft",
    "reverse",
    "start",
    "take_in",
]
