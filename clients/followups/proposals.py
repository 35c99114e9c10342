"""Which next step follows from what came of a contact: one table (rules F16). Reads only."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.followups import rules, standards
from clients.followups.models import NEXT, Channel, FollowUp, Outcome, Trigger
from crm.lib import clock
from crm.workdays import work_calendar

_REFUSED_DAYS = 30  # calendar days, where no standard names a gap
# outcome: how, after how many working days, what about, why
_TABLE = {
    Outcome.REACHED: (
        Channel.MESSAGE,
        1,
        gettext_lazy("Send what was discussed"),
        gettext_lazy("What was said should soon be in writing."),
    ),
    Outcome.VISITED: (
        Channel.MESSAGE,
        1,
        gettext_lazy("Thank for the visit and send what was agreed"),
        gettext_lazy("After a meeting the client hears from you the next day."),
    ),
    Outcome.MESSAGE_REPLIED: (
        Channel.CALL,
        1,
        gettext_lazy("Talk about the reply"),
        gettext_lazy("Who replies is within reach."),
    ),
    Outcome.OTHER_CHANNEL: (
        Channel.CALL,
        5,
        gettext_lazy("Ask whether everything is settled"),
        gettext_lazy("It was done by other means; make sure of the result."),
    ),
    Outcome.NO_ANSWER: (
        Channel.CALL,
        1,
        "",
        gettext_lazy("Nobody answered; try again on the next working day."),
    ),
    Outcome.CALL_LATER: (
        Channel.CALL,
        1,
        "",
        gettext_lazy("The client asked for another call."),
    ),
    Outcome.WRONG_NUMBER: (
        Channel.MESSAGE,
        1,
        gettext_lazy("Ask for the right number"),
        gettext_lazy("The number is wrong."),
    ),
}


@dataclass(frozen=True)
class Proposal:
    """A next step, and why."""

    channel: str
    due_on: date
    purpose: str
    reason: str

    @property
    def how(self) -> str:
        """The channel in words."""
        return str(Channel(self.channel).label)

    @property
    def booking(self) -> dict:
        """What `schedule` takes."""
        return {"channel": self.channel, "due_on": self.due_on, "purpose": self.purpose}


def by_outcome(client, outcome: str, *, on: date, purpose: str = "") -> Proposal | None:
    """What the table says; None for an outcome that asks for nothing."""
    if outcome == Outcome.REFUSED:
        later = standards.a_gap_later(client, on=on) or on + timedelta(days=_REFUSED_DAYS)
        reason = _("After a refusal the client is left alone for a while.")
        day = work_calendar().next_workday(later)
        return Proposal(str(Channel.MESSAGE), day, "", reason)
    if outcome not in _TABLE:
        return None
    channel, days, about, reason = _TABLE[outcome]
    if outcome == Outcome.NO_ANSWER:
        silent = rules.unanswered_days(client) | {on}
        if rules.should_write(silent, on=on):
            channel = Channel.MESSAGE
            reason = _("Nobody answered on %(days)d days; try another way.") % {"days": len(silent)}
    day = work_calendar().add_working_days(on, days)
    return Proposal(str(channel), day, str(about) or purpose, str(reason))


def after(contact, *, today: date) -> Proposal | None:
    """What to do after a contact, from today on.

    None where it is booked already, and for who is left in peace.
    """
    client, on = contact.client, clock.local(contact.happened_at).date()
    about = contact.follow_up.purpose if contact.follow_up else ""
    found = by_outcome(client, contact.outcome, on=on, purpose=about)
    if found is None or client.do_not_contact or client.owner_id is None:
        return None
    if found.due_on < today:
        found = replace(found, due_on=work_calendar().next_workday(today))
    by_then = Q(trigger__in=NEXT, due_on__lte=found.due_on, channel=found.channel)
    agreed = Q(created_at__gte=contact.recorded_at) & ~Q(trigger__in=NEXT)
    that_day = Q(trigger=Trigger.MANUAL, due_on=found.due_on)
    booked = FollowUp.objects.open().filter(by_then | agreed | that_day, client=client)
    return None if booked.exists() else found
