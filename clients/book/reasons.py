"""Why an RM is suggested for a client, in codes and in words (rules E12)."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from managers.people.models import Staff


class Reason(models.TextChoices):
    """Why somebody is suggested, or why nobody is."""

    MET = "met", _("has spoken with this client")
    HOUSEHOLD = "household", _("already serves the household")
    LANGUAGE = "language", _("speaks the client's language")
    LICENCE = "licence", _("lowest load with the licence for what the client holds")
    GRADE = "grade", _("lowest load with the grade for this tier")
    OUTLET = "outlet", _("works at the client's outlet")
    CENTRE = "centre", _("works at the centre that serves the outlet")
    BRANCH = "branch", _("works in the same branch")
    HOURS = "hours", _("lowest load among those with hours free")
    LOAD = "load", _("lowest load")
    NOBODY = "nobody", _("no wealth RM of this outlet is here")
    NO_GRADE = "no_grade", _("nobody here has the grade for this tier")
    NO_LICENCE = "no_licence", _("nobody here has the licence for what the client holds")
    NO_ROOM = "no_room", _("every book is full")


# Beside another reason each of these says what sets the RM apart, and not that the load decides.
BESIDE = {
    Reason.GRADE: _("has the grade for this tier"),
    Reason.LICENCE: _("has the licence for what the client holds"),
}

NEARNESS = (Reason.OUTLET, Reason.CENTRE, Reason.BRANCH)


@dataclass(frozen=True)
class Suggestion:
    """One RM for one client, with the load before and after; `staff` is None where nobody can.

    `also` are further reasons that speak for the same RM, `free` the hours of `Candidate`.
    """

    reason: str
    staff: Staff | None = None
    before: int = 0
    after: int = 0
    also: tuple[str, ...] = ()
    free: int | None = None

    @property
    def said(self) -> list[str]:
        """All that speaks for the RM in words, what decided in front; the hours, where known."""
        beside = (str(BESIDE.get(reason, Reason(reason).label)) for reason in self.also)
        hours = [] if self.free is None else [hours_left(self.free)]
        return [str(Reason(self.reason).label), *beside, *hours]

    @property
    def why(self) -> str:
        """The same in one line."""
        return " · ".join(self.said)


def hours_left(free: int) -> str:
    """The hours of the coming days that are free, or short, in words."""
    if free < 0:
        return ngettext("%(hours)d hour short", "%(hours)d hours short", -free) % {"hours": -free}
    return ngettext("%(hours)d hour free", "%(hours)d hours free", free) % {"hours": free}
