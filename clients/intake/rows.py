"""What one row wants to be stored: columns of our models, or the reason why it cannot."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from clients.book import rules
from clients.book.details import name_columns, sealed_columns
from clients.book.models import Category, Client, Holding, Member
from clients.followups.models import SPOKE, Channel, Contact, Outcome
from clients.intake.mapping import ClientMap, ContactMap, HoldingMap, HouseholdMap
from crm.lib import clock
from crm.lib.mapping import Line, fitting
from managers.people.organisation import Place

LONGEST_TEXT = 200  # of an address or a fact


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client as the file has it; `columns` has only what the file knows."""

    line: Line
    number: str
    columns: dict[str, Any]
    profile: dict[str, Any]
    outlet: str | tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """A holding, and the number of its client."""

    line: Line
    number: str
    source_key: str
    columns: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact, and the number of its client."""

    line: Line
    number: str
    source_key: str
    columns: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A client's place in the household of a key."""

    line: Line
    number: str
    household: str
    relation: str


def client_row(line: Line, declared: ClientMap, *, prefix: str, on: date) -> ClientRow:
    """Read a client. Raises ValueError with a sentence for the person who mends the file."""
    found = {name: value.of(line.cells) for name, value in declared.fields.items()}
    known = {name: value for name, value in found.items() if value not in (None, "")}
    columns = fitting(Client, client_columns(known, on))
    facts = {name: value.of(line.cells) for name, value in declared.profile.items()}
    return ClientRow(
        line=line,
        number=_number(line, declared.key, prefix),
        columns=columns,
        profile={name: _plain(fact) for name, fact in facts.items() if fact not in (None, "")},
        outlet=_outlet(line, declared),
    )


def holding_row(line: Line, declared: HoldingMap, *, prefix: str, on: date) -> HoldingRow:
    """Read a holding. Raises ValueError."""
    category = declared.category.of(line.cells)
    if category not in Category.values:
        raise ValueError(_("“%(word)s” is no kind of holding.") % {"word": category})
    columns = {
        "category": category,
        "name": declared.name.of(line.cells) or "",
        "currency": declared.currency.of(line.cells),
    }
    for name, value in declared.fields.items():
        found = value.of(line.cells)
        if found is not None:
            columns[name] = found
    if "redeemed_on" in columns:
        columns |= _redeemed(columns, on)
    return HoldingRow(
        line=line,
        number=_number(line, declared.client, prefix),
        source_key=f"{declared.label}:{_number(line, declared.key, '')}",
        columns=fitting(Holding, columns),
    )


def contact_row(line: Line, declared: ContactMap, *, prefix: str, on: date) -> ContactRow:
    """Read a contact; valid is one in which they spoke, as the source says (rules F4).

    It happened at the beginning of its day. Raises ValueError.
    """
    channel, outcome = declared.channel.of(line.cells), declared.outcome.of(line.cells)
    day = declared.happened_on.of(line.cells)
    if channel not in Channel.values:
        raise ValueError(_("“%(word)s” is no channel.") % {"word": channel})
    if outcome not in Outcome.values:
        raise ValueError(_("“%(word)s” is no outcome of a contact.") % {"word": outcome})
    if day is None:
        raise ValueError(_("The contact has no day."))
    if day > on:
        raise ValueError(_("A date lies in the future."))
    columns = {
        "channel": channel,
        "outcome": outcome,
        "notes": (declared.notes.of(line.cells) if declared.notes else None) or "",
        "happened_at": clock.at_time(day, time(0)),
        "is_valid": outcome in SPOKE,
    }
    return ContactRow(
        line=line,
        number=_number(line, declared.client, prefix),
        source_key=f"{declared.label}:{_number(line, declared.key, prefix)}",
        columns=fitting(Contact, columns),
    )


def member_row(line: Line, declared: HouseholdMap, *, prefix: str) -> MemberRow:
    """Read a member. Raises ValueError."""
    relation = declared.relation.of(line.cells)
    if relation not in Member.Relation.values:
        raise ValueError(_("“%(word)s” is no place in a household.") % {"word": relation})
    return MemberRow(
        line=line,
        number=_number(line, declared.client, prefix),
        household=_number(line, declared.key, prefix),
        relation=relation,
    )


def _redeemed(columns: dict[str, Any], on: date) -> dict[str, Any]:
    """What follows where the money was taken out before its day. Raises ValueError."""
    day, matures_on = columns["redeemed_on"], columns.get("matures_on")
    if day > on:
        raise ValueError(_("A date lies in the future."))
    if matures_on and day >= matures_on:
        raise ValueError(_("An early redemption comes before the maturity."))
    return {"is_open": False}


def client_columns(known: dict[str, Any], on: date) -> dict[str, Any]:
    """What these fields become in a client. Raises ValueError."""
    days = ("birth_date", "client_since", "ended_on")
    if any(known[name] > on for name in days if name in known):
        raise ValueError(_("A date lies in the future."))
    columns = {name: known[name] for name in ("sex", "identity_until", *days) if name in known}
    if "name" in known:
        columns |= name_columns(known["name"])
    if "aum" in known:
        if known["aum"] < 0:
            raise ValueError(_("Assets cannot be negative."))
        columns |= {"aum": known["aum"], "tier": rules.tier_for(known["aum"], on=on)}
    if len(known.get("address", "")) > LONGEST_TEXT:
        raise ValueError(_("The address is too long."))
    if "email" in known:
        _check_email(known["email"])
    contact = ("phone", "email", "identity_no", "address")
    return columns | sealed_columns(**{name: known[name] for name in contact if name in known})


def _number(line: Line, key, prefix: str) -> str:
    found = key.of(line.cells)
    if found is None or not str(found):
        raise ValueError(_("%(column)s is missing.") % {"column": ", ".join(key.columns)})
    number = f"{prefix}{found}"
    if len(number) > Client._meta.get_field("number").max_length:
        raise ValueError(_("The number %(number)s is too long.") % {"number": number})
    return number


def _outlet(line: Line, declared: ClientMap) -> str | tuple[Place, ...]:
    if declared.outlet is None:
        return declared.way.of(line)
    code = declared.outlet.of(line.cells)
    if not code:
        raise ValueError(_("The row names no outlet."))
    return code


def _check_email(text: str) -> None:
    try:
        validate_email(text)
    except ValidationError as refused:
        raise ValueError(" ".join(refused.messages)) from refused


def _plain(fact: Any) -> Any:
    """A fact as JSON keeps it: amounts and dates as texts."""
    if isinstance(fact, str) and len(fact) > LONGEST_TEXT:
        raise ValueError(_("A fact is longer than %(count)d characters.") % {"count": LONGEST_TEXT})
    if isinstance(fact, Decimal):
        return str(fact)
    return fact.isoformat() if isinstance(fact, date) else fact
