"""What sales, assessments, reviews and benefits look like in the timeline; one client has few."""

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.desk.events import Event
from clients.models import BenefitUse
from crm import words
from crm.lib import clock
from crm.lib.money import exact


def of_products(client, before, limit) -> tuple[list[Event], int]:
    """What was answered, recommended, sold, reviewed and booked."""
    uses = BenefitUse.objects.filter(grant__client=client, cancelled_at=None)
    uses = uses.select_related("grant__benefit", "booked_by")
    found = [event for row in client.sales.all() for event in _sale(row)]
    found += [_assessment(row) for row in client.risk_assessments.all()]
    found += [_review(row) for row in client.reviews.all()]
    found += [_use(row) for row in uses]
    found += _opened(client)
    earlier = [event for event in found if event.at < before]
    return sorted(earlier, key=lambda event: event.at, reverse=True)[:limit], len(found)


def _sale(row) -> list[Event]:
    about = {"product": row.product.shown_name, "amount": exact(row.amount)}
    made = Event(
        at=row.recommended_at,
        title=_("%(product)s recommended") % about,
        who=row.staff,
        is_slim=True,
    )
    if row.confirmed_at:
        told = _("Disclosure shown, the client's yes recorded as %(recording)s.")
        sold = Event(
            at=row.confirmed_at,
            title=_("%(product)s bought, %(amount)s") % about,
            icon="coin-yuan",
            text=told % {"recording": row.recording},
            who=row.staff,
            href=reverse("sale", args=[row.pk]),
        )
        return [made, sold, *_undone(row, about)]
    if row.cancelled_at:
        ended = Event(
            at=row.cancelled_at,
            title=_("%(product)s not bought") % about,
            text=row.cancel_reason,
            who=row.staff,
            is_slim=True,
        )
        return [made, ended]
    return [made]


def _undone(row, about) -> list[Event]:
    if not row.cancelled_at:
        return []
    title = _("Sale of %(product)s cancelled, %(amount)s") % about
    return [Event(at=row.cancelled_at, title=title, icon="coin-off", text=row.cancel_reason)]


def _opened(client) -> list[Event]:
    """What the client took without a sale in the file: accounts, and what imports brought."""
    ours = {row.holding_id for row in client.sales.all()}
    return [
        Event(
            at=clock.start_of_day(row.opened_on),
            title=_("%(product)s opened") % {"product": row.name},
            is_slim=True,
            is_all_day=True,
        )
        for row in client.holdings.all()
        if row.opened_on and row.pk not in ours
    ]


def _assessment(row) -> Event:
    last = _("Answered by the client; valid until %(day)s.")
    return Event(
        at=clock.start_of_day(row.answered_on),
        title=_("Risk level %(level)s") % {"level": row.get_level_display()},
        icon="shield-check",
        text=last % {"day": words.day(row.valid_until)},
        who=row.recorded_by,
        is_all_day=True,
    )


def _review(row) -> Event:
    return Event(
        at=clock.start_of_day(row.held_on),
        title=_("Portfolio review"),
        icon="chart-pie",
        text=row.goals,
        who=row.staff,
        is_all_day=True,
    )


def _use(row) -> Event:
    about = {"benefit": row.grant.benefit.shown_name, "day": words.day(row.day)}
    return Event(
        at=row.booked_at,
        title=_("%(benefit)s booked for %(day)s") % about,
        text=row.note,
        who=row.booked_by,
        is_slim=True,
    )
