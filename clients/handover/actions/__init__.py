"""Everything that changes a handover. A client's lock comes first and orders all of it."""

from clients.handover.actions.answering import accept, decide, return_
from clients.handover.actions.filling import draft, save_file, submit, withdraw
from clients.handover.actions.growing import count_growth
from clients.handover.actions.meeting import call_off, close, introduce, plan_introduction, tidy
from clients.handover.actions.reminding import remind
from clients.handover.actions.waiving import ask_waiver, waive

__all__ = [
    "accept",
    "ask_waiver",
    "call_off",
    "close",
    "count_growth",
    "decide",
    "draft",
    "introduce",
    "plan_introduction",
    "remind",
    "return_",
    "save_file",
    "submit",
    "tidy",
    "waive",
    "withdraw",
]
