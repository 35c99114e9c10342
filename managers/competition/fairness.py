"""What to look at before standings are published: results that a losing colleague would question.

The ledger holds sources, never clients; whose client a source is about is told by a reader that
knows them (rules H11).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.lib import clock
from crm.workdays import work_calendar
from managers.competition.metrics import MEASURED, MONEY, Metric
from managers.competition.models import PointEntry
from managers.competition.rows import Row
from managers.competition.sums import counted

FEW = 3  # results that together make so much of a metric that it hangs on them
MUCH = Decimal("0.60")
LAST_DAYS = 2
SPIKE = Decimal("0.30")
AFTER = timedelta(days=30)  # after the end, in which a result that goes again is suspicious
HOURS = (7, 20)  # of a working day, local time
ODD = Decimal("0.20")
AN_HOUR = 20  # contacts logged within one


class Tie(TextChoices):
    """What ties the client of a result to who was credited, or to the bank."""

    OWN = "own", gettext_lazy("Results from the person's own account: %(n)d.")
    HOUSEHOLD = "household", gettext_lazy("Results from the person's own household: %(n)d.")
    STAFF = "staff", gettext_lazy("Results from accounts of other staff: %(n)d.")
    ASSOCIATE = (
        "associate",
        gettext_lazy("Results from somebody with the name of an associate in an outlet: %(n)d."),
    )


@dataclass(frozen=True)
class Origin:
    """The client whom a result is about, and the tie, if there is one."""

    client: int
    tie: Tie | None = None


# For (person, source) of results the origin by source; what is unknown is left out.
Reader = Callable[[Iterable[tuple[int, str]]], Mapping[str, Origin]]

_readers: list[Reader] = []


def register(reader: Reader) -> None:
    """Name who knows the clients behind sources."""
    _readers.append(reader)


@dataclass(frozen=True)
class Finding:
    """What there is about one person's results, each in a sentence."""

    row: Row
    texts: list[str]


def report(table) -> list[Finding]:
    """Findings about everybody near a prize: twice as many as win, of each division."""
    rows = [row for row in table.ranked if row.place <= 2 * table.rules.winning_places]
    found = counted(table.competition).filter(staff__in=[row.staff.pk for row in rows])
    entries = defaultdict(list)
    for entry in found.select_related("reversed_by").order_by("recorded_at"):
        entries[entry.staff_id].append(entry)
    pairs = [(one.staff_id, one.source) for some in entries.values() for one in some]
    origins = {source: one for reader in _readers for source, one in reader(pairs).items()}
    found = (
        Finding(row, list(_sentences(table.competition, entries[row.staff.pk], origins)))
        for row in rows
    )
    return [finding for finding in found if finding.texts]


def _sentences(competition, entries: list[PointEntry], origins) -> Iterable[str]:
    by_metric = defaultdict(list)
    for entry in entries:
        by_metric[entry.metric].append(entry)
    for metric, some in by_metric.items():
        name = {"metric": Metric(metric).label}
        if metric in MONEY and _hangs_on_few(some, origins):
            yield _("%(metric)s: three clients make more than 60%% of it.") % name
        if _is_spike(competition, some):
            yield _("%(metric)s: more than 30%% came on the last two days.") % name
        if _went_again(competition, some):
            yield _("%(metric)s: a result was taken back soon after the end.") % name
    own = [entry for entry in entries if not _is_sent(entry) and not _is_measured(entry)]
    if own and sum(_is_odd(entry) for entry in own) > ODD * len(own):
        yield _("More than 20% was recorded outside working hours.")
    if _in_bulk([entry for entry in own if entry.metric == Metric.CONTACT]):
        yield _("More than 20 contacts were recorded within an hour.")
    ties = Counter(origins[e.source].tie for e in _standing(entries) if e.source in origins)
    for tie in Tie:
        if ties[tie]:
            yield str(tie.label) % {"n": ties[tie]}


def _is_sent(entry) -> bool:
    """Whether it came from another system or a decision, not from somebody's work here."""
    return entry.source.startswith(("core:", "appeal:"))


def _is_measured(entry) -> bool:
    """Whether the clock wrote it: always at night, and for the last day of a month."""
    return entry.metric in MEASURED and not _is_sent(entry)


def _standing(entries) -> list[PointEntry]:
    """What was not taken back, and takes nothing back."""
    return [one for one in entries if one.reverses_id is None and not _taken_back(one)]


def _taken_back(entry) -> PointEntry | None:
    return getattr(entry, "reversed_by", None)


def _hangs_on_few(entries, origins) -> bool:
    """Three of four clients or more bring most of what was gained; unknown ones stand alone."""
    by_client: Counter = Counter()
    for entry in _standing(entries):
        origin = origins.get(entry.source)
        by_client[origin.client if origin else entry.source] += entry.amount
    gains = sorted((amount for amount in by_client.values() if amount > 0), reverse=True)
    return len(gains) > FEW and sum(gains[:FEW]) > MUCH * sum(gains)


def _is_spike(competition, entries) -> bool:
    edge = competition.last - timedelta(days=LAST_DAYS)
    found = [entry for entry in _standing(entries) if not _is_measured(entry)]
    gains = [entry for entry in found if entry.amount > 0]
    late = sum(entry.amount for entry in gains if entry.day > edge)
    return len(gains) > FEW and late > SPIKE * sum(entry.amount for entry in gains)


def _went_again(competition, entries) -> bool:
    end = clock.end_of_day(competition.last)
    backs = [_taken_back(entry) for entry in entries]
    return any(back and end < back.recorded_at <= end + AFTER for back in backs)


def _is_odd(entry) -> bool:
    moment = clock.local(entry.recorded_at)
    in_hours = HOURS[0] <= moment.hour < HOURS[1]
    return not (in_hours and work_calendar().is_workday(moment.date()))


def _in_bulk(contacts) -> bool:
    moments = [entry.recorded_at for entry in contacts]
    windows = zip(moments, moments[AN_HOUR:], strict=False)
    return any(last - first <= timedelta(hours=1) for first, last in windows)
