"""The sender's part: begin, fill, submit, withdraw."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.handover import rules
from clients.handover.actions.steps import check_sender, drop, move, open_file, opened, tell
from clients.handover.deadlines import deadline, submit_by
from clients.handover.models import Handover, Item
from clients.handover.rules import Stage
from clients.prospecting.queries import first_words
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.outbox.actions import post


@transaction.atomic
def draft(client, *, to, by, at) -> Handover:
    """Begin the handover of one's own prospect or client to a wealth RM (rules E1, E2).

    The file is to be sent within three working days of qualifying (rules E5). Raises RuleBroken
    when the client is not the person's to hand over, a handover is under way (code `conflict`), or
    the wealth RM could not take the client.
    """
    client = lock(client)
    if not rules.may_hand_over(by, client):
        raise RuleBroken(_("RMs hand over their own clients."), code="forbidden")
    rules.check_free(client)
    rules.check_wealth_rm(to, client, on=clock.local(at).date(), sender=by.pk)
    handover = Handover.objects.create(
        client=client,
        from_staff=by,
        to_staff=to,
        file=first_words(client),
        created_at=at,
        due_at=submit_by(client, at=at),
    )
    record("handover.drafted", handover, by=by, at=at, client=client.pk, to=to.pk)
    return handover


@transaction.atomic
def save_file(handover, *, file, by, at, to=None, version=None) -> Handover:
    """Keep what the sender wrote for some of the ten items, and perhaps another receiver.

    Items that `file` does not name stay as they are. Raises Stale when `version` is not the one
    that was seen, RuleBroken when the file is not the person's to fill now.
    """
    client, handover = opened(handover)
    check_sender(handover, by)
    rules.check_state(handover, *rules.EDITABLE)
    rules.check_version(handover, version)
    if to is not None and to.pk != handover.to_staff_id:
        rules.check_wealth_rm(to, client, on=clock.local(at).date(), sender=by.pk)
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

    Raises RuleBroken naming the missing items, when the receiver cannot take the client, or while
    a head decides about a file that was returned twice (rules E4).
    """
    client, handover = opened(handover)
    check_sender(handover, by)
    rules.check_state(handover, *rules.EDITABLE)
    rules.check_still_owner(client, handover)
    rules.check_decided(handover)
    rules.check_complete(handover)
    rules.check_wealth_rm(handover.to_staff, client, on=clock.local(at).date())
    send(handover, by=by, at=at)
    return handover


def send(handover, *, by, at, **facts) -> None:
    """The file goes to the receiver, who may read it and is told."""
    open_file(handover, at=at)
    handover.submitted_at = at
    due = deadline("handover.accept_days", at=at)
    move(handover, Stage.SUBMITTED, due=due, by=by, at=at, **facts)
    about, to = f"handover:{handover.pk}", handover.to_staff
    post("handover-submitted", to=to, due=at, about=about, at=at, handover=handover.pk)
    tell("handover-submitted", handover, to=to, at=at)


@transaction.atomic
def withdraw(handover, *, by, at) -> Handover:
    """Take the handover back before it is accepted; the client stays with the sender (rules E2)."""
    _client, handover = opened(handover)
    check_sender(handover, by)
    rules.check_state(handover, *rules.WITHDRAWABLE)
    drop(handover, Stage.WITHDRAWN, by=by, at=at)
    return handover
