"""What the page of one client says beside the timeline."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from clients.appointments.queries import coming_of
from clients.assets.queries import assets
from clients.book import rules as book
from clients.book.details import masked_details
from clients.book.models import Ownership, State, Tier
from clients.desk.brief import compose
from clients.desk.brief_facts import facts_of
from clients.desk.maturities import SOON, portfolio
from clients.desk.request_events import asked_by
from clients.file.queries import file_of
from clients.file.wording import best_time
from clients.followups import rules as followups
from clients.followups.models import Contact, FollowUp
from clients.followups.queries import briefing
from clients.followups.standards import standard_of
from clients.lobby.queries import pick
from clients.models import ClientRequest, Consent, PortfolioReview, RiskAssessment, SaleRecord
from clients.privacy.rules.closing import may_close
from clients.sales.queries import cards
from crm import bank, words
from crm.lib import clock
from managers.people import scope
from managers.people.models import Post
from managers.people.scope import Reach, Right

_IN_BRIEF = ("keep_in_mind", "age_on")  # said elsewhere on the page
KEPT_FOR = timedelta(days=30)  # calendar days that a kept promise stays in sight
KEPT_SHOWN = 3


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
class Vows:
    """What is promised, what was kept lately, and how many of this year's were."""

    open: list[FollowUp] = field(default_factory=list)
    kept: list[FollowUp] = field(default_factory=list)
    kept_this_year: int = 0
    ended_this_year: int = 0

    def __bool__(self):
        return bool(self.open or self.kept)


def with_lines(rows):
    """Clients with what several parts of the page read, each asked for once."""
    return rows.select_related(
        "owner", "outlet", "pool", "preferences", "standing"
    ).prefetch_related(
        Prefetch("ownerships", Ownership.objects.select_related("owner", "pool", "decided_by")),
        Prefetch("risk_assessments", RiskAssessment.objects.select_related("recorded_by")),
        Prefetch("reviews", PortfolioReview.objects.select_related("staff")),
        Prefetch("sales", SaleRecord.objects.select_related("product", "staff")),
        Prefetch("consents", Consent.objects.select_related("recorded_by")),
        Prefetch("client_requests", ClientRequest.objects.select_related("owner", "taken_by")),
        "holdings",
        "months",
    )


def page(client, person, *, at) -> dict:
    """The context of the page; the same number of queries for every client."""
    today = clock.local(at).date()
    promises = vows(client, on=today)
    read = {
        "client": client,
        "line": tier_line(client, on=today),
        "assets": assets(client, on=today),
        "silence": silence(client, at=at),
        "vows": promises,
        "promised": promises.open,
        "asked": asked_by(client),
        "coming": coming_of(client),
        "briefing": briefing(client, at=at),
        "before": _before(client),
        "sales": cards(client, person, on=today),
        "details": masked_details(client),
        "portfolio": portfolio(client, on=today),
        "soon_until": today + SOON,
        "file": file_of(client, person, on=today),
        "facts": facts(client),
        **_acts(client, person, on=today),
    }
    read["brief"] = compose(facts_of(client, read=read, on=today))
    read["best_time"] = best_time(read["file"].preferences)
    return read


def vows(client, *, on) -> Vows:
    """What colleagues promised the client: open, kept, and kept of those that ended this year."""
    year = clock.start_of_day(on.replace(month=1, day=1))
    this_year = Q(state__in=[FollowUp.State.DONE, FollowUp.State.MISSED], closed_at__gte=year)
    rows = FollowUp.objects.filter(this_year | Q(state=FollowUp.State.OPEN), client=client)
    promises, ended = [], []
    for row in rows.select_related("owner", "created_by", "series", "step__run"):
        (promises if row.state == FollowUp.State.OPEN else ended).append(row)
    ended.sort(key=lambda row: row.closed_at, reverse=True)
    kept = [row for row in ended if row.state == FollowUp.State.DONE]
    since = clock.start_of_day(on - KEPT_FOR)
    return Vows(
        open=promises,
        kept=[row for row in kept if row.closed_at >= since][:KEPT_SHOWN],
        kept_this_year=len(kept),
        ended_this_year=len(ended),
    )


def tier_line(client, *, on):
    """How far the assets are above the floor of the client's tier, in CNY; None for no floor."""
    floor = bank.read("tiers.floor", on=on)[client.tier]
    return client.aum - floor if floor and client.aum else None


def silence(client, *, at) -> Silence:
    """How long nobody has spoken with the client."""
    today = clock.local(at).date()
    standard = standard_of(client, on=today)
    last = Contact.objects.filter(client=client, is_valid=True).select_related("staff").first()
    days = (today - clock.local(last.happened_at).date()).days if last else None
    return Silence(last, days, standard.gap_days if standard and client.owner_id else None)


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


def _before(client) -> str:
    """From whom the present owner has the client: a colleague or a pool; "" at the beginning."""
    last = next((row for row in client.ownerships.all() if row.until), None)
    if last is None:
        return ""
    return words.plain_name(last.owner) if last.owner else words.unit_name(last.pool)


def _acts(client, person, *, on) -> dict:
    own = client.owner_id == person.pk
    to_hand_over = person.current_post == Post.MARKETING_RM and client.state == State.PROSPECT
    return {
        "can_edit": book.may_edit(person, client),
        "data_mark": pick(person, client.pk) if scope.may(person, Right.LOOK_UP) else "",
        "can_restrict": book.may_restrict(person, client),
        "can_close": may_close(person, client),
        "can_reveal": book.may_reveal(person, client),
        "can_book": client.state != State.CLOSED and followups.may_book(person, client, on=on),
        "can_assign": bool(client.pool_id) and scope.may(person, Right.ASSIGN),
        "can_hand_over": own and to_hand_over,
        "can_oversee": scope.reach(person, Right.READ_ACCESS) == Reach.TREE,
        "is_top": client.tier in (Tier.DIAMOND, Tier.PRIVATE),
    }
