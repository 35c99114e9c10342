"""Pages of whoever guards clients' data: what is kept how long, and proof of what went."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from clients.privacy import queries
from clients.privacy.models import Erasure
from crm.lib import clock
from crm.pages import page_of
from managers.people import scope
from managers.people.scope import Right


@require_GET
def retention(request):
    """The table as of today, and what was thrown away so far, the newest first."""
    scope.require(request.user, Right.READ_RETENTION)
    page = page_of(request, Erasure.objects.select_related("by"), order=("-pk",))
    lines = queries.report(on=clock.today())
    labels = {line.kind.code: line.kind.label for line in lines}
    proofs = [(row, labels.get(row.kind, row.kind)) for row in page.rows]
    context = {"lines": lines, "page": page, "proofs": proofs}
    return render(request, "clients/privacy/retention.html", context)
