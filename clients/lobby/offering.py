"""Whom a person may ask to answer a referral, and who is suggested (rules D4, E12). Reads only."""

from dataclasses import replace
from datetime import date

from clients.book.models import Tier
from clients.book.reasons import Reason, Suggestion
from clients.book.suggestions import suggest, team
from clients.followups.queries import last_spoken
from clients.lobby.queries import Choice, answerers, choices
from clients.planning.weather import with_hours


def offer(person, client, *, on: date) -> tuple[list[Choice], Suggestion | None]:
    """Who may be asked, whoever is suggested in front, and the suggestion.

    For an owned client only owner and deputy answer, and nobody is suggested. `client` is None for
    a newcomer at the person's own outlet.
    """
    if client and client.owner_id:
        return answerers(client, on=on), None
    here, tier = (client.outlet, client.tier) if client else (person.current_unit, Tier.REGULAR)
    found = with_hours(choices(here, tier=tier, on=on, without=person), on=on)
    if not found:
        return [], None
    best = _for_client(client, found, on=on) if client else _for_newcomer(found)
    if best.staff is None:
        return found, None
    return sorted(found, key=lambda choice: choice.staff != best.staff), best


def _for_client(client, found, *, on) -> Suggestion:
    free = {choice.staff.pk: choice.free for choice in found}
    candidates = [one for one in team([client.outlet], on=on) if one.staff.pk in free]
    candidates = [replace(one, free=free[one.staff.pk]) for one in candidates]
    met = last_spoken([client])
    return suggest([client], on=on, met=met, candidates=candidates)[client.pk]


def _for_newcomer(found) -> Suggestion:
    """Those with hours free in front, the emptiest book first."""
    best = min(found, key=lambda choice: choice.free <= 0)  # they come by load
    by_hours = best.free > 0 and any(choice.free <= 0 for choice in found)
    reason = Reason.HOURS if by_hours else Reason.LOAD
    return Suggestion(reason, best.staff, free=best.free)
