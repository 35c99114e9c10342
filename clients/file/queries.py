"""What the page of a client says from the file."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from clients.book.models import Client, Member
from clients.file import rules
from clients.file.models import (
    Consent,
    ImportantDate,
    LifeEvent,
    OutsideHolding,
    Preferences,
    Relative,
)


@dataclass(frozen=True)
class Home:
    """The household: members with whether the person may open their files, and relatives.

    `together` is the assets of all in CNY, None unless each adult agreed to show them (rules C7).
    """

    members: list[tuple[Member, bool]] = field(default_factory=list)
    relatives: list[Relative] = field(default_factory=list)
    together: Decimal | None = None
    place: Member | None = None

    def __bool__(self):
        return bool(self.members or self.relatives)


@dataclass(frozen=True)
class File:
    """All that the client told, besides how to reach them."""

    home: Home
    preferences: Preferences | None = None
    days: list[rules.Day] = field(default_factory=list)
    events: list[LifeEvent] = field(default_factory=list)
    outside: list[OutsideHolding] = field(default_factory=list)
    consents: list[tuple[Consent, bool]] = field(default_factory=list)
    may_offer: bool = False


def file_of(client, person, *, on: date) -> File:
    """The file of a client; the same number of queries for every client."""
    consents = client.consents.all()
    marketing = [row for row in consents if row.purpose == Consent.Purpose.MARKETING]
    return File(
        home=home(client, person, on=on),
        preferences=getattr(client, "preferences", None),
        days=rules.coming(ImportantDate.objects.filter(client=client), client.birth_date, on=on),
        events=list(LifeEvent.objects.filter(client=client)),
        outside=list(OutsideHolding.objects.filter(client=client)),
        consents=[(row, row.holds_on(on)) for row in consents],
        may_offer=any(row.holds_on(on) for row in marketing) and not client.do_not_contact,
    )


def home(client, person, *, on: date) -> Home:
    """Who belongs to the client; names of others stay masked by the page."""
    mine = Member.objects.filter(client=client).values("household")
    places = list(
        Member.objects.filter(household__in=mine, client__merged_into=None).select_related("client")
    )
    ids = [place.client_id for place in places]
    others = [pk for pk in ids if pk != client.pk]
    seen = (
        Client.objects.visible_to(person).filter(pk__in=others) if others else Client.objects.none()
    )
    own = set(seen.values_list("pk", flat=True))
    agreed = [
        row.client_id
        for row in Consent.objects.filter(client__in=ids, purpose=Consent.Purpose.HOUSEHOLD)
        if row.holds_on(on)
    ]
    return Home(
        members=[
            (place, place.client_id in own) for place in places if place.client_id != client.pk
        ],
        relatives=list(Relative.objects.filter(client=client)),
        together=_together(places, agreed, on=on),
        place=next((place for place in places if place.client_id == client.pk), None),
    )


def _together(places, agreed, *, on) -> Decimal | None:
    people = [place.client for place in places]
    adults = [one.pk for one in people if rules.is_adult(one.birth_date, on=on)]
    if len(people) < 2 or not set(adults) <= set(agreed):
        return None
    return sum((one.aum for one in people), Decimal(0))
