"""What waits behind the places of the navigation, and in the inbox: one query a page.

Each number is that of the list to which its place leads, asked by the same words.
"""

from django.db.models import IntegerField, Subquery

from clients.book.models import asked_once
from clients.desk.branch import pool
from clients.desk.today import agenda
from clients.followups.models import FollowUp
from clients.handover import inbox
from clients.requests.models import ClientRequest
from managers.people import scope
from managers.people.models import Staff
from managers.people.scope import Reach, Right

MOST = 100  # counted at a place; nobody is helped by a higher number, and a look stays cheap


class _Rows(Subquery):
    """How many rows a query has, as one value of another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


# The lists of each place by the name of its url; several are added up.
_LISTS = {
    "today": lambda person, at: [agenda(person, at=at)],
    "branch": lambda person, at: [pool(person)],
    "follow-up-list": lambda person, at: [FollowUp.objects.visible_to(person).overdue(at)],
    "relay": lambda person, at: inbox.lists_of(person, at=at),
    "request-list": lambda person, at: [ClientRequest.objects.visible_to(person).overdue(at)],
}


def counts(person, pages, *, at) -> dict[str, int]:
    """How much waits at each of these pages, and unread in the inbox as "inbox".

    A place counts no further than `MOST`. Whom an RM covers is asked once, before.
    """
    if scope.reach(person, Right.FOLLOW_UP) != Reach.OWN:
        return _counts(person, pages, at)
    with asked_once(person):
        return _counts(person, pages, at)


def _counts(person, pages, at) -> dict[str, int]:
    lists = {page: _LISTS[page](person, at) for page in pages}
    asked = {
        f"{page}:{place}": _Rows(rows.order_by().values("pk")[:MOST])
        for page, found in lists.items()
        for place, rows in enumerate(found)
    }
    asked["inbox"] = _Rows(person.notifications.unread().order_by().values("pk"))
    numbers = Staff.objects.filter(pk=person.pk).values(**asked).get()
    found = {
        page: min(sum(numbers[f"{page}:{place}"] for place in range(len(rows))), MOST)
        for page, rows in lists.items()
    }
    return found | {"inbox": numbers["inbox"]}
