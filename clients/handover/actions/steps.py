"""What every action on a handover does: lock, check whose turn it is, move, tell."""

from django.utils.translation import gettext as _

from clients.appointments.actions import call_off_introduction
from clients.book.models import FileReader
from clients.handover import rules
from clients.handover.rules import Stage
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.inbox.actions import notify


def opened(handover):
    """The client and the handover, locked in this order."""
    client = lock(handover.client)
    handover = lock(handover)
    handover.client = client
    return client, handover


def check_sender(handover, by) -> None:
    """Raise RuleBroken (code `forbidden`) unless `by` sends this handover."""
    if not rules.may_send(by, handover):
        raise RuleBroken(_("Only the sender does this."), code="forbidden")


def open_file(handover, *, at) -> None:
    """The receiver may read the client's file (rules E6)."""
    FileReader.objects.get_or_create(
        client=handover.client, staff=handover.to_staff, defaults={"since": at}
    )


def close_file(handover) -> None:
    """Nobody reads the file because of this handover any more; an owner needs no leave."""
    FileReader.objects.filter(client=handover.client_id, staff=handover.to_staff_id).delete()


def move(handover, state, *, by, at, due=clock.SOMEDAY, **facts) -> None:
    """Change the state with its deadline, and record it under the state's name."""
    handover.state, handover.due_at, handover.escalated = state, due, 0
    handover.version += 1
    handover.save()
    verb = f"handover.{Stage(state).value}"
    record(verb, handover, by=by, at=at, client=handover.client_id, **facts)


def drop(handover, state, *, by, at, **facts) -> None:
    """Withdraw or return it: the file is closed to the receiver, a booked introduction is off."""
    close_file(handover)
    reason = _("The handover does not go on.")
    call_off_introduction(handover.client, reason=reason, by=by, at=at)
    move(handover, state, by=by, at=at, **facts)


def tell(kind, handover, *, to, at, mail=False) -> None:
    """Once for each time that the file was sent."""
    key = f"{handover.pk}:{handover.returns}:{handover.decided_returns}"
    notify(kind, to=to, about=handover, key=key, at=at, mail=mail)
