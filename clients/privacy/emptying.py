"""How words leave a row whose figures stay."""

from collections.abc import Iterable

from django.db.models import Model, Q, QuerySet

from clients.appointments.models import Appointment
from clients.followups.models import Contact, FollowUp
from clients.handover.models import Handover
from clients.lobby.models import Referral

GONE = "–"  # stands where a constraint asks for a reason

# What people typed, by table, and what stands there afterwards.
TYPED: dict[type[Model], dict] = {
    Contact: {"notes": "", "next_step": ""},
    FollowUp: {"purpose": "", "cancel_reason": GONE},
    Appointment: {"purpose": "", "place": GONE, "cancel_reason": GONE},
    Referral: {"note": "", "decline_reason": GONE},
    Handover: {"file": {}, "return_note": ""},
}


def empty(rows: QuerySet, values: dict) -> None:
    """Put these values in the place of whatever the rows say; what is empty stays empty."""
    for field, value in values.items():
        nothing = {} if isinstance(value, dict) else ""
        rows.exclude(**{field: nothing}).update(**{field: value})


def empty_typed(model: type[Model], pks: Iterable[int]) -> None:
    """Empty what people typed into these rows of a table."""
    empty(model._base_manager.filter(pk__in=[*pks]), TYPED[model])


def says_something(model: type[Model]) -> QuerySet:
    """Rows of a table in which anything that people typed still stands."""
    said = Q(pk__in=[])
    for field, value in TYPED[model].items():
        said |= ~Q(**{field: value}) & ~Q(**{field: {} if isinstance(value, dict) else ""})
    return model._base_manager.filter(said)
