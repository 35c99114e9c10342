"""One call a client and day (rules F3)."""

from datetime import date

from django.utils.translation import gettext as _

from clients.followups.models import Channel, Contact, Outcome, Trigger
from crm.lib import clock
from crm.lib.errors import RuleBroken

_TALKED = (Outcome.REACHED, Outcome.REFUSED)


def check_one_call(client, *, channel, trigger, day: date, agreed: bool) -> None:
    """Raise RuleBroken for a call on a day on which the client was talked to by telephone already.

    Another is made only if the client agreed to an hour for it, and to call back after a complaint.
    """
    if channel != Channel.CALL or agreed or trigger == Trigger.CALLBACK:
        return
    if talked_on(client, day):
        sentence = _(
            "The client was called that day. Agree an hour, or choose another day or channel."
        )
        raise RuleBroken(sentence, fields={"due_on": sentence})


def talked_on(client, day: date) -> bool:
    """Whether somebody called the client on this day in Shanghai, and was answered."""
    calls = Contact.objects.filter(client=client, channel=Channel.CALL, outcome__in=_TALKED)
    span = clock.start_of_day(day), clock.end_of_day(day)
    return calls.filter(happened_at__range=span).exists()
