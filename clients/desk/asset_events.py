"""Changes of tier and state as the timeline tells them, with the figures that caused them."""

from datetime import date
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clients.assets.models import StateChange, TierChange
from clients.assets.rules.tiers import RANK
from clients.book.models import State, Tier
from clients.desk.events import Event
from crm import words
from crm.lib import clock, money


def of_standing(client, before, limit) -> tuple[list[Event], int]:
    """Tiers raised and lowered, and the states of the client: each has few."""
    tiers = TierChange.objects.filter(client=client)
    states = StateChange.objects.filter(client=client)
    found = [of_tier(row) for row in tiers] + [of_state(row) for row in states]
    earlier = [event for event in found if event.at < before]
    return sorted(earlier, key=lambda event: event.at, reverse=True)[:limit], len(found)


def of_maturities(client, before, limit, *, on: date) -> tuple[list[Event], int]:
    """Money that came back by this day, at its maturity or early."""
    found = [_ended(row) for row in client.holdings.all() if _end_of(row) and _end_of(row) <= on]
    earlier = [event for event in found if event.at < before]
    return sorted(earlier, key=lambda event: event.at, reverse=True)[:limit], len(found)


def _end_of(row) -> date | None:
    return row.redeemed_on or row.matures_on


def _ended(row) -> Event:
    said = {"name": row.name, "day": words.day(row.matures_on)}
    title, text = _("%(name)s matured"), ""
    if row.redeemed_on:
        title = _("%(name)s was redeemed early")
        text = _("It would have matured on %(day)s.") % said if row.matures_on else ""
    return Event(
        at=clock.start_of_day(_end_of(row)),
        title=title % said,
        icon="coin",
        text=text,
        chip=money.exact(row.amount, row.currency) if row.amount is not None else "",
        is_all_day=True,
    )


def of_tier(row) -> Event:
    raised = RANK[row.now] > RANK[row.was]
    title = _("Tier raised from %(was)s to %(now)s")
    if not raised:
        title = _("Tier lowered from %(was)s to %(now)s")
    names = {"was": Tier(row.was).label, "now": Tier(row.now).label}
    return Event(
        at=clock.start_of_day(row.effective_on),
        title=title % names,
        icon="diamond",
        tone="" if raised else "red",
        text=_why(row),
        chip=names["now"],
        is_all_day=True,
    )


def _why(row) -> str:
    said = {
        "month": words.month(row.month),
        "average": money.exact(row.average),
        "number": row.misses,
        "tier": Tier(row.was).label,
    }
    if row.cause == TierChange.Cause.REACHED:
        return _("The average of %(month)s was %(average)s.") % said
    if row.cause == TierChange.Cause.MISSED:
        return (
            _("%(number)d months running missed %(tier)s; %(month)s averaged %(average)s.") % said
        )
    return _("Balances came late; the months up to %(month)s were counted again.") % said


def of_state(row) -> Event:
    titles = {
        State.DORMANT: _("Dormant"),
        State.LOST: _("Lost"),
        State.WON_BACK: _("Won back"),
        State.OWNED: _("Active again"),
    }
    return Event(
        at=row.at,
        title=titles.get(row.now, row.get_now_display()),
        icon={State.DORMANT: "zzz", State.LOST: "user-minus"}.get(row.now, "user-check"),
        tone="red" if row.now in (State.DORMANT, State.LOST) else "",
        text=_figures(row),
    )


def _figures(row) -> str:
    """The figures in words; nothing where none were kept."""
    figures = row.figures
    if row.now == State.DORMANT and "since" in figures:
        said = {"days": figures["days"], "day": words.day(date.fromisoformat(figures["since"]))}
        return _("Not heard of for %(days)d days, since %(day)s.") % said
    amounts = {name: _short(figures[name]) for name in ("aum", "peak") if name in figures}
    if row.now == State.LOST and len(amounts) == 2:
        return _("%(aum)s left of %(peak)s within a year.") % amounts
    if row.now == State.WON_BACK and len(amounts) == 2:
        return _("%(aum)s are back, of %(peak)s before.") % amounts
    if "heard_on" in figures:
        day = words.day(date.fromisoformat(figures["heard_on"]))
        return _("Heard of on %(day)s.") % {"day": day}
    return ""


def _short(amount: str) -> str:
    return money.compact(Decimal(amount), get_language() or "en")
