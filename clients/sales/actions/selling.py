"""A sale, step by step: recommended, disclosed, confirmed or cancelled (rules J2)."""

from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.translation import gettext as _

from clients.book.models import Holding
from clients.sales import rules
from clients.sales.actions.crediting import counted_of, credit_sale, uncredit_sale
from clients.sales.models import SaleRecord
from clients.sales.queries import latest_disclosure, suitability
from crm.lib.db import lock
from crm.lib.errors import RuleBroken, Stale
from crm.lib.money import round_cents
from managers.audit.actions import record

State = SaleRecord.State


@transaction.atomic
def recommend(check, *, amount: Decimal, by, at) -> SaleRecord:
    """Recommend the checked product for an amount in CNY; the first step of a sale.

    Raises RuleBroken (code `unsuitable`) when the check said no or holds no more, and for an
    amount below the product's smallest.
    """
    client, on = lock(check.client), rules.today_of(at)
    rules.check_adviser(by, client, on=on)
    rules.check_recommendable(check, by=by)
    rules.check_amount(check.product, amount)
    _check_still(client, check, by=by, on=on)
    sale = SaleRecord.objects.create(
        client=client,
        product=check.product,
        staff=by,
        suitability_check=check,
        amount=amount,
        recommended_at=at,
    )
    facts = {"product": check.product_id, "check": check.pk, "amount": amount}
    record("sale.recommended", sale, by=by, at=at, client=client.pk, **facts)
    return sale


@transaction.atomic
def disclose(sale, *, shown, by, at, version=None) -> SaleRecord:
    """Keep which version of the disclosure the client was shown (rules J2).

    Raises RuleBroken (code `conflict`) when the bank has published another one meanwhile.
    """
    sale = _locked(sale, version, *SaleRecord.OPEN, by=by, at=at)
    rules.check_disclosed(sale, shown, latest_disclosure(sale.product))
    sale.disclosure, sale.disclosed_at, sale.state = shown, at, State.DISCLOSED
    _save(sale, "disclosure", "disclosed_at")
    facts = {"product": sale.product_id, "disclosure": shown.version}
    record("sale.disclosed", sale, by=by, at=at, client=sale.client_id, **facts)
    return sale


@transaction.atomic
def confirm(sale, *, recording: str, client_agrees: bool, by, at, version=None) -> SaleRecord:
    """Close the sale with the client's yes and its recording; the product joins the holdings.

    It counts in the competition at once (rules H2, H7). Raises RuleBroken without one of them, when
    the disclosure has changed (code `conflict`), and when the assessment or the licence has ended
    since the check (code `unsuitable`).
    """
    sale = _locked(sale, version, State.DISCLOSED, by=by, at=at)
    recording = recording.strip()
    rules.check_confirmation(recording=recording, client_agrees=client_agrees)
    rules.check_disclosed(sale, sale.disclosure, latest_disclosure(sale.product))
    _check_still(sale.client, sale.suitability_check, by=by, on=rules.today_of(at))
    sale.recording, sale.confirmed_at, sale.state = recording, at, State.CONFIRMED
    sale.fee = round_cents(sale.amount * sale.product.fee_rate / 100)
    counted = counted_of(sale, on=rules.today_of(at))
    sale.holding = _hold(sale, on=rules.today_of(at))
    _save(sale, "recording", "confirmed_at", "fee", "holding")
    facts = {"product": sale.product_id, "amount": sale.amount, "holding": sale.holding_id}
    record("sale.confirmed", sale, by=by, at=at, client=sale.client_id, **facts)
    credit_sale(sale, counted, by=by, at=at)
    return sale


@transaction.atomic
def cancel(sale, *, reason: str, by, at, version=None) -> SaleRecord:
    """Give a sale up, and say why; after the client's yes holding and points are undone (H7).

    Raises RuleBroken (code `conflict`) once the money is out of what was bought.
    """
    sale = _locked(sale, version, *SaleRecord.OPEN, State.CONFIRMED, by=by, at=at)
    was_sold = sale.state == State.CONFIRMED
    if not reason.strip():
        sentence = _("Say why the sale ends here.")
        raise RuleBroken(sentence, fields={"reason": sentence})
    if was_sold:
        rules.check_still_held(sale, on=rules.today_of(at))
        _release(sale)
    sale.cancel_reason, sale.cancelled_at, sale.state = reason.strip(), at, State.CANCELLED
    _save(sale, "cancel_reason", "cancelled_at")
    facts = {"amount": sale.amount, "holding": sale.holding_id} if was_sold else {}
    facts["product"] = sale.product_id
    record("sale.cancelled", sale, by=by, at=at, client=sale.client_id, **facts)
    if was_sold:
        uncredit_sale(sale, by=by, at=at)
    return sale


def _locked(sale, version, *states, by, at) -> SaleRecord:
    client = lock(sale.client)
    sale = lock(sale)
    sale.client = client
    rules.check_adviser(by, client, on=rules.today_of(at))
    rules.check_state(sale, *states)
    if version is not None and sale.version != version:
        raise Stale(_("Somebody changed this sale meanwhile."))
    return sale


def _save(sale, *fields) -> None:
    sale.version += 1
    sale.save(update_fields=["state", "version", *fields])


def _check_still(client, check, *, by, on) -> None:
    found = suitability(
        client, check.product, by, on=on, need=check.need, affordable=check.affordable
    )
    rules.check_still(found.facts, product=check.product)


def _hold(sale, *, on) -> Holding:
    """The holding that the sale adds to: with a fixed end each sale has its own.

    The client's assets stay what the last balance said.
    """
    product = sale.product
    key = f"sale:{sale.pk}" if product.months else f"product:{product.code}"
    holding, is_new = Holding.objects.get_or_create(
        client=sale.client,
        source_key=key,
        defaults={
            "category": product.category,
            "name": product.name,
            "amount": sale.amount,
            "opened_on": on,
            "matures_on": on + relativedelta(months=product.months) if product.months else None,
        },
    )
    if not is_new:
        held = holding.amount if holding.is_open and holding.amount else Decimal(0)
        holding.amount, holding.is_open, holding.redeemed_on = held + sale.amount, True, None
        holding.save(update_fields=["amount", "is_open", "redeemed_on"])
    return holding


def _release(sale) -> None:
    """Take the sale out of its holding, which ends when nothing is left and matures no more."""
    if sale.holding is None:
        return
    holding = lock(sale.holding)
    holding.amount = max((holding.amount or Decimal(0)) - sale.amount, Decimal(0))
    if not holding.amount:
        holding.is_open, holding.matures_on = False, None
    holding.save(update_fields=["amount", "is_open", "matures_on"])
