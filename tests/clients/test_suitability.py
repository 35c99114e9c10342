"""Who may be offered what: risk, assessments, licences, and the answer that is kept."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from clients.book.models import Category
from clients.models import Product, RiskAssessment, SuitabilityCheck
from clients.sales import actions, rules
from clients.sales.models.products import SOLD
from clients.sales.queries import cards, offers, risk_card
from clients.sales.rules import Facts, Reason
from crm.lib.errors import RuleBroken
from managers.audit.models import AuditEvent
from tests.factories import (
    AbsenceFactory,
    AssessmentFactory,
    ClientFactory,
    LicenceFactory,
    ProductFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
LEVELS = st.one_of(st.none(), st.integers(1, 5))
DAYS = st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2028, 1, 1)))


@pytest.fixture
def one(rm):
    """A client of Lin Yue."""
    return ClientFactory(owner=rm)


def ask(one, rm, now, **product):
    return actions.check(one, ProductFactory(**product), by=rm, at=now)


# --- The rule by itself


@given(
    category=st.sampled_from(SOLD),
    risk=st.integers(1, 5),
    level=LEVELS,
    valid_until=DAYS,
    licensed_until=DAYS,
    on_sale=st.booleans(),
    need=st.booleans(),
    affordable=st.booleans(),
)
def test_nothing_is_ever_offered_above_the_clients_level_or_on_an_expired_assessment(**drawn):
    facts = Facts(on=TODAY, **drawn)

    if not rules.reasons_against(facts):
        assert facts.level >= facts.risk
        assert facts.valid_until >= TODAY
        assert facts.on_sale
        if facts.category in (Category.FUND, Category.INSURANCE):
            assert facts.licensed_until >= TODAY
        if facts.category == Category.INSURANCE:
            assert facts.need
            assert facts.affordable


@given(issuer=st.integers(1, 5), seller=st.integers(1, 5), level=st.integers(1, 5))
def test_a_product_fits_when_the_higher_of_both_risks_fits(issuer, seller, level):
    product = ProductFactory(issuer_risk=issuer, seller_risk=seller)

    fits = Product.objects.within(level).filter(pk=product.pk).exists()

    assert product.risk == max(issuer, seller)
    assert fits == (product.risk <= level)
    product.delete()


# --- The check that is kept


def test_a_product_within_the_level_suits_and_the_answer_is_kept(one, rm, now):
    assessment = AssessmentFactory(client=one, level=3)

    check = ask(one, rm, now, issuer_risk=1, seller_risk=3)

    assert (check.is_suitable, check.reasons, rules.sentences(check)) == (True, [], [])
    assert (check.assessment, check.level, check.risk) == (assessment, 3, 3)
    assert AuditEvent.objects.filter(verb="suitability.checked", client_id=one.pk).count() == 1


@pytest.mark.parametrize(
    ("level", "days", "expected"),
    [
        (2, 30, ["The product is R3 Medium; the client's C2 Cautious allows less."]),
        (3, -1, ["The client's risk assessment ended on 2026-11-22."]),
        (3, 0, []),
    ],
)
def test_a_refusal_says_why(one, rm, now, level, days, expected):
    AssessmentFactory(client=one, level=level, valid_until=TODAY + timedelta(days=days))

    check = ask(one, rm, now, seller_risk=3)

    assert rules.sentences(check) == expected
    assert check.is_suitable == (not expected)


def test_without_an_assessment_nothing_suits(one, rm, now):
    check = ask(one, rm, now)

    assert rules.sentences(check) == ["The client has not been assessed for risk."]


def test_the_latest_assessment_counts_even_when_it_allows_less(one, rm, now):
    AssessmentFactory(client=one, level=5, answered_on=date(2026, 2, 1))
    AssessmentFactory(client=one, level=1, answered_on=date(2026, 3, 1))

    assert ask(one, rm, now, seller_risk=2).reasons == [Reason.TOO_RISKY]


@pytest.mark.parametrize("kind", ["fund", "insurance"])
def test_funds_and_insurance_need_the_rms_own_valid_licence(one, rm, peer, now, kind):
    AssessmentFactory(client=one)
    LicenceFactory(staff=peer, kind=kind)
    LicenceFactory(staff=rm, kind=kind, valid_until=date(2026, 11, 22))
    product, asked = ProductFactory(category=kind), {"need": True, "affordable": True}

    lapsed = actions.check(one, product, by=rm, at=now, **asked)
    LicenceFactory(staff=rm, kind=kind, valid_until=TODAY)
    valid = actions.check(one, product, by=rm, at=now, **asked)

    assert rules.sentences(lapsed) == ["You have no valid licence for this kind of product."]
    assert (valid.is_suitable, valid.licence.valid_until) == (True, TODAY)


def test_insurance_needs_the_need_and_the_means(one, rm, now):
    AssessmentFactory(client=one)
    LicenceFactory(staff=rm, kind="insurance")

    assert ask(one, rm, now, category="insurance").reasons == ["no_need", "not_affordable"]


def test_a_product_that_is_not_on_sale_is_not_offered(one, rm, now):
    AssessmentFactory(client=one)

    past = ask(one, rm, now, on_sale_until=date(2026, 11, 22))
    future = ask(one, rm, now, on_sale_from=date(2026, 11, 24))

    assert (past.reasons, future.reasons) == (["not_on_sale"], ["not_on_sale"])


@pytest.mark.parametrize("who", ["peer", "stranger", "head", "marketing", "lobby", "admin"])
def test_only_the_clients_wealth_rm_checks(one, request, now, who):
    with pytest.raises(RuleBroken) as refused:
        ask(one, request.getfixturevalue(who), now)

    assert refused.value.code == "forbidden"
    assert not SuitabilityCheck.objects.exists()


def test_a_deputy_advises_while_the_rm_is_away(one, rm, peer, now):
    AbsenceFactory(staff=rm, deputy=peer)
    AssessmentFactory(client=one)

    assert ask(one, peer, now).is_suitable


def test_the_database_keeps_no_yes_above_the_clients_level(one, rm, now):
    AssessmentFactory(client=one, level=2)
    check = ask(one, rm, now, seller_risk=4)

    with pytest.raises(IntegrityError), transaction.atomic():
        SuitabilityCheck.objects.filter(pk=check.pk).update(is_suitable=True)


# --- Assessments


def answers(**changed):
    return {
        "level": 3,
        "answered_on": TODAY,
        "place": "terminal",
        "paper": "RA-2026-1",
        "own_answers": True,
    } | changed


def test_an_assessment_holds_for_twelve_months_with_its_last_day(one, rm, now):
    made = actions.assess(one, **answers(answered_on=date(2026, 2, 18)), by=rm, at=now)

    assert made.valid_until == date(2027, 2, 18)
    assert (made.holds_on(date(2027, 2, 18)), made.holds_on(date(2027, 2, 19))) == (True, False)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"own_answers": False}, "own_answers"),
        ({"answered_on": date(2026, 11, 24)}, "answered_on"),
        ({"answered_on": date(2025, 11, 22)}, "answered_on"),
    ],
)
def test_answers_that_cannot_be_relied_on_are_not_kept(one, rm, now, changed, field):
    with pytest.raises(RuleBroken) as refused:
        actions.assess(one, **answers(**changed), by=rm, at=now)

    assert list(refused.value.fields) == [field]
    assert not RiskAssessment.objects.exists()


def test_one_questionnaire_counts_once(one, rm, now):
    actions.assess(one, **answers(), by=rm, at=now)

    with pytest.raises(RuleBroken, match="in the file already"):
        actions.assess(one, **answers(level=5), by=rm, at=now)


def test_the_database_keeps_no_answers_of_somebody_else(one):
    with pytest.raises(IntegrityError), transaction.atomic():
        AssessmentFactory(client=one, own_answers=False)


# --- What may be offered


def test_beside_the_client_stands_only_what_may_be_offered(one, rm):
    AssessmentFactory(client=one, level=2)
    fits = ProductFactory(code="A1")
    ProductFactory(seller_risk=3)
    ProductFactory(issuer_risk=3)
    ProductFactory(on_sale_until=date(2026, 11, 22))

    assert list(offers(risk_card(one, on=TODAY), on=TODAY)) == [fits]


def test_an_expired_assessment_offers_nothing(one):
    AssessmentFactory(client=one, valid_until=date(2026, 11, 22))
    ProductFactory()

    card = risk_card(one, on=TODAY)

    assert (card.label, card.is_valid, card.highest) == ("C3 Balanced", False, "")
    assert list(offers(card, on=TODAY)) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_cards_cost_the_same_for_any_client(one, rm, rows, django_assert_num_queries):
    for _row in range(rows):
        AssessmentFactory(client=one)
        ProductFactory()

    with django_assert_num_queries(6):
        cards(one, rm, on=TODAY)
