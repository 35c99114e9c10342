"""Everything that changes follow-ups and contacts.

Every action locks the client first: `next_due_at` then always is the earliest due moment of the
open follow-ups, and two colleagues who record the same call meet there.
"""

from clients.followups.actions.cadence import keep, plan_contacts, replan
from clients.followups.actions.callbacks import tell_of_missed
from clients.followups.actions.contacts import (
    book_after,
    complete,
    log_answer,
    log_contact,
    log_visit,
    unanswered,
)
from clients.followups.actions.events import call_back, follow_event
from clients.followups.actions.planning import (
    call_off_all,
    call_off_ordinary,
    cancel,
    first_call,
    mark_missed,
    move_open,
    reassign,
    schedule,
    snooze,
    take_back_telling,
    tell_of_owner,
)
from clients.followups.actions.programmes import begin, call_off, end_of_the_left, move_step
from clients.followups.actions.series import change_day, change_rule, end, plan_series, repeat
from clients.followups.actions.wishes import fit_to_wishes

__all__ = [
    "begin",
    "book_after",
    "call_back",
    "call_off",
    "call_off_all",
    "call_off_ordinary",
    "cancel",
    "change_day",
    "change_rule",
    "complete",
    "end",
    "end_of_the_left",
    "first_call",
    "fit_to_wishes",
    "follow_event",
    "keep",
    "log_answer",
    "log_contact",
    "log_visit",
    "mark_missed",
    "move_open",
    "move_step",
    "plan_contacts",
    "plan_series",
    "reassign",
    "repeat",
    "replan",
    "schedule",
    "snooze",
    "take_back_telling",
    "tell_of_missed",
    "tell_of_owner",
    "unanswered",
]
