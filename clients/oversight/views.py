"""Pages of overseers: the audit, the access log of a client, and everybody's own."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from clients.book.models import Client
from clients.book.reveal_views import PurposeForm
from clients.oversight import queries, sealed
from clients.oversight.filters import AccessFilter, AuditFilter
from clients.oversight.verbs import facts_in_words, verb_in_words
from crm import bank
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.pages import add_refusal, address_of, page_of, status_of
from managers.audit.models import AuditEvent, Verification
from managers.people import scope
from managers.people.scope import Reach, Right

USUAL = [_("Check a change of contact details"), _("Look into a client's complaint")]


@require_GET
def audit(request):
    """What happened, the newest first, and whether the chain holds."""
    scope.require(request.user, Right.READ_AUDIT)
    events = sealed.with_keys(AuditEvent.objects.select_related("actor"))
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
                "purpose": sealed.purpose_of(event),
                "has_values": sealed.has_values(event),
            }
            for event in page.rows
        ],
        "may_open": scope.may(request.user, Right.OPEN_AUDIT),
        "may_export": scope.may(request.user, Right.EXPORT_AUDIT),
    }
    return render(request, "clients/oversight/audit.html", context)


@cache_control(no_store=True)
@require_http_methods(["GET", "POST"])
def audit_values(request, pk):
    """What a detail was before and after an act: for auditors, with a purpose, for a minute."""
    scope.require(request.user, Right.OPEN_AUDIT)
    event = get_object_or_404(AuditEvent, pk=pk, sealed__isnull=False)
    form = PurposeForm(request.POST or None)
    context = {"event": event, "what": verb_in_words(event.verb), "form": form, "usual": USUAL}
    if request.method == "POST" and form.is_valid():
        known = {**form.cleaned_data, "address": address_of(request)}
        try:
            context["values"] = sealed.open_values(event, **known, by=request.user, at=clock.now())
        except RuleBroken as broken:
            add_refusal(form, broken)
    page = "clients/oversight/audit_values.html"
    answer = render(request, page, context, status=status_of(form))
    if "values" in context:
        seconds = bank.read("reveal.seconds", on=clock.today())
        answer["Refresh"] = f"{seconds}; url={reverse('audit')}"
    return answer


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
    if scope.reach(request.user, Right.READ_ACCESS) != Reach.ALL:
        clients = {pk: known for pk, known in clients.items() if not known.locked_at}
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
    return Client.objects.only("number", "name", "locked_at").in_bulk(ids)
