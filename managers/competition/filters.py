"""What the standings and the ledger can be narrowed by."""

from dataclasses import dataclass
from datetime import date

import django_filters
from django.utils.translation import gettext_lazy as _

from crm.lib.filtering import DaysFilter, IdFilter
from managers.competition.models import Metric, PointEntry
from managers.competition.periods import Kind, Period
from managers.people.models import RM_POSTS


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

    period: Period
    post: str

    @classmethod
    def by(cls, query, *, today: date, post: str) -> "Asked":
        """Read `period` and `post`: the running quarter, and the division of `post` by default."""
        try:
            period = Period.parse(query.get("period", ""))
        except ValueError:
            period = Period.around(Kind.QUARTER, today)
        own = post if post in RM_POSTS else ""
        wanted = query.get("post", own)
        return cls(period, wanted if wanted in ("", *RM_POSTS, "all") else own)

    @property
    def division(self) -> str:
        """The post whose division it is, "" for all."""
        return "" if self.post == "all" else self.post
