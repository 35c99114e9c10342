"""End a relationship, from which day on the law counts how long the file is kept (rules J7)."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.book.models import Client, State
from clients.privacy.actions.locking import put_away
from clients.privacy.rules import closing as rules
from crm.lib import clock
from crm.lib.db import lock
from managers.audit.actions import record


@transaction.atomic
def close(client, *, ended_on, cause, by, at) -> Client:
    """A head ends a relationship: what is under way ends, nobody calls any more.

    Raises RuleBroken as `rules.check_right` and `rules.check_end` say.
    """
    client = lock(client)
    rules.check_right(by, client)
    rules.check_end(client, ended_on=ended_on, on=clock.local(at).date())
    client.ended_on = ended_on
    return _shut(client, by=by, at=at, cause=cause, day=ended_on)


@transaction.atomic
def reopen(client, *, by, at) -> Client:
    """A head takes the end of a relationship back: whoever had the client has them again.

    Raises RuleBroken for others, and for a client who is not closed.
    """
    client = lock(client)
    rules.check_right(by, client)
    rules.check_reopening(client)
    client.ended_on = None
    client.state = State.OWNED if client.owner_id else State.IDENTIFIED
    client.version += 1
    client.save(update_fields=["ended_on", "state", "version"])
    record("client.reopened", client, by=by, at=at, client=client.pk, owner=client.owner_id)
    return client


def close_ended(*, at) -> int:
    """Close the files of clients of whom a source says that the relationship is over."""
    rows = Client.objects.active().filter(ended_on__lte=clock.local(at).date())
    return sum(_close_ended(client, at=at) for client in rows.order_by("pk"))


@transaction.atomic
def _close_ended(client, *, at) -> bool:
    client = lock(client)
    if client.state == State.CLOSED or not client.ended_on:
        return False
    _shut(client, by=None, at=at, day=client.ended_on)
    return True


def _shut(client, *, by, at, **facts) -> Client:
    put_away(client, reason=_("The relationship with the client ended."), by=by, at=at)
    client.state = State.CLOSED
    client.version += 1
    client.save(update_fields=["ended_on", "state", "version"])
    record("client.closed", client, by=by, at=at, client=client.pk, **facts)
    return client
