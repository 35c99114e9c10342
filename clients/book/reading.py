"""Whoever reads a client's file leaves a line in the access log (rules J6): for views."""

from clients.book.models import Client
from crm.lib import clock
from crm.pages import address_of
from managers.audit.actions import log_access
from managers.audit.models import Access, Basis
from managers.people import scope
from managers.people.models import Absence
from managers.people.scope import Reach, Right


def seen(request, *clients, verb=Access.VIEWED, ground: Basis | None = None) -> None:
    """Log that the person reads these files on this page; before anything of them is shown.

    Once a file and request, however many parts of a page ask. The ground is found where none is
    given.
    """
    at, person = clock.now(), request.user
    logged = request.__dict__.setdefault("files_logged", set())
    fresh = [client for client in clients if (client.pk, verb) not in logged]
    logged.update((client.pk, verb) for client in fresh)
    log_access(
        verb,
        [
            (client.pk, ground or basis(person, client, on=clock.local(at).date()))
            for client in fresh
        ],
        by=person,
        at=at,
        page=request.resolver_match.view_name,
        address=address_of(request),
    )


def basis(person, client: Client, *, on) -> Basis:
    """The ground on which a person who may read a file reads it (rules A5, E6, E8)."""
    if client.owner_id == person.pk:
        return Basis.OWN
    reached = scope.reach(person, Right.VIEW_FILE)
    if reached not in (Reach.OWN, Reach.NONE):
        return Basis.SCOPE
    away = Absence.objects.on(on).filter(deputy=person, staff=client.owner_id)
    return Basis.COVER if client.owner_id and away.exists() else Basis.RELAY
