"""The second gate to clients: who is known at my outlet, masked, for referral and intake."""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _

from clients.book.queries import matching, within_reach
from crm import bank, words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.audit.actions import log_access, record
from managers.audit.models import Access, Basis
from managers.people import scope
from managers.people.models import Staff
from managers.people.scope import Right

SHORTEST = 2  # characters; a surname alone would leaf through the outlet's book
_HOUR = 60 * 60  # seconds


@dataclass(frozen=True)
class MaskedClient:
    """What a colleague may know of a client who is not theirs (rules A5, J5)."""

    id: int
    name: str
    tier: str
    state: str
    owner: Staff | None


def lookup(staff, text: str, *, at, address=None) -> list[MaskedClient]:
    """Clients of the person's outlet (a head's: of all outlets below) who are meant, masked.

    Closed clients are left out. Recorded in the audit by the number of rows, never by the text,
    and in the access log of each client who is shown.
    Raises RuleBroken (code `forbidden`) without the right, (`too_many`) beyond the hourly limit.
    """
    if not scope.may(staff, Right.LOOK_UP):
        raise RuleBroken(_("Your post does not look clients up."), code="forbidden")
    if len(text.strip()) < SHORTEST:
        return []
    today = clock.local(at).date()
    _count(staff, at, bank.read("lookup.per_hour", on=today))
    rows = within_reach(staff).active().filter(matching(text)).for_list()
    found = list(rows.order_by("joined_pinyin", "pk")[: bank.read("lookup.rows", on=today)])
    grounds = [(client.pk, Basis.LOOKUP) for client in found]
    log_access(Access.LOOKED_UP, grounds, by=staff, at=at, page="lookup", address=address)
    record("client.looked_up", staff, by=staff, at=at, count=len(found))
    return [masked(client) for client in found]


def masked(client) -> MaskedClient:
    """The client as colleagues of the outlet see it, in the active language."""
    return MaskedClient(
        id=client.pk,
        name=words.masked_name(client),
        tier=client.tier,
        state=client.state,
        owner=client.owner,
    )


def _count(staff, at, limit: int) -> None:
    """Count one look-up of this hour. Raises RuleBroken when there were too many."""
    key = f"lookup:{staff.pk}:{clock.local(at):%Y%m%d%H}"
    if cache.add(key, 1, _HOUR):
        return
    try:
        used = cache.incr(key)
    except ValueError:  # it ran out between the two calls
        used = 1
    if used > limit:
        raise RuleBroken(
            _("You looked up %(limit)d times this hour; please go on in the next.")
            % {"limit": limit},
            code="too_many",
        )
