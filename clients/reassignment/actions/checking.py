"""Tell the heads, once a day, whose clients have nobody."""

from django.db import transaction

from clients.reassignment.owner_check import Finding, findings
from crm.lib import clock
from managers.inbox.actions import notify
from managers.people.heads import head_of
from managers.people.models import OrgUnit, Post


@transaction.atomic
def check_owners(*, at) -> list[Finding]:
    """Look for active clients with nobody and tell the head of each outlet, by mail too (rules E9).

    Safe to run twice: a head hears of an outlet once a day. Returns what was found, nothing when
    everybody has somebody.
    """
    today = clock.local(at).date()
    found = findings(on=today)
    outlets = OrgUnit.objects.in_bulk({finding.outlet for finding in found})
    for pk, outlet in sorted(outlets.items()):
        if head := head_of(outlet, on=today, first=Post.BRANCH_HEAD):
            counts = {row.fault: row.clients for row in found if row.outlet == pk}
            key = f"{pk}:{today}"
            notify("owners-missing", to=head, about=outlet, key=key, at=at, mail=True, **counts)
    return found
