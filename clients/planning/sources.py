"""Where the events of trigger rules come from: pairs of a client's id and the event's day.

Each source is asked for the events of a span of days, coming ones by the nightly run and past ones
by the preview; it reads row by row, so that memory stays flat.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, Subquery

from clients.appointments.models import Appointment
from clients.assets.falls import outflows
from clients.assets.models import Balance, StateChange
from clients.book.models import Client, Holding, Ownership, State
from clients.file.models import ImportantDate, Person
from clients.file.occurrences import next_lunar, next_solar
from clients.sales.models import RiskAssessment
from crm import bank
from crm.lib import clock

Events = Iterator[tuple[int, date]]
_OWN = Q(kind=ImportantDate.Kind.BIRTHDAY, whose=Person.CLIENT)


def maturities(first: date, last: date) -> Events:
    """Days on which something matures that nobody took out before."""
    there = Q(is_open=True) | Q(matures_on__lt=clock.today())
    rows = Holding.objects.filter(there, redeemed_on=None, matures_on__range=(first, last))
    return rows.order_by().values_list("client", "matures_on").distinct().iterator()


def birthdays(first: date, last: date) -> Events:
    """Birthdays by the calendar that the client keeps; without a word about it by the solar one."""
    yield from _returning(ImportantDate.objects.filter(_OWN), first, last)
    told = ImportantDate.objects.filter(_OWN, client=OuterRef("pk"))
    for month, day, on in _days(first, last):
        born = Client.objects.filter(birth_date__month=month, birth_date__day=day)
        for pk in born.exclude(Exists(told)).order_by().values_list("pk", flat=True).iterator():
            yield pk, on


def important_dates(first: date, last: date) -> Events:
    """All other days of the year that the client told of."""
    return _returning(ImportantDate.objects.exclude(_OWN), first, last)


def large_movements(first: date, last: date) -> Events:
    """Days on which the balance moved by the amount or the percent of the bank."""
    amount = bank.read("movement.amount", on=last)
    percent = bank.read("movement.percent", on=last)
    before = Balance.objects.filter(client=OuterRef("client"), day__lt=OuterRef("day"))
    rows = Balance.objects.filter(day__range=(first, last)).order_by()
    rows = rows.annotate(before=Subquery(before.order_by("-day").values("closing")[:1]))
    found = rows.exclude(before=None).values_list("client", "day", "closing", "before")
    for pk, day, closing, was in found.iterator():
        moved = abs(closing - was)
        if moved >= amount or (was and moved * 100 >= percent * was and moved):
            yield pk, day


def watched(first: date, last: date) -> Events:
    """Clients who missed their tier in the month before: once a month."""
    month = last.replace(day=1)
    rows = Client.objects.filter(is_watched=True).order_by().values_list("pk", flat=True)
    return ((pk, month) for pk in rows.iterator())


def risk_expiries(first: date, last: date) -> Events:
    """Last days of the assessments that no later one has replaced."""
    newer = RiskAssessment.objects.filter(
        client=OuterRef("client"), valid_until__gt=OuterRef("valid_until")
    )
    rows = RiskAssessment.objects.filter(valid_until__range=(first, last)).exclude(Exists(newer))
    return rows.order_by().values_list("client", "valid_until").distinct().iterator()


def identity_expiries(first: date, last: date) -> Events:
    """Last days of identity documents."""
    rows = Client.objects.filter(identity_until__range=(first, last)).order_by()
    return rows.values_list("pk", "identity_until").iterator()


def new_clients(first: date, last: date) -> Events:
    """Days on which somebody received a client."""
    span = (clock.start_of_day(first), clock.end_of_day(last))
    rows = Ownership.objects.filter(since__range=span, owner__isnull=False).order_by()
    for pk, since in rows.values_list("client", "since").iterator():
        yield pk, clock.local(since).date()


def silences(first: date, last: date) -> Events:
    """Days on which nobody had spoken with a client for the days of the warning."""
    days = timedelta(days=bank.read("dormancy.warning_days", on=last))
    span = (clock.start_of_day(first - days), clock.end_of_day(last - days))
    rows = Client.objects.filter(
        last_contact_at__range=span, responsible_since__lt=F("last_contact_at")
    )
    for pk, spoken in rows.order_by().values_list("pk", "last_contact_at").iterator():
        yield pk, clock.local(spoken).date() + days


def no_shows(first: date, last: date) -> Events:
    """Days on which it was noted that a client did not come."""
    span = (clock.start_of_day(first), clock.end_of_day(last))
    rows = Appointment.objects.filter(state=Appointment.State.NO_SHOW, closed_at__range=span)
    for pk, noted in rows.order_by().values_list("client", "closed_at").iterator():
        yield pk, clock.local(noted).date()


def departures(first: date, last: date) -> Events:
    """Days on which clients became dormant or were lost."""
    span = (clock.start_of_day(first), clock.end_of_day(last))
    rows = StateChange.objects.filter(now__in=(State.DORMANT, State.LOST), at__range=span)
    for pk, moment in rows.order_by().values_list("client", "at").iterator():
        yield pk, clock.local(moment).date()


# What the nightly run asks. Outflows, silence and first calls are raised where they are noticed.
NIGHTLY: dict[str, Callable[[date, date], Events]] = {
    "maturity-30": maturities,
    "maturity-7": maturities,
    "maturity-1": maturities,
    "maturity-0": maturities,
    "birthday": birthdays,
    "important-date": important_dates,
    "large-movement": large_movements,
    "tier-watch": watched,
    "risk-expiry": risk_expiries,
    "identity-expiry": identity_expiries,
}
# What is spoken of until its day however late it is known: of a new client, after an import.
UNTIL_THEIR_DAY = {"risk-expiry", "identity-expiry"}
PREVIEWED = {
    **NIGHTLY,
    "new-client": new_clients,
    "dormancy": silences,
    "reactivation": departures,
    "outflow": outflows,
    "no-show": no_shows,
}


def _returning(rows, first: date, last: date) -> Events:
    lunar = ImportantDate.Calendar.LUNAR
    for row in rows.order_by("pk").iterator():
        on: date | None = first
        while on and on <= last:
            if row.calendar == lunar:
                day = next_lunar(row.month, row.day, is_leap=row.is_leap_month, on=on)
            else:
                day = next_solar(row.month, row.day, on=on)
            if day and day <= last:
                yield row.client_id, day
            on = day and day + timedelta(days=1)


def _days(first: date, last: date) -> Iterator[tuple[int, int, date]]:
    """Month and day of the births that are kept on each day: 29 February also on the 28th."""
    for passed in range((last - first).days + 1):
        on = first + timedelta(days=passed)
        yield on.month, on.day, on
        if (on.month, on.day) == (2, 28) and (on + timedelta(days=1)).day == 1:
            yield 2, 29, on
