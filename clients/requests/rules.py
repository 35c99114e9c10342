"""When a promise is due, and what a request needs before it may be closed (rules F11). Reads only.

Who takes, works and directs requests is who books, works and directs follow-ups (rules A5).
"""

from datetime import date, datetime, time

from django.utils.translation import gettext as _

from clients.followups.rules import check_day, due_moment, is_responsible, may_direct
from clients.requests.models import ClientRequest, Told
from crm.lib import clock
from crm.lib.errors import RuleBroken


def allowed_actions(person, request, *, on: date) -> list[str]:
    """The verbs that this person may apply to the request now, in working order."""
    if not request.is_open:
        return []
    verbs = ["answer", "close"] if is_responsible(person, request, on=on) else []
    return [*verbs, "reassign"] if may_direct(person, request.client) else verbs


def promised_until(day: date, hour: time | None, *, at: datetime) -> datetime:
    """The promised moment; raise RuleBroken for one that is over or too far away."""
    check_day(day, today=clock.local(at).date())
    due_at = due_moment(day, None, hour)
    if due_at <= at:
        raise _wrong("due_time", _("This hour is over already."))
    return due_at


def check_answer(answer: str) -> None:
    """Raise RuleBroken for no answer at all."""
    if not answer.strip():
        raise _wrong("answer", _("Please say what the answer is."))


def check_closing(answer: str, told: str, reason: str, result: str) -> None:
    """Raise RuleBroken unless there is an answer, a result, and the client knows or cannot."""
    check_answer(answer)
    if told not in Told:
        raise _wrong("told", _("Please say whether the client was told, and how."))
    if told == Told.NOT_TOLD and not reason.strip():
        raise _wrong("not_told_reason", _("Please say why the client was not told."))
    if not result:
        raise _wrong("result", _("Please say what came of it."))


def is_overdue(request: ClientRequest, *, at: datetime) -> bool:
    """Open, and past the promised moment."""
    return request.is_open and request.due_at < at


def _wrong(field: str, sentence: str) -> RuleBroken:
    return RuleBroken(sentence, fields={field: sentence})
