"""Who could take one client, why, and what it would do to books and days (rules E12)."""

from dataclasses import dataclass
from datetime import date

from clients.book.reasons import Suggestion
from clients.book.suggestions import ranking, team
from clients.desk.effects import Effect, effects
from clients.followups.queries import last_spoken
from clients.planning.weather import weather, with_hours


@dataclass(frozen=True)
class Option:
    """An RM with the reasons, and book and hours before and after."""

    suggestion: Suggestion
    effect: Effect


def options(client, *, on: date) -> tuple[list[Option], Suggestion | None]:
    """Everybody who could take the client, best first; where nobody can, what says why.

    The owner is none of them. A dozen queries for any number of RMs.
    """
    people = [one for one in team([client.outlet], on=on) if one.staff.pk != client.owner_id]
    hours = weather([one.staff.pk for one in people], on=on)
    people = with_hours(people, on=on, hours=hours)
    found = ranking(client, people, on=on, met=last_spoken([client]))
    if found[0].staff is None:
        return [], found[0]
    pairs = [(client, one.staff.pk) for one in found]
    by_staff = {one.staff.pk: one for one in effects(pairs, people, on=on, hours=hours)}
    return [Option(one, by_staff[one.staff.pk]) for one in found], None
