"""Which benefits a client has a right to, and when one may be used (rules C3, C6)."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from clients.assets import queries
from clients.book.models import State, Tier
from clients.sales.models import BenefitQuota
from crm import bank, words
from crm.lib.errors import RuleBroken

ORDER = list(Tier.values)


def rights_tier(tier: str, contribution: Decimal, *, on: date) -> str:
    """The tier whose rights a client has: by assets, or a higher one by contribution (rules C6).

    `contribution` is CNY a year. It only ever raises.
    """
    lines = bank.read("benefits.contribution", on=on)
    earned = [name for name, line in lines.items() if contribution >= line]
    return max([tier, *earned], key=ORDER.index)


def contributions(clients, *, on: date) -> dict[int, Decimal]:
    """What each client brought the bank last year or, if that is more already, this year (C6)."""
    years = queries.contributions(client.pk for client in clients)
    return {
        pk: max(
            (row.total for row in rows if row.year in (on.year - 1, on.year)), default=Decimal(0)
        )
        for pk, rows in years.items()
    }


def quotas_by_tier() -> dict[str, dict[int, int]]:
    """Times a year of each benefit, by tier: {tier: {benefit id: times}}."""
    found: dict[str, dict[int, int]] = {tier: {} for tier in ORDER}
    rows = BenefitQuota.objects.filter(benefit__is_active=True)
    for tier, benefit, times in rows.values_list("tier", "benefit", "times"):
        found[tier][benefit] = times
    return found


def rights(tier: str, quotas: dict[str, dict[int, int]]) -> dict[int, int]:
    """Times a year of each benefit for a tier: nobody gets less than the tiers below."""
    found: dict[int, int] = {}
    for below in ORDER[: ORDER.index(tier) + 1]:
        for benefit, times in quotas[below].items():
            found[benefit] = max(times, found.get(benefit, 0))
    return found


def check_use(grant, *, day: date, on: date) -> None:
    """Raise RuleBroken when nothing is left, or the day lies outside the grant (rules C6)."""
    if grant.client.state == State.CLOSED:
        raise RuleBroken(_("This client has left the bank."))
    if not date(grant.year, 1, 1) <= day <= grant.expires_on:
        sentence = _("This benefit is for days in %(year)s, until %(day)s.") % {
            "year": grant.year,
            "day": words.day(grant.expires_on),
        }
        raise RuleBroken(sentence, fields={"day": sentence})
    if grant.expires_on < on:
        raise RuleBroken(_("This benefit ended on %(day)s.") % {"day": words.day(grant.expires_on)})
    if grant.left < 1:
        raise RuleBroken(_("Nothing is left of this benefit."), code="used_up")
