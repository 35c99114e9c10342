"""What became of a referral, told one colleague after another (rules D4)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.lobby.models import Hop
from crm import words
from crm.lib import clock

Outcome = Hop.Outcome


@dataclass(frozen=True)
class Line:
    """What came of one question, with the reason that was given."""

    text: str
    reason: str
    is_open: bool


def told(referral, *, at) -> list[Line]:
    """A line for each colleague who was asked, in the active language."""
    return [
        Line(sentence(hop, referral, at=at), hop.reason, hop.outcome == Outcome.WAITING)
        for hop in referral.hops.select_related("asked")
    ]


def sentence(hop, referral, *, at) -> str:
    """Who was asked, when, until when, and what came of it; no free text, so fit for a mail."""
    return _sentence(hop) % {
        "name": words.plain_name(hop.asked),
        "asked": _when(hop.asked_at, at),
        "until": _when(hop.until, at),
        "ended": _when(hop.ended_at or hop.until, at),
        "to": words.plain_name(referral.target),
    }


def _sentence(hop) -> str:
    match hop.outcome:
        case Outcome.WAITING:
            if hop.is_head:
                return _("%(name)s was asked at %(asked)s to place the client, by %(until)s.")
            return _("%(name)s was asked at %(asked)s and has time until %(until)s.")
        case Outcome.ACCEPTED:
            return _("%(name)s was asked at %(asked)s and accepted at %(ended)s.")
        case Outcome.DECLINED:
            return _("%(name)s was asked at %(asked)s and declined at %(ended)s.")
        case Outcome.SILENT:
            return _("%(name)s was asked at %(asked)s and did not answer by %(until)s.")
        case Outcome.GONE:
            return _("%(name)s was asked at %(asked)s and cannot take clients any more.")
        case Outcome.PLACED:
            return _("%(name)s gave the client to %(to)s at %(ended)s.")
        case Outcome.OVERTAKEN:
            return _("%(name)s was asked at %(asked)s; a head decided at %(ended)s.")
    return _("%(name)s was asked at %(asked)s; the client has left the bank.")


def _when(moment, at) -> str:
    """The hour of today, else day and hour."""
    if clock.local(moment).date() == clock.local(at).date():
        return words.hour(moment)
    return words.moment(moment)
