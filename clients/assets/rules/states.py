"""When a client is dormant, lost, won back or as before (rules C1)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from clients.assets.rules.months import following, last_finished
from clients.book.models import State
from crm import bank

# Who was never given to anybody is not judged, and a closed client stays closed.
JUDGED = (State.OWNED, State.DORMANT, State.LOST, State.WON_BACK)


@dataclass(frozen=True)
class Facts:
    """What is known of a client on a day.

    `quiet_since` is the last contact, movement or change of owner, whichever is latest; `heard_on`
    the last contact or movement alone. `months` are (month, closing, peak) of finished months.
    `since` is when the present state began, `lost_peak` the assets from which the client was lost.
    """

    state: str
    aum: Decimal
    quiet_since: date
    heard_on: date | None = None
    months: Sequence[tuple[date, Decimal, Decimal]] = ()
    since: date | None = None
    lost_peak: Decimal | None = None


@dataclass(frozen=True)
class Verdict:
    """The state that follows, and the figures that say why; days and amounts as JSON keeps them."""

    state: str
    figures: dict = field(default_factory=dict)


def judge(facts: Facts, on: date) -> Verdict | None:
    """The next state of a client; None while nothing changes."""
    if facts.state in (State.OWNED, State.DORMANT) and (found := _lost(facts, on)):
        return found
    if facts.state == State.OWNED:
        return _dormant(facts, on)
    if facts.state == State.DORMANT:
        return _awake(facts, on)
    if facts.state == State.LOST:
        return _won_back(facts, on)
    if facts.state == State.WON_BACK:
        return _settled(facts, on)
    return None


def silence(facts: Facts, on: date) -> int:
    """Calendar days since the client was heard of."""
    return (on - facts.quiet_since).days


def _dormant(facts, on) -> Verdict | None:
    days = silence(facts, on)
    if days < bank.read("dormancy.days", on=on):
        return None
    return Verdict(State.DORMANT, {"days": days, "since": facts.quiet_since.isoformat()})


def _awake(facts, on) -> Verdict | None:
    """Heard of since the client went quiet."""
    quiet_until = facts.since or on - timedelta(days=bank.read("dormancy.days", on=on))
    if facts.heard_on is None or facts.heard_on < quiet_until:
        return None
    return Verdict(State.OWNED, {"heard_on": facts.heard_on.isoformat()})


def _lost(facts, on) -> Verdict | None:
    """Far below the peak at each of the last month-ends."""
    ends = bank.read("lost.month_ends", on=on)
    last = last_finished(on)
    known = {month: (closing, peak) for month, closing, peak in facts.months}
    wanted = [following(last, -back) for back in range(ends)]
    if any(month not in known for month in wanted):
        return None
    share = bank.read("lost.percent", on=on)
    for month in wanted:
        if known[month][0] * 100 >= share * peak_before(facts.months, month, on=on):
            return None
    peak = peak_before(facts.months, wanted[-1], on=on)
    return Verdict(State.LOST, {"month_ends": ends, "aum": str(facts.aum), "peak": str(peak)})


def peak_before(months, last: date, *, on: date) -> Decimal:
    """The highest balance in the year that ends with a month."""
    first = following(last, 1 - bank.read("lost.peak_months", on=on))
    return max((peak for month, _closing, peak in months if first <= month <= last), default=0)


def _won_back(facts, on) -> Verdict | None:
    since = facts.since
    peak = facts.lost_peak or peak_before(facts.months, last_finished(on), on=on)
    months = bank.read("won_back.months", on=on)
    in_time = since is None or on < _months_later(since, months)
    enough = peak and facts.aum * 100 >= peak * bank.read("won_back.percent", on=on)
    if not (in_time and enough):
        return None
    return Verdict(State.WON_BACK, {"aum": str(facts.aum), "peak": str(peak)})


def _settled(facts, on) -> Verdict | None:
    """Spoken with since, or long enough ago."""
    days = bank.read("won_back.settled_days", on=on)
    since = facts.since or on
    if facts.heard_on is not None and facts.heard_on > since:
        return Verdict(State.OWNED, {"heard_on": facts.heard_on.isoformat()})
    if (on - since).days >= days:
        return Verdict(State.OWNED, {"days": days})
    return None


def _months_later(day: date, months: int) -> date:
    first = following(day.replace(day=1), months)
    last = (following(first) - timedelta(days=1)).day
    return first.replace(day=min(day.day, last))
