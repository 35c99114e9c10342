"""Heads hear at once of a call that was promised for a minute and not made (rules F12)."""

from datetime import timedelta

from django.db import transaction

from clients.book.models import Client
from clients.followups import rules
from clients.followups.models import FollowUp
from crm.lib import clock
from crm.lib.db import lock, lock_many
from managers.audit.actions import record
from managers.inbox.actions import notify
from managers.inbox.models import Notification
from managers.people.heads import head_of
from managers.people.models import Post

KIND = "callback-missed"
_LOOKS_BACK = timedelta(days=1)  # after a standstill of the clock


def tell_of_missed(*, at) -> int:
    """Tell the outlet's head of every promised call that is missed by now, once; returns how many.

    Two clocks that run at once, and one that runs again, tell nothing twice.
    """
    until = at - rules.missed_after(on=clock.local(at).date())
    rows = FollowUp.objects.open().callbacks().filter(due_at__lt=until)
    rows = rows.filter(due_at__gte=until - _LOOKS_BACK).order_by("pk")
    keys = {_key(row): row for row in rows}
    told = Notification.objects.filter(kind=KIND, key__in=list(keys))
    new = set(keys) - set(told.values_list("key", flat=True))
    return sum(_tell(keys[key], until, at=at) for key in sorted(new))


@transaction.atomic
def _tell(follow_up, until, *, at) -> bool:
    [client] = lock_many(Client, [follow_up.client_id])
    follow_up = lock(follow_up)
    if follow_up.state != FollowUp.State.OPEN or follow_up.due_at >= until:
        return False
    without = [client.person_id, follow_up.owner_id]
    on = clock.local(at).date()
    head = head_of(client.outlet, on=on, first=Post.BRANCH_HEAD, without=without)
    if head is None or notify(KIND, to=head, about=follow_up, key=_key(follow_up), at=at) is None:
        return False
    record("follow_up.late", follow_up, by=None, at=at, client=client.pk)
    return True


def _key(follow_up) -> str:
    return f"{follow_up.pk}:{follow_up.due_at.timestamp():.0f}"
