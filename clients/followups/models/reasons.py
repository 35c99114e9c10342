"""Why a follow-up exists and why it stands on its day, in words."""

from django.utils.translation import gettext as _

from clients.book.models import State, Tier
from clients.followups.models.kinds import Channel, Trigger
from crm import words
from crm.workdays import work_calendar
from managers.people.models import OpeningHours, Post, ruling


class Explained:
    """What the columns of a follow-up say about where it comes from."""

    @property
    def why(self) -> str:
        """Which standard, programme, series, rule or person made it."""
        if self.trigger == Trigger.CADENCE:
            return _("by the standard for %(whom)s") % {"whom": _whom(self.standard)}
        if self.trigger == Trigger.PROGRAMME and self.step:
            step = {"name": self.step.run.name, "number": self.step.number}
            return _("step %(number)d of “%(name)s”") % step
        if self.series:
            return str(self.series.get_every_display())
        if self.rule and self.event_on:
            event = {"code": self.rule, "day": words.day_short(self.event_on)}
            return _("by the rule %(code)s, event of %(day)s") % event
        if self.rule:
            return _("by the rule %(code)s") % {"code": self.rule}
        if self.created_by:
            return _("booked by %(name)s") % {"name": words.plain_name(self.created_by)}
        return _("booked by the system")

    @property
    def moved(self) -> str:
        """From which day it was moved, and why; "" where it stands on the day that was wanted."""
        wanted = self.wanted_on
        if wanted is None or wanted == self.due_on:
            return ""
        day = f"{words.weekday(wanted)} {words.day_short(wanted)}"
        return _("moved from %(day)s: %(cause)s") % {"day": day, "cause": self._cause()}

    def _cause(self) -> str:
        calendar = work_calendar()
        if not calendar.is_workday(self.wanted_on):
            return words.holiday(self.wanted_on) or _("weekend")
        if closed := self._closed_then():
            return closed
        if self.gave_way:
            return _("something else is due with the client then")
        if self.due_on > self.wanted_on:
            return _("that day was over")
        return _("the client's own days")

    def _closed_then(self) -> str:
        """Why the outlet of a meeting is closed on that day; "" where it opens; one query."""
        if self.channel != Channel.VISIT:
            return ""
        rows = OpeningHours.objects.filter(unit=self.client.outlet_id)
        row = ruling(rows, self.wanted_on)
        if row is None or row.is_open(self.wanted_on):
            return ""
        return row.reason or _("the outlet is closed then")


def _whom(code: str) -> str:
    """Stage, post and tier of a standard's code in words."""
    labels = {**dict(State.choices), **dict(Post.choices), **dict(Tier.choices)}
    found = [str(labels[part]) for part in code.split("-") if part in labels]
    return " ".join(found) or _("all clients")
