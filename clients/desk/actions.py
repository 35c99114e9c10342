"""What changes clients together with their follow-ups: the upper end of assigning and editing."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.appointments import actions as appointments
from clients.book import actions as book
from clients.book.models import Client
from clients.followups import actions as followups
from clients.followups.models import FollowUp, Trigger
from clients.requests import actions as requests
from crm.lib.errors import RuleBroken
from managers.people.models import Staff


@transaction.atomic
def assign_from_pool(client, *, to, was, by, at, reason="") -> Client:
    """A head gives a client to an RM, who promises the first call (rules A5, F2).

    `was` is the id of the owner whom the head saw, None for the pool. Follow-ups and visits of an
    earlier owner go with the client. Raises RuleBroken as `book.assign` does; code `conflict` names
    who was faster and when, `needs_reason` what a `reason` would set aside (rules E12).
    """
    client = book.assign(client, to=to, was=was, by=by, at=at, reason=reason)
    followups.move_open(client, to=client.owner, by=by, at=at)
    requests.move_open(client, to=client.owner, by=by, at=at)
    if was is not None:
        appointments.hand_on(Staff(pk=was), client.owner, [client], by=by, at=at)
    followups.first_call(client, at=at)
    return client


def assign_pool_many(pairs, *, by, at, reason="") -> list[tuple[int, str]]:
    """Assign (client id, RM) pairs from the pool; returns (client id, refusal), "" for assigned.

    The `reason` stands for all of them (rules E12). Each pair is a transaction of its own, in the
    order of ids: a refusal leaves the others alone, and a repetition after a stop goes on where it
    ended.
    """
    wanted = dict(pairs)
    seen = Client.objects.visible_to(by).in_bulk(wanted)
    results = []
    for pk, to in sorted(wanted.items()):
        refusal = _("There is no such client.")
        if pk in seen:
            refusal = _refusal(seen[pk], to=to, by=by, at=at, reason=reason)
        results.append((pk, refusal))
    return results


@transaction.atomic
def edit_client(client, *, version, by, at, **wanted) -> Client:
    """Correct a client's file; who asks not to be contacted has nothing promised any more.

    Raises as `book.edit` does. Callbacks remain (rules F2).
    """
    was_open = not client.do_not_contact
    client = book.edit(client, version=version, by=by, at=at, **wanted)
    if client.do_not_contact and was_open:
        promised = FollowUp.objects.open().filter(client=client)
        reason = _("The client asked not to be contacted.")
        for follow_up in promised.exclude(trigger=Trigger.CALLBACK):
            followups.cancel(follow_up, reason=reason, by=by, at=at)
        appointments.call_off_coming(client, reason=reason, by=by, at=at)
    return client


def _refusal(client, **how) -> str:
    try:
        assign_from_pool(client, was=None, **how)
    except RuleBroken as broken:
        return str(broken)
    return ""
