"""What goes with a client to the new owner: all that is open (rules E8).

The caller holds the client's lock, which all of them are changed under.
"""

from django.utils import translation
from django.utils.translation import gettext as _

from clients.appointments.actions import hand_on
from clients.book.models import FileReader
from clients.followups.actions import move_open
from clients.handover.actions.steps import drop, opened
from clients.handover.models import Handover, ReturnReason
from clients.lobby.actions.passing import ask, end_hop
from clients.lobby.models import Hop, Referral
from clients.lobby.routing import Next
from clients.lobby.rules import answer_by, is_still_here
from clients.requests import actions as requests
from crm import words
from crm.lib.db import lock_many
from managers.audit.actions import record
from managers.inbox.actions import notify

Stage = Handover.State


def follow(client, *, was, to, by, at) -> None:
    """Everything open that was the former owner's is the new one's, with a note of whose it was."""
    move_open(client, to=to, by=by, at=at)
    requests.move_open(client, to=to, by=by, at=at)
    hand_on(was, to, [client], by=by, at=at)
    _referrals(client, was=was, to=to, by=by, at=at)
    _handovers(client, was=was, to=to, by=by, at=at)


def _referrals(client, *, was, to, by, at) -> None:
    """Whoever was to answer does so no more; the clock begins anew for the new owner."""
    rows = Referral.objects.waiting().filter(client=client, target=was)
    for referral in lock_many(Referral, rows.values_list("pk", flat=True)):
        end_hop(referral, Hop.Outcome.GONE, at=at)
        here = is_still_here(referral, at=at)
        referral.target = to
        referral.asked_at, referral.answer_by = at, answer_by(on_site=here, at=at)
        referral.save(update_fields=["target", "asked_at", "answer_by"])
        facts = {"was": was.pk, "now": to.pk}
        record("referral.moved", referral, by=by, at=at, client=client.pk, **facts)
        ask(referral, Next(to), at=at)


def _handovers(client, *, was, to, by, at) -> None:
    """What the former owner had begun is the new owner's; to oneself nothing is handed over."""
    rows = Handover.objects.pending().filter(client=client, from_staff=was)
    for handover in lock_many(Handover, rows.values_list("pk", flat=True)):
        if handover.to_staff_id == to.pk:
            handover.client = client
            drop(handover, Stage.WITHDRAWN, by=by, at=at)
            continue
        handover.from_staff = to
        handover.version += 1
        handover.save(update_fields=["from_staff", "version"])
        if handover.state in (Stage.SUBMITTED, Stage.ACCEPTED):
            since = {"since": at}
            FileReader.objects.get_or_create(client=client, staff=handover.to_staff, defaults=since)
        facts = {"was": was.pk, "now": to.pk}
        record("handover.moved", handover, by=by, at=at, client=client.pk, **facts)


def send_back(handover, *, by, at) -> None:
    """A receiver goes: the file returns to its sender, who chooses another one.

    It counts for nobody as a return.
    """
    sender, receiver = handover.from_staff, handover.to_staff
    _client, handover = opened(handover)
    if handover.state not in (Stage.SUBMITTED, Stage.ACCEPTED):
        return
    with translation.override(sender.language):
        note = _("%(name)s takes no clients any more; please choose another wealth RM.")
        handover.return_note = note % {"name": words.plain_name(receiver)}
    handover.return_reason = ReturnReason.OTHER
    drop(handover, Stage.RETURNED, by=by, at=at)
    key = f"{handover.pk}:{handover.returns}:gone"
    notify("handover-returned", to=sender, about=handover, key=key, at=at, mail=True)


def to_send_back(staff) -> list[Handover]:
    """Handovers that wait for somebody who goes, in the order of their clients."""
    waiting = Handover.objects.filter(to_staff=staff, state__in=(Stage.SUBMITTED, Stage.ACCEPTED))
    return list(waiting.select_related("client", "from_staff", "to_staff").order_by("client"))
