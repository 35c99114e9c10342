"""Everything that changes a handover. A client's lock comes first and orders all of it."""

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from clients.appointments import actions as appointments
from clients.appointments.models import Appointment
from clients.book.actions import give
from clients.book.models import FileReader, Ownership
from clients.followups.actions import first_call, move_open
from clients.followups.models import Contact
from clients.handover import rules
from clients.handover.models import Handover, Item
from clients.handover.rules import Stage
from clients.prospecting.queries import first_words
from crm.lib import clock
from crm.lib.db import lock, lock_many
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.competition.actions import credit
from managers.competition.models import Metric
from managers.inbox.actions import notify
from managers.outbox.actions import post
from managers.people.models import Staff


@transaction.atomic
def draft(client, *, to, by, at) -> Handover:
    """Begin the handover of one's own prospect to a wealth RM (rules E1, E2).

    Raises RuleBroken when the client is not the person's to hand over, a handover is under way
    (code `conflict`), or the wealth RM could not take the client.
    """
    client = lock(client)
    if not rules.may_hand_over(by, client):
        raise RuleBroken(_("Marketing RMs hand over their own prospects."), code="forbidden")
    rules.check_free(client)
    rules.check_wealth_rm(to, client, on=clock.local(at).date())
    handover = Handover.objects.create(
        client=client, from_staff=by, to_staff=to, file=first_words(client), created_at=at
    )
    record("handover.drafted", handover, by=by, at=at, client=client.pk, to=to.pk)
    return handover


@transaction.atomic
def save_file(handover, *, file, by, at, to=None, version=None) -> Handover:
    """Keep what the sender wrote for some of the ten items, and perhaps another receiver.

    Items that `file` does not name stay as they are. Raises Stale when `version` is not the one
    that was seen, RuleBroken when the file is not the person's to fill now.
    """
    client, handover = _opened(handover)
    _check_sender(handover, by)
    rules.check_state(handover, *rules.EDITABLE)
    rules.check_version(handover, version)
    if to is not None and to.pk != handover.to_staff_id:
        rules.check_wealth_rm(to, client, on=clock.local(at).date())
        handover.to_staff = to
    written = {Item(name).value: text.strip() for name, text in file.items()}
    handover.file = {**handover.file, **written}
    handover.version += 1
    handover.save(update_fields=["file", "to_staff", "version"])
    record("handover.saved", handover, by=by, at=at, client=client.pk, filled=handover.filled)
    return handover


@transaction.atomic
def submit(handover, *, by, at) -> Handover:
    """Send the complete file: the receiver may read it and has two working days (rules E3, E5).

    Raises RuleBroken naming the missing items, or when the receiver cannot take the client.
    """
    client, handover = _opened(handover)
    _check_sender(handover, by)
    rules.check_state(handover, *rules.EDITABLE)
    rules.check_still_owner(client, handover)
    rules.check_complete(handover)
    rules.check_wealth_rm(handover.to_staff, client, on=clock.local(at).date())
    FileReader.objects.get_or_create(client=client, staff=handover.to_staff, defaults={"since": at})
    handover.submitted_at = at
    due = rules.deadline("handover.accept_days", at=at)
    _move(handover, Stage.SUBMITTED, due=due, by=by, at=at)
    post(
        "handover-submitted",
        to=handover.to_staff,
        due=at,
        about=f"handover:{handover.pk}",
        at=at,
        handover=handover.pk,
    )
    _notify("handover-submitted", handover, to=handover.to_staff, at=at)
    return handover


@transaction.atomic
def accept(handover, *, by, at) -> Handover:
    """Take the file as complete; both introduce the client within five working days (rules E5).

    Raises RuleBroken when the receiver cannot take the client any more.
    """
    client, handover = _opened(handover)
    _check_answer(handover, by)
    receiver = lock(handover.to_staff)
    rules.check_wealth_rm(receiver, client, on=clock.local(at).date())
    handover.accepted_at = at
    due = rules.deadline("handover.introduce_days", at=at)
    _move(handover, Stage.ACCEPTED, due=due, by=by, at=at)
    _notify("handover-accepted", handover, to=handover.from_staff, at=at)
    return handover


@transaction.atomic
def return_(handover, *, reason, by, at, note="") -> Handover:
    """Send the file back with a reason; the receiver may not read it any more (rules E4)."""
    _client, handover = _opened(handover)
    _check_answer(handover, by)
    rules.check_reason(reason, note)
    handover.return_reason, handover.return_note = reason, note.strip()
    handover.returns += 1
    _close_file(handover)
    _move(handover, Stage.RETURNED, by=by, at=at, reason=reason)
    _notify("handover-returned", handover, to=handover.from_staff, at=at)
    return handover


@transaction.atomic
def withdraw(handover, *, by, at) -> Handover:
    """Take the handover back before it is accepted; the client stays with the sender (rules E2)."""
    _client, handover = _opened(handover)
    _check_sender(handover, by)
    rules.check_state(handover, *rules.WITHDRAWABLE)
    _close_file(handover)
    _move(handover, Stage.WITHDRAWN, by=by, at=at)
    return handover


@transaction.atomic
def plan_introduction(handover, *, by, at, **when) -> Appointment:
    """Book the meeting of three, with invitations (rules E5, F9); `when` as the visit takes it.

    Raises RuleBroken where one of the two, the room or the client is taken, or one is booked.
    """
    client, handover = _opened(handover)
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
    client, handover = _opened(handover)
    _check_introducer(handover, by)
    sender, receiver = _both(handover)
    rules.check_still_owner(client, handover)
    rules.check_wealth_rm(receiver, client, on=clock.local(at).date())
    said = {"notes": acknowledged, "next_step": _("First call of the new RM")}
    appointments.settle_introduction(client, **said, by=by, at=at)
    client = give(client, to=receiver, cause=Ownership.Cause.HANDOVER, by=by, at=at)
    move_open(client, to=receiver, by=by, at=at)
    appointments.hand_on(sender, receiver, [client], by=by, at=at)
    first_call(client, at=at)
    _close_file(handover)
    handover.introduced_at = at
    due = rules.deadline("handover.first_contact_days", at=at)
    _move(handover, Stage.INTRODUCED, due=due, by=by, at=at)
    _share_points(handover, by=by, at=at)
    return handover


def tidy(*, at) -> dict[str, int]:
    """Close what is finished and take back what has lost its ground; tells how many of each.

    Finished: the receiver has had a valid contact alone (rules E5). Without ground: the client has
    left the sender's book, so that nobody may read the file on its account any more (rules E6).
    """
    contacts = Contact.objects.filter(
        client=OuterRef("client"),
        staff=OuterRef("to_staff"),
        is_valid=True,
        happened_at__gt=OuterRef("introduced_at"),
    )
    finished = Handover.objects.filter(Exists(contacts), state=Stage.INTRODUCED)
    lost = Handover.objects.pending().exclude(client__owner=F("from_staff"))
    return {
        "closed": sum(_close(handover, at=at) for handover in finished.order_by("pk")),
        "withdrawn": sum(_drop_lost(handover, at=at) for handover in lost.order_by("pk")),
    }


@transaction.atomic
def _close(handover, *, at) -> bool:
    _client, handover = _opened(handover)
    if handover.state != Stage.INTRODUCED:
        return False
    handover.closed_at = at
    _move(handover, Stage.CLOSED, by=None, at=at)
    return True


@transaction.atomic
def _drop_lost(handover, *, at) -> bool:
    client, handover = _opened(handover)
    if handover.state not in Handover.PENDING or client.owner_id == handover.from_staff_id:
        return False
    _close_file(handover)
    _move(handover, Stage.WITHDRAWN, by=None, at=at)
    return True


@transaction.atomic
def call_off(client, *, by, at) -> int:
    """End what is pending, because nobody uses the client's file any more (rules J7)."""
    rows = Handover.objects.pending().filter(client=client)
    pending = lock_many(Handover, rows.values_list("pk", flat=True))
    for handover in pending:
        _close_file(handover)
        _move(handover, Stage.WITHDRAWN, by=by, at=at)
    return len(pending)


def _notify(kind, handover, *, to, at):
    """Once for each time that the file was sent."""
    notify(kind, to=to, about=handover, key=f"{handover.pk}:{handover.returns}", at=at)


def _opened(handover):
    """The client and the handover, locked in this order."""
    client = lock(handover.client)
    handover = lock(handover)
    handover.client = client
    return client, handover


def _both(handover) -> tuple[Staff, Staff]:
    """Sender and receiver, locked in pk order."""
    pks = (handover.from_staff_id, handover.to_staff_id)
    locked = {person.pk: person for person in lock_many(Staff, pks)}
    return locked[pks[0]], locked[pks[1]]


def _check_sender(handover, by) -> None:
    if not rules.may_send(by, handover):
        raise RuleBroken(_("Only the sender does this."), code="forbidden")


def _check_introducer(handover, by) -> None:
    if not rules.may_introduce(by, handover):
        raise RuleBroken(
            _("The introduction is recorded by one of the two who hand over."), code="forbidden"
        )
    rules.check_state(handover, Stage.ACCEPTED)


def _check_answer(handover, by) -> None:
    if not rules.may_answer(by, handover):
        raise RuleBroken(
            _("Only the receiving RM or the wealth-centre head answers."), code="forbidden"
        )
    rules.check_state(handover, Stage.SUBMITTED)


def _close_file(handover) -> None:
    """Nobody reads the file because of this handover any more; an owner needs no leave."""
    FileReader.objects.filter(client=handover.client_id, staff=handover.to_staff_id).delete()


def _move(handover, state, *, by, at, due=clock.SOMEDAY, **facts) -> None:
    """Change the state with its deadline, and record it under the state's name."""
    handover.state, handover.due_at = state, due
    handover.version += 1
    handover.save()
    verb = f"handover.{Stage(state).value}"
    record(verb, handover, by=by, at=at, client=handover.client_id, **facts)


def _share_points(handover, *, by, at) -> None:
    day = clock.local(at).date()
    sides = {"from": handover.from_staff, "to": handover.to_staff}
    for (side, person), points in zip(sides.items(), rules.shares(on=day), strict=True):
        credit(
            person,
            points,
            metric=Metric.HANDOVER,
            source=f"handover:{handover.pk}:{side}",
            day=day,
            at=at,
            by=by,
        )
