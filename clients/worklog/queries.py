"""What a day of an RM holds, counted from the work itself in a fixed number of queries."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from clients.appointments.models import Appointment
from clients.followups.models import Contact, FollowUp
from clients.handover.models import Handover
from clients.lobby.models import Referral
from clients.requests.models import ClientRequest
from clients.sales.models import SaleRecord
from clients.worklog.models import Duty
from crm.lib import clock

SHOWN = 60  # contacts of a day that the page tells one by one
LABELS = {
    "contacts": _("contacts"),
    "valid": _("valid contacts"),
    "visits": _("visits"),
    "requests_taken": _("requests taken down"),
    "requests_closed": _("requests closed"),
    "referrals": _("referrals answered"),
    "handovers": _("steps of handovers"),
    "sales": _("sales confirmed"),
    "due": _("follow-ups due or late"),
    "undone": _("of them undone"),
}


@dataclass(frozen=True)
class Day:
    """The numbers of a day, and the duties that they show as done."""

    figures: dict[str, int]
    duties: list[str]


def read_day(person, day) -> Day:
    """What the person did on a day, and which duties that fulfils; nine queries."""
    span = (clock.start_of_day(day), clock.end_of_day(day))
    contacts = Contact.objects.filter(staff=person, happened_at__range=span).aggregate(
        contacts=Count("pk"), valid=Count("pk", filter=Q(is_valid=True))
    )
    visits = Appointment.objects.filter(host=person, starts_at__range=span).aggregate(
        visits=Count("pk", filter=Q(state=Appointment.State.HELD)),
        unsettled=Count("pk", filter=Q(state__in=Appointment.COMING)),
    )
    undone = Q(state=FollowUp.State.OPEN) | Q(closed_at__gt=span[1])
    due = _due_by(person, day, span).aggregate(due=Count("pk"), undone=Count("pk", filter=undone))
    mine = ClientRequest.objects.filter(owner=person)
    referrals = Referral.objects.filter(target=person)
    figures = {
        **contacts,
        "visits": visits["visits"],
        "requests_taken": _number(ClientRequest.objects.filter(taken_by=person), "asked_at", span),
        "requests_closed": _number(mine, "closed_at", span),
        "referrals": _number(referrals, "answered_at", span),
        "handovers": _handovers(person, span),
        "sales": _number(SaleRecord.objects.filter(staff=person), "confirmed_at", span),
        **due,
    }
    late = mine.open().filter(due_at__lte=span[1]).exists()
    unanswered = referrals.waiting().filter(answer_by__lte=span[1]).exists()
    shown = {
        Duty.CALLS: not due["undone"],
        Duty.PROMISES: not late,
        Duty.REFERRALS: not unanswered,
        Duty.VISITS: not visits["unsettled"],
    }
    return Day(figures, [duty.value for duty, is_done in shown.items() if is_done])


def contacts_of(person, day, *, reader):
    """The contacts of a day with clients whose files the reader may open, newest first."""
    span = (clock.start_of_day(day), clock.end_of_day(day))
    rows = Contact.objects.visible_to(reader).filter(staff=person, happened_at__range=span)
    return rows.for_list()[:SHOWN]


def told(figures: dict) -> list[tuple[str, int]]:
    """Each number with its label, without those that are nothing."""
    return [(label, figures[name]) for name, label in LABELS.items() if figures.get(name)]


def _number(rows, moment: str, span) -> int:
    return rows.filter(**{f"{moment}__range": span}).count()


def _due_by(person, day, span):
    """Follow-ups of the day, and those of earlier days that were still to be made on it."""
    state = FollowUp.State
    late = Q(state=state.OPEN) | (~Q(state=state.MISSED) & Q(closed_at__gte=span[0]))
    return FollowUp.objects.filter(Q(due_on=day) | (Q(due_on__lt=day) & late), owner=person)


def _handovers(person, span) -> int:
    """Files sent, accepted and introduced."""
    sent = Q(from_staff=person, submitted_at__range=span)
    accepted = Q(to_staff=person, accepted_at__range=span)
    introduced = Q(to_staff=person, introduced_at__range=span)
    steps = Handover.objects.filter(sent | accepted | introduced).aggregate(
        sent=Count("pk", filter=sent),
        accepted=Count("pk", filter=accepted),
        introduced=Count("pk", filter=introduced),
    )
    return sum(steps.values())
