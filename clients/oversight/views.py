"""Pages of overseers: the audit, the access log of a client, and everybody's own."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from clients.book.models import Client
from clients.oversight import queries
from clients.oversight.filters import AccessFilter, AuditFilter
from clients.oversight.verbs import facts_in_words, verb_in_words
from crm.pages import page_of
from managers.audit.models import AuditEvent, Verification
from managers.people import scope
from managers.people.scope import Reach, Right


@require_GET
def audit(request):
    """What happened, the newest first, and whether the chain holds."""
    scope.require(request.user, Right.READ_AUDIT)
    events = AuditEvent.objects.select_related("actor")
    found = AuditFilter(request.GET, queryset=events, request=request)
    page = page_of(request, found.qs, order=("-pk",))
    clients = _clients(page.rows)
    context = {
        "filter": found,
        "page": page,
        "checked": Verification.objects.first(),
        "rows": [
            {
                "event": event,
                "what": verb_in_words(event.verb),
                "facts": facts_in_words(event.facts),
                "client": clients.get(event.client_id),
            }
            for event in page.rows
        ],
    }
    return render(request, "clients/oversight/audit.html", context)


@require_GET
def access_log(request):
    """What a person has read; for overseers also who read what in their units."""
    scope.require(request.user, Right.READ_ACCESS)
    rows = queries.accesses_seen_by(request.user)
    found = AccessFilter(request.GET, queryset=rows, request=request)
    return _log_page(request, found)


@require_GET
def client_access(request, pk):
    """Who read one client's file, when and on which ground."""
    scope.require(request.user, Right.READ_ACCESS)
    client = get_object_or_404(queries.overseen_clients(request.user), pk=pk)
    rows = queries.accesses_seen_by(request.user).filter(client_id=client.pk)
    found = AccessFilter(request.GET, queryset=rows, request=request)
    return _log_page(request, found, client=client)


def _log_page(request, found, client=None):
    page = page_of(request, found.qs, order=("-pk",))
    clients = _clients(page.rows)
    context = {
        "filter": found,
        "page": page,
        "client": client,
        "rows": [(row, clients.get(row.client_id)) for row in page.rows],
        "oversees": scope.reach(request.user, Right.READ_ACCESS) != Reach.OWN,
    }
    return render(request, "clients/oversight/access_log.html", context)


def _clients(rows) -> dict:
    """The clients of a page's lines, for their numbers and masks: of all the bank, masked."""
    ids = {row.client_id for row in rows if row.client_id}
    return Client.objects.only("number", "name").in_bulk(ids)
