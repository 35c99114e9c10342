"""Which events that have their follow-up will not come on their day any more (rules F2)."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.followups.models import FollowUp
from clients.planning.sources import NIGHTLY

_MATURITY = _("Nothing matures on that day any more.")
_DATE = _("The client’s day is another one now.")
# By the code of a rule: why its follow-up is called off.
REASONS: dict[str, Promise] = {
    "maturity-30": _MATURITY,
    "maturity-7": _MATURITY,
    "maturity-1": _MATURITY,
    "maturity-0": _MATURITY,
    "birthday": _DATE,
    "important-date": _DATE,
    "risk-expiry": _("The client was assessed anew."),
    "identity-expiry": _("The identity document has another last day now."),
}


def lapsed(code: str, *, today: date) -> list[int]:
    """Open follow-ups of a rule whose day is still to come, and that its source names no more."""
    rows = FollowUp.objects.open().filter(rule=code, event_on__gte=today)
    known = rows.values_list("client", "event_on", "pk")
    waiting = {(client, day): pk for client, day, pk in known}
    days = [day for _client, day in waiting]
    if not days:
        return []
    for event in NIGHTLY[code](min(days), max(days)):
        waiting.pop(event, None)
    return sorted(waiting.values())
