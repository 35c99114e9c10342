"""Everything that changes the client book."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from clients.book import duplicates, rules
from clients.book.details import (
    before_and_after,
    changes,
    name_columns,
    personal,
    sealed_columns,
)
from clients.book.models import Client, Ownership, State
from crm import words
from crm.lib import clock
from crm.lib.db import lock
from crm.lib.errors import RuleBroken
from crm.lib.secrets import Sealed
from managers.audit.actions import record


@transaction.atomic
def open_client(
    *, name, outlet, by, at, owner=None, number="", state=None, birth_date=None, **details
) -> Client:
    """Open a file in somebody's book or, without an owner, in the outlet's pool (rules C1, E9).

    Raises RuleBroken when a phone or identity number is malformed, and (code `duplicate`) when the
    bank has a client with this phone or identity number (rules C5). Of one with the same name and
    date of birth the head is asked.
    """
    try:
        columns = name_columns(name) | sealed_columns(**details)
    except ValueError as wrong:
        raise RuleBroken(str(wrong)) from wrong
    rules.check_newcomer(columns, by=by)
    client = Client.objects.create(
        number=number or uuid.uuid4().hex,
        state=state or (State.PROSPECT if owner else State.IDENTIFIED),
        outlet=outlet,
        owner=owner,
        pool=None if owner else outlet,
        responsible_since=at,
        birth_date=birth_date,
        **columns,
    )
    if not number:
        client.number = f"P{client.pk:08d}"
        client.save(update_fields=["number"])
    Ownership.objects.create(
        client=client,
        owner=owner,
        pool=client.pool,
        since=at,
        cause=Ownership.Cause.OPENED,
        decided_by=by,
    )
    record("client.opened", client, by=by, at=at, client=client.pk, owner=client.owner_id)
    duplicates.note([client], by=by, at=at)
    return client


@transaction.atomic
def open_prospect(*, name, outlet, by, at, **details) -> Client:
    """Open a file for somebody whom the bank hopes to serve: an RM's own, else in the pool.

    Raises as `open_client` does, and RuleBroken (code `forbidden`) for an outlet that is not the
    person's (rules A5, C1).
    """
    if not rules.outlets_to_open_in(by).filter(pk=outlet.pk).exists():
        raise RuleBroken(_("You open files for your own outlet."), code="forbidden")
    owner = by if rules.keeps_prospects(by) else None
    return open_client(name=name, outlet=outlet, owner=owner, by=by, at=at, **details)


@transaction.atomic
def edit(client, *, version, by, at, **wanted) -> Client:
    """Correct what the file says about the person: name, do_not_contact, phone, email and the like.

    What is not named stays, and so does a detail that is empty: nobody retypes what is masked.
    Raises Stale when somebody changed the client since `version` was read, RuleBroken when the file
    is not the person's to edit or a detail is malformed (rules A5; security 21).
    """
    client = lock(client)
    if not rules.may_edit(by, client):
        raise RuleBroken(_("Only the owner edits this file."), code="forbidden")
    rules.check_version(client, version)
    try:
        columns, fields = changes(client, wanted)
    except ValueError as wrong:
        raise RuleBroken(str(wrong)) from wrong
    if not fields:
        return client
    client.version += 1
    before = personal(client, fields)
    for column, value in columns.items():
        setattr(client, column, value)
    client.save(update_fields=[*columns, "version"])
    kept = before_and_after(before, client)
    record("client.edited", client, by=by, at=at, client=client.pk, sealed=kept, fields=fields)
    duplicates.note([client], by=by, at=at)
    return client


@transaction.atomic
def protect(client, *, restricted, person, by, at) -> Client:
    """A head says that a file is restricted, and which of the bank's people the client is, if any.

    Raises RuleBroken (code `forbidden`) for others, and where that person keeps the file: nobody
    keeps their own (rules A5).
    """
    client = lock(client)
    if not rules.may_restrict(by, client):
        raise RuleBroken(_("Only a head of the client's outlet restricts a file."), "forbidden")
    if person and person.pk == client.owner_id:
        sentence = _("%(name)s keeps this file. Please give the client to somebody else first.")
        sentence %= {"name": words.plain_name(person)}
        raise RuleBroken(sentence, fields={"person": sentence})
    if (client.restricted, client.person_id) == (restricted, person and person.pk):
        return client
    client.restricted, client.person = restricted, person
    client.version += 1
    client.save(update_fields=["restricted", "person", "version"])
    facts = {"restricted": restricted, "colleague": client.person_id}
    record("client.protected", client, by=by, at=at, client=client.pk, **facts)
    return client


@transaction.atomic
def assign(client, *, to, was, by, at, reason="") -> Client:
    """A head gives a client to an RM; `was` is the owner whom the head saw, None for the pool.

    Raises RuleBroken (code `conflict`) when somebody else was faster, when the head or the receiver
    may not, and (code `needs_reason`) when only a reason makes it possible (rules A5, C3, E12).
    """
    client, to = lock(client), lock(to)
    if not rules.may_assign(by, client):
        raise RuleBroken(_("Only the head of the client's outlet assigns this client."))
    rules.check_unchanged(client, was)
    if client.owner_id == to.pk:
        raise RuleBroken(_("%(name)s has this client already.") % {"name": words.plain_name(to)})
    aside = rules.check_assignment(to, client, reason=reason, on=clock.local(at).date())
    how = {"cause": Ownership.Cause.ASSIGNED, "reason": reason.strip(), "aside": aside}
    return give(client, to=to, by=by, at=at, **how)


def give(
    client, *, to, cause, by, at, reason="", aside=(), state=State.OWNED, outlet=None, **facts
) -> Client:
    """Move a locked client to a locked receiver; the caller has asked the rules.

    `outlet` is another one that looks after the client from now on, `facts` go into the audit, and
    so do the obstacles that the reason sets `aside`, with the reason under the client's key.

    Closes the open stretch of ownership and begins the next at the same moment, so that there is
    neither gap nor overlap (rules E9). Whom the last owner let read the file reads it no more
    (rules E6).
    """
    was = client.owner_id
    client.readers.all().delete()
    ended = {"until": at, "outlet": client.outlet_id, "state": client.state}
    client.ownerships.filter(until__isnull=True).update(**ended)
    Ownership.objects.create(
        client=client,
        owner=to,
        since=at,
        cause=cause,
        decided_by=by,
        reason=reason,
        set_aside=",".join(aside),
    )
    client.owner, client.pool, client.state = to, None, state
    client.outlet = outlet or client.outlet
    client.responsible_since = at
    client.version += 1
    client.save(update_fields=["owner", "pool", "state", "outlet", "responsible_since", "version"])
    facts |= {"was": was, "now": to.pk, "cause": cause}
    why = {"reason": Sealed.of(reason, client.data_key)} if aside else None
    facts |= {"set_aside": list(aside)} if aside else {}
    record("client.given", client, by=by, at=at, client=client.pk, sealed=why, **facts)
    return client
