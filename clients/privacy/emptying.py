"""How words leave a row whose figures stay, and which rows go with the person."""

from collections.abc import Iterable, Iterator

from django.db.models import CharField, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from clients.appointments.models import Appointment
from clients.book.models import Client, Duplicate, FileReader, Holding, Member, Ownership, Tagging
from clients.file.models import (
    Consent,
    ImportantDate,
    LifeEvent,
    OutsideHolding,
    Preferences,
    Relative,
)
from clients.followups.models import Contact, FollowUp, Series
from clients.handover.models import Handover, Waiver
from clients.lobby.models import Hop, Referral
from clients.privacy.models import PrivacyRequest
from clients.prospecting.models import FirstVisit, Lead
from clients.requests.models import ClientRequest
from clients.sales.models import BenefitUse, PortfolioReview, RiskAssessment, SaleRecord

GONE = "–"  # stands where a constraint asks for a reason

# What people typed, by table, and what stands there afterwards.
TYPED: dict[type[Model], dict] = {
    Appointment: {"purpose": "", "place": GONE, "cancel_reason": GONE},
    BenefitUse: {"note": ""},
    ClientRequest: {
        "asked": "",
        "promised": "",
        "answer": GONE,
        "not_told_reason": GONE,
    },
    Contact: {"notes": "", "next_step": ""},
    FollowUp: {"purpose": "", "cancel_reason": GONE},
    Handover: {
        "file": {},
        "return_note": "",
        "return_items": {},
        "decision_note": "",
        "waived": {},
    },
    Hop: {"reason": ""},
    Lead: {"lost_reason": GONE},
    Ownership: {"reason": ""},
    PortfolioReview: {"goals": ""},
    PrivacyRequest: {"wish": "", "answer": ""},
    Referral: {"note": "", "decline_reason": GONE},
    Series: {"purpose": ""},
    SaleRecord: {"cancel_reason": GONE},
    Waiver: {"reason": ""},
}
# Numbers of papers, recordings and rows elsewhere, by which somebody could be found elsewhere.
NAMED: dict[type[Model], str] = {
    Contact: "source_key",
    Holding: "source_key",
    RiskAssessment: "paper",
    SaleRecord: "recording",
}
# Rows that are a client's by way of another row.
VIA: dict[type[Model], str] = {
    BenefitUse: "grant__client",
    Hop: "referral__client",
    Waiver: "handover__client",
}
# Lines that say nothing but who somebody is, and with whom.
REMOVED = (
    Consent,
    Duplicate,
    FileReader,
    FirstVisit,
    ImportantDate,
    LifeEvent,
    Member,
    OutsideHolding,
    Preferences,
    Relative,
    Tagging,
)


def empty(rows: QuerySet, values: dict) -> None:
    """Put these values in the place of whatever the rows say; what is empty stays empty."""
    for field, value in values.items():
        nothing = {} if isinstance(value, dict) else ""
        rows.exclude(**{field: nothing}).update(**{field: value})


def empty_typed(model: type[Model], pks: Iterable[int]) -> None:
    """Empty what people typed into these rows of a table."""
    empty(model._base_manager.filter(pk__in=[*pks]), TYPED[model])


def unname(rows: QuerySet) -> None:
    """Let the rows' own ids stand for the numbers that others know them by."""
    if field := NAMED.get(rows.model):
        own = Concat(Value(GONE), Cast("pk", CharField()))
        rows.exclude(**{field: ""}).update(**{field: own})


def says_something(model: type[Model]) -> QuerySet:
    """Rows of a table in which anything that people typed still stands."""
    said = Q(pk__in=[])
    for field, value in TYPED[model].items():
        said |= ~Q(**{field: value}) & ~Q(**{field: {} if isinstance(value, dict) else ""})
    return model._base_manager.filter(said)


def rows_about(files: list[Client]) -> Iterator[tuple[type[Model], QuerySet]]:
    """The rows that words are taken out of, or that go, by table."""
    for model in {*TYPED, *NAMED, *REMOVED}:
        links = [field.name for field in model._meta.fields if field.related_model is Client]
        about = Q(pk__in=[])
        for link in links or [VIA[model]]:
            about |= Q(**{f"{link}__in": files})
        yield model, model._base_manager.filter(about)


def empty_client(client: Client, *, at) -> None:
    """Throw the key away, and every column that tells who it was; number, tier and sums stay."""
    client.data_key, client.profile, client.birth_date, client.person = "", {}, None, None
    client.identity_until = None
    for field in ("name", "pinyin", "joined_pinyin", "initials", "sex", "phone", "phone_index"):
        setattr(client, field, "")
    for field in ("phone_last4", "email", "identity_no", "identity_index", "address"):
        setattr(client, field, "")
    client.erased_at = at
    client.version += 1
    client.save()
