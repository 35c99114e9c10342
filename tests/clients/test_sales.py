"""A sale from the recommendation to the client's yes, and nothing without its proof."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from clients.models import Holding, RiskAssessment, SaleRecord
from clients.sales import actions, rules
from clients.sales.actions import publish
from crm.lib.errors import RuleBroken, Stale
from managers.audit.models import AuditEvent
from tests.factories import (
    AssessmentFactory,
    CheckFactory,
    ClientFactory,
    DisclosureFactory,
    LicenceFactory,
    ProductFactory,
    SaleFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
AMOUNT = Decimal("120000.00")


@pytest.fixture
def one(rm):
    """A client of Lin Yue, C3."""
    client = ClientFactory(owner=rm)
    AssessmentFactory(client=client)
    return client


@pytest.fixture
def product():
    """A wealth product R2 for a year, with what has to be said."""
    return DisclosureFactory().product


def recommend(one, product, rm, now, amount=AMOUNT):
    check = actions.check(one, product, by=rm, at=now)
    return actions.recommend(check, amount=amount, by=rm, at=now)


def disclosed(one, product, rm, now, **more):
    sale = recommend(one, product, rm, now, **more)
    return actions.disclose(sale, shown=product.disclosures.first(), by=rm, at=now)


def confirm(sale, rm, now, recording="AV-2026-000417"):
    return actions.confirm(sale, recording=recording, client_agrees=True, by=rm, at=now)


def test_a_sale_goes_from_recommendation_to_holding(one, product, rm, now):
    sale = confirm(disclosed(one, product, rm, now), rm, now)

    held = Holding.objects.get(client=one)
    assert (sale.state, sale.holding, sale.disclosure.version) == ("confirmed", held, 1)
    assert (held.amount, held.category, held.name) == (AMOUNT, "wealth", product.name)
    assert (held.opened_on, held.matures_on) == (TODAY, date(2027, 11, 23))
    assert sale.fee == Decimal("600.00")
    verbs = AuditEvent.objects.filter(subject_type="clients.salerecord").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "sale.recommended",
        "sale.disclosed",
        "sale.confirmed",
    ]


def test_buying_more_of_a_product_without_end_increases_its_holding(one, rm, now):
    product = DisclosureFactory(product__months=None).product
    for recording in ("AV-1", "AV-2"):
        confirm(disclosed(one, product, rm, now), rm, now, recording)

    assert Holding.objects.get().amount == 2 * AMOUNT


def test_each_sale_with_a_fixed_end_is_a_holding_of_its_own(one, product, rm, now):
    for recording in ("AV-1", "AV-2"):
        confirm(disclosed(one, product, rm, now), rm, now, recording)

    assert list(Holding.objects.values_list("amount", flat=True)) == [AMOUNT, AMOUNT]


def test_what_does_not_suit_is_not_recommended(one, rm, now):
    check = actions.check(one, ProductFactory(seller_risk=4), by=rm, at=now)

    with pytest.raises(RuleBroken, match="The product is R4") as refused:
        actions.recommend(check, amount=AMOUNT, by=rm, at=now)

    assert refused.value.code == "unsuitable"
    assert not SaleRecord.objects.exists()


def test_a_colleagues_check_and_a_used_one_make_no_sale(one, product, rm, peer, now):
    with pytest.raises(RuleBroken, match="A colleague made this check"):
        actions.recommend(
            CheckFactory(client=one, product=product, staff=peer), amount=AMOUNT, by=rm, at=now
        )
    sale = recommend(one, product, rm, now)
    with pytest.raises(RuleBroken, match="led to a sale already") as refused:
        actions.recommend(sale.suitability_check, amount=AMOUNT, by=rm, at=now)

    assert refused.value.code == "conflict"


@pytest.mark.parametrize("amount", ["9999.99", "0.00", "-5.00"])
def test_less_than_the_smallest_amount_is_no_sale(one, product, rm, now, amount):
    with pytest.raises(RuleBroken, match="The smallest amount is ¥10,000"):
        recommend(one, product, rm, now, amount=Decimal(amount))


def test_nothing_is_confirmed_before_the_disclosure(one, product, rm, now):
    with pytest.raises(RuleBroken, match="This sale is recommended"):
        confirm(recommend(one, product, rm, now), rm, now)


def test_a_product_without_disclosure_cannot_be_sold(one, rm, now):
    sale = recommend(one, ProductFactory(), rm, now)

    with pytest.raises(RuleBroken, match="There is no disclosure"):
        actions.disclose(sale, shown=None, by=rm, at=now)


def test_only_the_version_of_today_counts_as_shown(one, product, rm, head, now):
    sale = recommend(one, product, rm, now)
    old = product.disclosures.first()
    new = publish(product, text="The yield was never promised.", by=head, at=now)

    with pytest.raises(RuleBroken, match="show the client version 2"):
        actions.disclose(sale, shown=old, by=rm, at=now)

    assert actions.disclose(sale, shown=new, by=rm, at=now).disclosure == new


def test_a_newer_disclosure_is_shown_before_the_yes(one, product, rm, head, now):
    sale = disclosed(one, product, rm, now)
    new = publish(product, text="The yield was never promised.", by=head, at=now)

    with pytest.raises(RuleBroken, match="The disclosure has changed"):
        confirm(sale, rm, now)

    actions.disclose(sale, shown=new, by=rm, at=now)
    assert confirm(sale, rm, now).disclosure == new


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"recording": " ", "client_agrees": True}, "recording"),
        ({"recording": "AV-1", "client_agrees": False}, "client_agrees"),
    ],
)
def test_no_sale_without_recording_and_the_clients_yes(one, product, rm, now, given, field):
    sale = disclosed(one, product, rm, now)

    with pytest.raises(RuleBroken) as refused:
        actions.confirm(sale, **given, by=rm, at=now)

    assert list(refused.value.fields) == [field]
    assert not Holding.objects.exists()


def test_a_recording_belongs_to_one_sale(one, product, rm, now):
    confirm(disclosed(one, product, rm, now), rm, now, "AV-1")

    with pytest.raises(RuleBroken, match="belongs to another sale"):
        confirm(disclosed(one, product, rm, now), rm, now, "AV-1")


def test_an_assessment_that_ends_between_check_and_yes_stops_the_sale(one, product, rm, now):
    sale = disclosed(one, product, rm, now)
    RiskAssessment.objects.update(valid_until=TODAY - timedelta(days=1))

    with pytest.raises(RuleBroken, match="assessment ended on 2026-11-22") as refused:
        confirm(sale, rm, now)

    assert refused.value.code == "unsuitable"
    sale.refresh_from_db()
    assert sale.state == "disclosed"


def test_a_licence_that_ends_between_check_and_yes_stops_the_sale(one, rm, now):
    product = DisclosureFactory(product__category="fund").product
    licence = LicenceFactory(staff=rm)
    sale = disclosed(one, product, rm, now)
    type(licence).objects.update(valid_until=TODAY - timedelta(days=1))

    with pytest.raises(RuleBroken, match="no valid licence"):
        confirm(sale, rm, now)


def test_a_sale_is_confirmed_once(one, product, rm, now):
    sale = confirm(disclosed(one, product, rm, now), rm, now)

    with pytest.raises(RuleBroken, match="This sale is confirmed") as refused:
        confirm(sale, rm, now, "AV-2")

    assert refused.value.code == "conflict"
    assert Holding.objects.count() == 1


def test_a_cancelled_sale_says_why_and_ends(one, product, rm, now):
    sale = recommend(one, product, rm, now)
    with pytest.raises(RuleBroken, match="Say why"):
        actions.cancel(sale, reason=" ", by=rm, at=now)

    cancelled = actions.cancel(sale, reason="Wants to wait", by=rm, at=now)

    assert (cancelled.state, cancelled.cancel_reason) == ("cancelled", "Wants to wait")
    with pytest.raises(RuleBroken, match="This sale is cancelled"):
        actions.disclose(sale, shown=product.disclosures.first(), by=rm, at=now)


def test_an_old_version_of_the_page_changes_nothing(one, product, rm, now):
    sale = recommend(one, product, rm, now)
    shown = product.disclosures.first()
    actions.disclose(sale, shown=shown, by=rm, at=now, version=1)

    with pytest.raises(Stale):
        actions.disclose(sale, shown=shown, by=rm, at=now, version=1)


@pytest.mark.parametrize("who", ["peer", "head", "marketing", "admin"])
def test_only_the_clients_wealth_rm_sells(one, product, rm, now, who, request):
    sale = disclosed(one, product, rm, now)

    with pytest.raises(RuleBroken) as refused:
        confirm(sale, request.getfixturevalue(who), now)

    assert refused.value.code == "forbidden"


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "confirmed", "recording": "AV-9"},
        {"state": "disclosed"},
        {"state": "cancelled"},
    ],
)
def test_the_database_keeps_no_step_without_its_proof(broken):
    sale = SaleFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        SaleRecord.objects.filter(pk=sale.pk).update(**broken)


def test_the_next_steps_follow_the_state(one, product, rm, peer, now):
    sale = recommend(one, product, rm, now)
    first = rules.allowed_actions(rm, sale, on=TODAY)
    sale = actions.disclose(sale, shown=product.disclosures.first(), by=rm, at=now)

    assert first == ["disclose", "cancel"]
    assert rules.allowed_actions(rm, sale, on=TODAY) == ["confirm", "disclose", "cancel"]
    assert rules.allowed_actions(peer, sale, on=TODAY) == []
    assert rules.allowed_actions(rm, confirm(sale, rm, now), on=TODAY) == ["cancel"]
