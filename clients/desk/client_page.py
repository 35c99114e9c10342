"""What the page of one client says beside the timeline."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from clients.assets.queries import assets
from clients.book import rules as book
from clients.book.details import masked_details
from clients.book.models import Client, Member, Ownership, State, Tier
from clients.desk.maturities import SOON, portfolio
from clients.followups import rules as followups
from clients.followups.models import Contact, FollowUp
from clients.followups.queries import briefing
from clients.sales.queries import cards
from crm import bank, words
from crm.lib import clock
from managers.people import scope
from managers.people.models import Post
from managers.people.scope import Right

_IN_BRIEF = ("keep_in_mind", "age_on")  # said elsewhere on the page


@dataclass(frozen=True)
class Silence:
    """Days since the last valid contact, and how many the tier allows (rules F1)."""

    last: Contact | None
    days: int | None
    allowed: int | None

    @property
    def is_too_long(self) -> bool:
        return bool(self.allowed and (self.days is None or self.days > self.allowed))


@dataclass(frozen=True)
class Birthday:
    """The next one, and the age it brings."""

    day: date
    age: int


def page(client, person, *, at) -> dict:
    """The context of the page; the same number of queries for every client."""
    today = clock.local(at).date()
    return {
        "client": client,
        "line": tier_line(client, on=today),
        "assets": assets(client, on=today),
        "silence": silence(client, at=at),
        "promised": list(FollowUp.objects.open().filter(client=client).select_related("owner")),
        "briefing": briefing(client, at=at),
        "before": _before(client),
        "sales": cards(client, person, on=today),
        "details": masked_details(client),
        "portfolio": portfolio(client, on=today),
        "soon_until": today + SOON,
        "household": household(client, person),
        "facts": facts(client),
        "birthday": birthday(client.birth_date, on=today),
        **_acts(client, person, on=today),
    }


def tier_line(client, *, on):
    """How far the assets are above the floor of the client's tier, in CNY; None for no floor."""
    floor = bank.read("tiers.floor", on=on)[client.tier]
    return client.aum - floor if floor and client.aum else None


def silence(client, *, at) -> Silence:
    """How long nobody has spoken with the client."""
    today = clock.local(at).date()
    kind = "prospect" if client.state == State.PROSPECT else client.tier
    allowed = bank.read("cadence.days", on=today).get(kind)
    last = Contact.objects.filter(client=client, is_valid=True).select_related("staff").first()
    days = (today - clock.local(last.happened_at).date()).days if last else None
    return Silence(last, days, allowed if client.owner_id else None)


def household(client, person) -> list[tuple[Member, bool]]:
    """The other members, and whether the person may open their files (rules C7)."""
    mine = Member.objects.filter(client=client).values("household")
    members = list(
        Member.objects.filter(household__in=mine).exclude(client=client).select_related("client")
    )
    others = [member.client_id for member in members]
    own = set(Client.objects.visible_to(person).filter(pk__in=others).values_list("pk", flat=True))
    return [(member, member.client_id in own) for member in members]


def facts(client) -> list[tuple[str, str]]:
    """What the client volunteered, or what an import brought along, with its label."""
    labels = {
        "occupation": _("Occupation"),
        "occupation_type": _("Kind of work"),
        "marital_status": _("Family"),
        "monthly_income": _("Monthly income"),
        "lifecycle_stage": _("Stage of the relation"),
        "city": _("City"),
        "city_level": _("Kind of city"),
        "age": _("Age"),
    }
    known = {key: value for key, value in client.profile.items() if key not in _IN_BRIEF}
    if client.profile.get("age_on") and "age" in known:
        known["age"] = _("%(age)s on %(day)s") % {
            "age": known["age"],
            "day": client.profile["age_on"],
        }
    return [
        (labels.get(key) or key.replace("_", " ").capitalize(), str(value))
        for key, value in known.items()
    ]


def birthday(born: date | None, *, on: date) -> Birthday | None:
    """The next birthday from today on; one of 29 February is kept on the 28th (rules F2)."""
    if born is None:
        return None
    year = on.year if _in_year(born, on.year) >= on else on.year + 1
    return Birthday(_in_year(born, year), year - born.year)


def _in_year(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _before(client) -> str:
    """From whom the present owner has the client: a colleague or a pool; "" at the beginning."""
    rows = Ownership.objects.filter(client=client, until__isnull=False)
    last = rows.select_related("owner", "pool").first()
    if last is None:
        return ""
    return words.plain_name(last.owner) if last.owner else words.unit_name(last.pool)


def _acts(client, person, *, on) -> dict:
    own = client.owner_id == person.pk
    to_hand_over = person.current_post == Post.MARKETING_RM and client.state == State.PROSPECT
    return {
        "can_edit": book.may_edit(person, client),
        "can_book": client.state != State.CLOSED and followups.may_book(person, client, on=on),
        "can_assign": bool(client.pool_id) and scope.may(person, Right.ASSIGN),
        "can_hand_over": own and to_hand_over,
        "is_top": client.tier in (Tier.DIAMOND, Tier.PRIVATE),
    }
