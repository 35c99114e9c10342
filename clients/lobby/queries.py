"""Who could answer a referral, and which client somebody has picked from the look-up."""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.db.models import Count, Exists, OuterRef, Q

from clients.book import rules as book_rules
from clients.book.load import Load, loads
from clients.book.models import Client
from clients.book.queries import within_reach
from clients.book.reasons import hours_left
from clients.followups.models import Contact
from clients.lobby.models import Referral
from clients.sales.models import SaleRecord
from crm.lib import clock
from managers.people.models import Absence, Post, Posting, Staff

State = Referral.State
_SALT = "clients.lobby.pick"
PICK_AGE = 30 * 60  # seconds in which a look-up may be used for a referral


@dataclass(frozen=True)
class Choice:
    """A colleague who could take the client, with the load of the book and the hours left."""

    staff: Staff
    load: Load
    free: int | None = None

    @property
    def hours_left(self) -> str:
        """The hours of the coming days that are free, or short, in words; unknown: empty."""
        return "" if self.free is None else hours_left(self.free)


@dataclass(frozen=True)
class Totals:
    """What a person has referred in a month, and what became of it by now (rules D4)."""

    referred: int
    accepted: int
    won: int


def totals(person, *, on) -> Totals:
    """The person's referrals of the month in which the day lies; one query."""
    since = clock.start_of_day(on.replace(day=1))
    made = Referral.objects.filter(referrer=person, made_at__gte=since)
    accepted = Q(state__in=(State.ACCEPTED, State.CONVERTED))
    accepted |= Q(state=State.EXPIRED, settled_at__isnull=False)  # nothing came of it
    return Totals(
        **made.order_by().aggregate(
            referred=Count("pk"),
            accepted=Count("pk", accepted),
            won=Count("pk", Q(state=State.CONVERTED)),
        )
    )


def choices(outlet, *, tier: str, on, without=None) -> list[Choice]:
    """Wealth RMs of the outlet or its centre who are present and have room, emptiest book first.

    Three queries, however many there are (rules A1, C3).
    """
    units = [pk for pk in (outlet.pk, outlet.served_by_id) if pk]
    postings = (
        Posting.objects.on(on)
        .filter(post=Post.WEALTH_RM, unit__in=units, staff__is_active=True)
        .exclude(staff__in=Absence.objects.on(on).values("staff"))
        .exclude(staff=without)
        .select_related("staff")
    )
    fitting = [row for row in postings if book_rules.grade_fits(row, tier, on=on)]
    grades = {row.staff_id: row.grade for row in fitting}
    filled = loads(grades, on=on, grades=grades)
    found = [Choice(row.staff, filled[row.staff_id]) for row in fitting]
    with_room = [choice for choice in found if book_rules.has_room(choice.load, tier)]
    return sorted(with_room, key=lambda choice: (choice.load.percent, choice.staff.employee_no))


def answerers(client, *, on) -> list[Choice]:
    """The owner and whoever covers for the owner today: only they answer for this client (D4)."""
    covering = Absence.objects.on(on).filter(staff=client.owner_id, deputy__isnull=False)
    people = Staff.objects.filter(
        Q(pk=client.owner_id) | Q(pk__in=covering.values("deputy")), is_active=True
    ).order_by("employee_no")
    filled = loads([person.pk for person in people], on=on)
    return [Choice(person, filled[person.pk]) for person in people]


def pick(person, client_id: int) -> str:
    """A mark for the row that this person was shown; nobody else and nothing older can use it."""
    return signing.dumps([person.pk, client_id], salt=_SALT, compress=True)


def picked_id(person, mark: str) -> int:
    """The id of a mark's client; 0 where it is forged, too old or somebody else's."""
    try:
        whose, client_id = signing.loads(mark, salt=_SALT, max_age=PICK_AGE)
    except signing.BadSignature:
        return 0
    return client_id if whose == person.pk else 0


def picked(person, mark: str) -> Client | None:
    """The client of a mark who may be referred, or None."""
    client_id = picked_id(person, mark)
    return within_reach(person).active().for_list().filter(pk=client_id).first()


def minutes_used(referral, *, at) -> tuple[int, int]:
    """Minutes that who is asked has taken until `at`, and those that they have (rules D4)."""
    allowed = referral.answer_by - referral.asked_at
    used = min(max(at - referral.asked_at, timedelta()), allowed)
    return int(used.total_seconds() // 60), int(allowed.total_seconds() // 60)


def bore_fruit(referrals):
    """Those whose RM has since had a valid contact with the client, or concluded a sale (D4)."""
    contacts = Contact.objects.filter(
        client=OuterRef("client"),
        staff=OuterRef("target"),
        is_valid=True,
        happened_at__gte=OuterRef("answered_at"),
    )
    sales = SaleRecord.objects.filter(
        client=OuterRef("client"),
        staff=OuterRef("target"),
        state=SaleRecord.State.CONFIRMED,
        confirmed_at__gte=OuterRef("answered_at"),
    )
    return referrals.filter(Exists(contacts) | Exists(sales))
