"""What may be seen of the competition, and what another place would take (rules A5, H2)."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from crm import bank
from crm.lib.money import round_cents
from managers.competition.models import Metric
from managers.people import scope
from managers.people.models import Post
from managers.people.scope import Reach, Right

MOST = 60  # more events of one kind than that are no advice


@dataclass(frozen=True)
class Way:
    """So many events of one metric bring so many points."""

    metric: str
    count: int
    points: Decimal


def visible_units(person) -> set[int] | None:
    """Units whose people a person sees in the standings; None for all (rules A5)."""
    reached = scope.reach(person, Right.SEE_STANDINGS)
    if reached == Reach.ALL:
        return None
    return set(scope.units(person, Right.SEE_STANDINGS).values_list("pk", flat=True))


def may_explain(person, row) -> bool:
    """Whether the single entries behind a row are for this person: own, or one's own people's."""
    if row.staff.pk == person.pk or person.current_post == Post.HQ_ADMIN:
        return True
    units = visible_units(person)
    return units is not None and row.unit.pk in units


def ways(post: str, gap: Decimal, *, on: date) -> list[Way]:
    """What would each alone close a gap of points, for a post; fewest events first."""
    earned = _points_of(post, on=on)
    counts = {
        metric: int((gap / points).to_integral_value(ROUND_CEILING))
        for metric, points in earned.items()
        if points > 0
    }
    found = [Way(metric, n, n * earned[metric]) for metric, n in counts.items() if n <= MOST]
    return sorted(found, key=lambda way: (way.count, way.metric))


def _points_of(post: str, *, on: date) -> dict[str, Decimal]:
    points = {name: Decimal(text) for name, text in bank.read("competition.points", on=on).items()}
    sender, _receiver = bank.read("competition.handover_share", on=on)
    sent = round_cents(points["handover_introduced"] * sender / 100)
    if post == Post.WEALTH_RM:
        received = points["handover_introduced"] - sent
        return {Metric.CONTACT: points["valid_contact"], Metric.HANDOVER: received}
    if post == Post.MARKETING_RM:
        return {Metric.CONTACT: points["valid_contact"], Metric.HANDOVER: sent}
    return {Metric.REFERRAL: points["referral_accepted"]}
