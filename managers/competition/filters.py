"""What the standings and the ledger can be narrowed by."""

from dataclasses import dataclass

import django_filters
from django.utils.translation import gettext_lazy as _

from crm.lib.filtering import DaysFilter, IdFilter
from managers.competition.divisions import Division
from managers.competition.metrics import EARNING, MONEY, Metric
from managers.competition.models import Competition, PointEntry
from managers.competition.rulebook import Rulebook


class CompetitionFilter(django_filters.FilterSet):
    """Competitions by state, and by days of which one lies in their period."""

    state = django_filters.ChoiceFilter(choices=Competition.State.choices)
    period = DaysFilter(label=_("days"), method="of_days")

    class Meta:
        model = Competition
        fields = ["state"]

    def of_days(self, found, _name, days):
        """Those whose period shares a day with these."""
        first, last = days
        return found.filter(first__lte=last, last__gte=first)


class EntryFilter(django_filters.FilterSet):
    """Entries by person, metric and day."""

    staff = IdFilter(field_name="staff_id", label=_("person"))
    metric = django_filters.ChoiceFilter(choices=Metric.choices, label=_("metric"))
    day = DaysFilter(label=_("days"))

    class Meta:
        model = PointEntry
        fields = ["staff", "metric", "day"]


@dataclass(frozen=True)
class Asked:
    """The standings that an address asks for; what makes no sense falls back to the usual."""

    division: Division
    metric: str = ""
    is_teams: bool = False
    is_own: bool = False  # the people of the own units, whatever their division

    @property
    def metric_label(self) -> str:
        """The metric that places go by; nothing for the whole score."""
        return str(Metric(self.metric).label) if self.metric else ""

    @property
    def is_money(self) -> bool:
        """Whether that metric is CNY."""
        return self.metric in MONEY

    @classmethod
    def by(cls, query, *, rules: Rulebook, own: Division | None) -> "Asked":
        """Read `division`, `metric` and `show`; the own division, or the first, by default."""
        known = {division.code: division for division in Division.all(rules.goals)}
        usual = own if own and own.code in known else Division(next(iter(rules.goals)), "middle")
        division = known.get(query.get("division", ""), usual)
        metric = query.get("metric", "")
        counts = metric in EARNING and metric in {g.metric for g in rules.goals[division.post]}
        show = query.get("show")
        return cls(division, metric if counts else "", show == "teams", show == "own")
