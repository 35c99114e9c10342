"""What overseers need: the day's readings, who must hear of them, and whose log is whose."""

from collections import defaultdict

from django.db.models import Q

from clients.book.models import PREMIUM, Client
from clients.followups.models import Contact, FollowUp
from clients.handover.models import Handover
from clients.lobby.models import Referral
from clients.oversight.rules import Reading
from clients.requests.models import ClientRequest
from crm.lib import clock
from managers.audit.chain import scope_of
from managers.audit.models import Access, AccessEvent, AuditStream, Basis
from managers.people import scope
from managers.people.models import OrgUnit, Post, Posting, Staff
from managers.people.scope import Reach, Right

CHUNK = 500  # clients in one question


def readers(*, since, until) -> list[Staff]:
    """Who read a file in a while, with today's posting."""
    rows = AccessEvent.objects.filter(at__gte=since, at__lte=until)
    people = _of_the_book(rows).values("actor").distinct()
    return list(Staff.objects.filter(pk__in=people).with_posting(clock.local(until).date()))


def readings_of(people, *, at) -> dict[int, list[Reading]]:
    """The readings of each of these people since the day began, by the person's id."""
    today = clock.start_of_day(clock.local(at).date())
    read = _of_the_book(AccessEvent.objects.filter(actor__in=people, at__gte=today, at__lte=at))
    rows = list(read.values_list("actor", "client_id", "at", "basis"))
    vips, busy = _known_of({client for _actor, client, _at, _basis in rows}, today)
    found = defaultdict(list)
    for actor, client, moment, basis in rows:
        found[actor].append(Reading(client, moment, basis, client in vips, client in busy))
    return found


def _of_the_book(rows):
    """Without masked look-ups, and without what the person's own upload said of a client."""
    return rows.exclude(verb=Access.LOOKED_UP).exclude(basis=Basis.UPLOAD)


def _known_of(clients: set[int], today) -> tuple[set[int], set[int]]:
    """Who of these is a VIP, and with whom something is open or was done today."""
    vips, busy, ordered = set(), set(), sorted(clients)
    for start in range(0, len(ordered), CHUNK):
        part = ordered[start : start + CHUNK]
        vips |= _ids(Client.objects.filter(pk__in=part, tier__in=PREMIUM), "pk")
        busy |= _with_matter(part, today)
    return vips, busy


def _with_matter(clients: list[int], today) -> set[int]:
    matters = (
        FollowUp.objects.filter(Q(state=FollowUp.State.OPEN) | Q(closed_at__gte=today)),
        ClientRequest.objects.filter(Q(closed_at=None) | Q(closed_at__gte=today)),
        Contact.objects.filter(happened_at__gte=today),
        Referral.objects.filter(Q(state=Referral.State.NEW) | Q(answered_at__gte=today)),
        Handover.objects.filter(Q(state__in=Handover.RUNNING) | Q(closed_at__gte=today)),
    )
    return set().union(*(_ids(rows.filter(client__in=clients), "client") for rows in matters))


def _ids(rows, name) -> set[int]:
    return set(rows.order_by().values_list(name, flat=True))


def overseers(person, *, on) -> list[Staff]:
    """Who hears of a person's unusual reading: the nearest head above, and officers (rules J6).

    Nobody hears of their own.
    """
    unit = person.current_unit
    if unit is None:
        return []
    codes = unit.path.strip("/").split("/")
    above = ["/".join(["", *codes[:end], ""]) for end in range(1, len(codes) + 1)]
    postings = (
        Posting.objects.on(on)
        .filter(Q(unit__path__in=above) | Q(unit=unit.served_by_id), staff__is_active=True)
        .exclude(staff=person)
        .select_related("staff", "unit")
    )
    heads = [row for row in postings if row.post in (Post.BRANCH_HEAD, Post.WEALTH_HEAD)]
    nearest = max((len(row.unit.path) for row in heads), default=0)
    officers = [row.staff for row in postings if row.post == Post.CP_OFFICER]
    return [row.staff for row in heads if len(row.unit.path) == nearest] + officers


def keepers_of_the_audit(*, on) -> list[Staff]:
    """Who hears that the audit is broken: auditors and administrators."""
    return list(Staff.objects.posted(on, Post.AUDITOR, Post.HQ_ADMIN).order_by("pk"))


def streams_of(unit) -> list[int]:
    """The audit's streams of a unit and of all below it."""
    scopes = {f"unit:{pk}" for pk in OrgUnit.objects.within(unit).values_list("pk", flat=True)}
    streams = AuditStream.objects.values_list("pk", "name")
    return [pk for pk, name in streams if scope_of(name) in scopes]


# --- Whose log is whose


def overseen_clients(person):
    """Clients whose access log a person may read: of the units that the person answers for.

    Never the log of one's own file (rules A5).
    """
    others = Client.objects.exclude(person=person)
    if scope.reach(person, Right.READ_ACCESS) == Reach.ALL:
        return others
    return others.in_use().filter(outlet__in=scope.units(person, Right.READ_ACCESS))


def accesses_seen_by(person):
    """Lines of the access log: a person's own, and those of clients whom the person oversees."""
    reached = scope.reach(person, Right.READ_ACCESS)
    rows = AccessEvent.objects.select_related("actor")
    if reached == Reach.ALL:
        return rows
    own = Q(actor=person)
    if reached in (Reach.OWN, Reach.NONE):
        return rows.filter(own)
    return rows.filter(own | Q(client_id__in=overseen_clients(person).values("pk")))
