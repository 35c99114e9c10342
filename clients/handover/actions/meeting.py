"""The introduction, at which the client changes hands, and the end of a handover."""

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from clients.appointments import actions as appointments
from clients.appointments.models import Appointment
from clients.book.actions import give
from clients.book.models import Ownership, State
from clients.followups.actions import first_call, move_open
from clients.followups.models import Contact, Start
from clients.handover import rules
from clients.handover.actions.sharing import share
from clients.handover.actions.steps import close_file, drop, move, opened
from clients.handover.deadlines import deadline
from clients.handover.models import Handover
from clients.handover.rules import Stage
from clients.requests import actions as requests
from crm.lib import clock
from crm.lib.db import lock_many
from crm.lib.errors import RuleBroken
from managers.people.models import Staff


@transaction.atomic
def plan_introduction(handover, *, by, at, **when) -> Appointment:
    """Book the meeting of three, with invitations (rules E5, F9); `when` as the visit takes it.

    Raises RuleBroken where one of the two, the room or the client is taken, or one is booked.
    """
    client, handover = opened(handover)
    _check_introducer(handover, by)
    rules.check_still_owner(client, handover)
    rules.check_wealth_rm(handover.to_staff, client, on=clock.local(at).date())
    sides = {"sender": handover.from_staff, "receiver": handover.to_staff}
    return appointments.book_introduction(client, **sides, by=by, at=at, **when)


@transaction.atomic
def introduce(handover, *, by, at, acknowledged="") -> Handover:
    """Both have met the client: in this moment the client becomes the wealth RM's (rules E6).

    The visit of three that was booked is held; `acknowledged` is what the client said to it. Open
    follow-ups and visits move along, the first call is booked, the points are shared (rules E7).
    Raises RuleBroken when the client left the sender's book, or the receiver's book is full.
    """
    client, handover = opened(handover)
    _check_introducer(handover, by)
    sender, receiver = _both(handover)
    rules.check_still_owner(client, handover)
    rules.check_wealth_rm(receiver, client, on=clock.local(at).date())
    said = {"notes": acknowledged, "next_step": _("First call of the new RM")}
    appointments.settle_introduction(client, **said, by=by, at=at)
    is_new = client.state == State.PROSPECT
    state = State.OWNED if is_new else client.state
    client = give(client, to=receiver, cause=Ownership.Cause.HANDOVER, by=by, at=at, state=state)
    move_open(client, to=receiver, by=by, at=at)
    requests.move_open(client, to=receiver, by=by, at=at)
    appointments.hand_on(sender, receiver, [client], by=by, at=at)
    first_call(client, at=at, start=Start.INTRODUCED)
    close_file(handover)
    handover.introduced_at = at
    due = deadline("handover.first_contact_days", at=at)
    move(handover, Stage.INTRODUCED, due=due, by=by, at=at)
    if is_new:  # who served the client already wins nobody (rules H7)
        share(handover, client, by=by, at=at)
    return handover


@transaction.atomic
def close(handover, *, by, at) -> Handover:
    """The receiver says that the first contact alone has taken place: no need to wait (rules E5).

    Raises RuleBroken for others, and where no valid contact since the introduction shows it.
    """
    _client, handover = opened(handover)
    if handover.to_staff_id != by.pk or not rules.may_introduce(by, handover):
        raise RuleBroken(_("The receiving RM closes the handover."), code="forbidden")
    rules.check_state(handover, Stage.INTRODUCED)
    if not _finished().filter(pk=handover.pk).exists():
        raise RuleBroken(_("Not yet: it closes with your first valid contact alone."))
    handover.closed_at = at
    move(handover, Stage.CLOSED, by=by, at=at)
    return handover


def tidy(*, at) -> dict[str, int]:
    """Close what is finished and take back what has lost its ground; tells how many of each.

    Finished: the receiver has had a valid contact alone (rules E5). Without ground: the client has
    left the sender's book, so that nobody may read the file on its account any more (rules E6).
    """
    lost = Handover.objects.pending().exclude(client__owner=F("from_staff"))
    return {
        "closed": sum(_close(handover, at=at) for handover in _finished().order_by("pk")),
        "withdrawn": sum(_drop_lost(handover, at=at) for handover in lost.order_by("pk")),
    }


@transaction.atomic
def call_off(client, *, by, at) -> int:
    """End what is pending, because nobody uses the client's file any more (rules J7)."""
    rows = Handover.objects.pending().filter(client=client)
    pending = lock_many(Handover, rows.values_list("pk", flat=True))
    for handover in pending:
        handover.client = client
        drop(handover, Stage.WITHDRAWN, by=by, at=at)
    return len(pending)


def _finished():
    """Introduced ones whose receiver has had a valid contact since."""
    contacts = Contact.objects.filter(
        client=OuterRef("client"),
        staff=OuterRef("to_staff"),
        is_valid=True,
        happened_at__gt=OuterRef("introduced_at"),
    )
    return Handover.objects.filter(Exists(contacts), state=Stage.INTRODUCED)


@transaction.atomic
def _close(handover, *, at) -> bool:
    _client, handover = opened(handover)
    if handover.state != Stage.INTRODUCED:
        return False
    handover.closed_at = at
    move(handover, Stage.CLOSED, by=None, at=at)
    return True


@transaction.atomic
def _drop_lost(handover, *, at) -> bool:
    client, handover = opened(handover)
    if handover.state not in Handover.PENDING or client.owner_id == handover.from_staff_id:
        return False
    drop(handover, Stage.WITHDRAWN, by=None, at=at)
    return True


def _both(handover) -> tuple[Staff, Staff]:
    """Sender and receiver, locked in pk order."""
    pks = (handover.from_staff_id, handover.to_staff_id)
    locked = {person.pk: person for person in lock_many(Staff, pks)}
    return locked[pks[0]], locked[pks[1]]


def _check_introducer(handover, by) -> None:
    if not rules.may_introduce(by, handover):
        raise RuleBroken(
            _("The introduction is recorded by one of the two who hand over."), code="forbidden"
        )
    rules.check_state(handover, Stage.ACCEPTED)
