"""The slow way to a client's state: from every balance and every month, nothing kept (rules C1)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise


@dataclass
class Life:
    """The state of one number's file as its nights left it, since when, and what it was lost from.

    `given` is the day on which the owner took over.
    """

    given: date
    state: str = "owned"
    since: date | None = None
    lost_from: Decimal | None = None

    def night(self, file, today: date) -> None:
        """Judge the file once."""
        found = self._next(file, today)
        if found:
            self.state, self.since = found, today

    def _next(self, file, today: date) -> str:
        heard = last_movement(file)
        if self.state in ("owned", "dormant") and (peak := peak_of_lost(file, today)):
            self.lost_from = peak
            return "lost"
        if self.state == "owned":
            silent_since = max(filter(None, (self.given, heard)))
            return "dormant" if today - silent_since >= timedelta(days=180) else ""
        if self.state == "dormant":
            return "owned" if heard and heard >= self.since else ""
        if self.state == "lost":
            in_time = today < self.since.replace(year=self.since.year + 1)
            return "won_back" if in_time and file.assets * 2 >= self.lost_from else ""
        spoken = heard and heard > self.since
        return "owned" if spoken or today - self.since >= timedelta(days=90) else ""


def last_movement(file) -> date | None:
    """The last day on which a balance of any of its files changed by 1,000 or more."""
    found = []
    for one in file.all():
        days = sorted(one.balances)
        for before, day in pairwise(days):
            if abs(one.balances[day] - one.balances[before]) >= 1000:
                found.append(day)
    return max(found, default=None)


def peak_of_lost(file, today: date) -> Decimal | None:
    """The peak from which a client is lost: below a tenth of it at three month-ends running."""
    months = file.months(today)
    month, ends = today.replace(day=1), []
    for _back in range(3):
        month = (month - timedelta(days=1)).replace(day=1)
        ends.append(month)
    for month in ends:
        if month not in months or months[month][1] * 10 >= peak(months, month):
            return None
    return peak(months, ends[-1])


def peak(months: dict, last: date) -> Decimal:
    """The highest balance of the twelve months that end with this one."""
    first = last.replace(year=last.year - 1)
    return max((row[2] for month, row in months.items() if first < month <= last), default=0)
