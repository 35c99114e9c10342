"""Pages of the catalogue, of offers and sales, of reviews and of benefits."""

from datetime import date
from decimal import Decimal

import pytest

from clients.models import (
    BenefitGrant,
    BenefitUse,
    PortfolioReview,
    Product,
    ProductQuestion,
    RiskAssessment,
    SaleRecord,
    SuitabilityCheck,
)
from clients.sales import reviews
from managers.audit.models import AuditEvent
from tests.factories import (
    AssessmentFactory,
    ClientFactory,
    DisclosureFactory,
    GrantFactory,
    HoldingFactory,
    LicenceFactory,
    ProductFactory,
    ReviewFactory,
    SaleFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


@pytest.fixture
def one(rm):
    """A client of Lin Yue, C3."""
    client = ClientFactory(owner=rm, name="周明远")
    AssessmentFactory(client=client)
    return client


@pytest.fixture
def browser(client, rm):
    """Lin Yue's browser."""
    client.force_login(rm)
    return client


def names(answer):
    return [row.latin_name for row in answer.context["page"].rows]


# --- The catalogue


def test_the_catalogue_is_searched_by_every_word_and_narrowed(browser):
    bond = ProductFactory(latin_name="Green bond", category="bond", seller_risk=3)
    fund = ProductFactory(latin_name="Green fund", category="fund", fees="Front load 1 percent")
    ProductQuestion.objects.create(product=fund, question="When is it paid out?", answer="Daily.")
    ProductFactory(latin_name="Over", on_sale_until=date(2026, 11, 22))

    assert names(browser.get("/products/")) == ["Green bond", "Green fund"]
    assert names(browser.get("/products/?search=green+load")) == ["Green fund"]
    assert names(browser.get("/products/?search=paid+out")) == ["Green fund"]
    assert names(browser.get("/products/?product_category=bond")) == ["Green bond"]
    assert names(browser.get("/products/?max_risk=2")) == ["Green fund"]
    assert names(browser.get("/products/?on_sale=false")) == ["Over"]
    assert names(browser.get("/products/?sort=-risk"))[0] == bond.latin_name


def test_the_catalogue_is_one_step_from_the_clients(browser):
    assert 'href="/products/"' in browser.get("/clients/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_catalogue_costs_the_same_for_any_number(browser, rows, django_assert_num_queries):
    for _row in range(rows):
        ProductFactory(fallback=ProductFactory())

    with django_assert_num_queries(5):
        browser.get("/products/")


def test_a_product_says_what_it_costs_risks_and_what_clients_ask(browser):
    product = DisclosureFactory(product__issuer_risk=4, product__fees="None").product
    ProductQuestion.objects.create(product=product, question="Is it safe?", answer="It is R4.")

    text = browser.get(f"/products/{product.pk}/").content.decode()

    for shown in (
        "R4 Medium-high",
        "the higher of",
        "Is it safe?",
        "It is R4.",
        "This is no depos",
    ):
        assert shown in text


@pytest.mark.parametrize(("who", "status"), [("head", 200), ("teller", 403), ("admin", 403)])
def test_the_catalogue_is_for_who_keeps_or_oversees_clients(client, request, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get("/products/").status_code == status


# --- Offers


def test_only_what_may_be_offered_stands_beside_the_client(browser, one):
    ProductFactory(latin_name="Fits", seller_risk=3)
    ProductFactory(latin_name="Too risky", seller_risk=4)

    assert names(browser.get(f"/clients/{one.pk}/products/")) == ["Fits"]


def test_an_expired_assessment_says_so_and_offers_nothing(browser, one):
    RiskAssessment.objects.update(valid_until=date(2026, 11, 22))
    ProductFactory(latin_name="Fits")

    answer = browser.get(f"/clients/{one.pk}/products/")

    assert "ended on 2026-11-22" in answer.content.decode()
    assert names(answer) == []


def test_a_product_is_sold_in_four_pages(browser, one):
    product = DisclosureFactory().product
    offered = browser.post(
        f"/clients/{one.pk}/offer/", {"product": product.pk, "amount": "120000.00"}
    )
    sale = SaleRecord.objects.get()
    assert offered.url == f"/sales/{sale.pk}/"
    page = browser.get(offered.url).content.decode()
    assert "This is no deposit" in page
    shown = {"version": 1, "shown": product.disclosures.get().pk}
    assert browser.post(f"/sales/{sale.pk}/disclose/", shown).status_code == 302
    confirmed = {"version": 2, "client_agrees": "on", "recording": "AV-2026-000417"}

    answer = browser.post(f"/sales/{sale.pk}/confirm/", confirmed)

    sale.refresh_from_db()
    assert (answer.url, sale.state) == (f"/clients/{one.pk}/", "confirmed")
    assert one.holdings.get().amount == Decimal("120000.00")
    assert "AV-2026-000417" in browser.get(f"/sales/{sale.pk}/").content.decode()


def test_what_does_not_suit_is_refused_with_its_reason_and_the_fallback(browser, one):
    safe = ProductFactory(latin_name="Safe")
    product = ProductFactory(seller_risk=5, fallback=safe)
    url = f"/clients/{one.pk}/offer/"

    page = browser.get(url, {"product": product.pk}).content.decode()
    answer = browser.post(url, {"product": product.pk, "amount": "120000.00"})

    assert "The product is R5 High; the client&#x27;s C3 Balanced allows less." in page
    assert "Look at Safe instead" in page
    assert answer.status_code == 422
    assert SuitabilityCheck.objects.get().is_suitable is False
    assert not SaleRecord.objects.exists()


def test_insurance_asks_for_need_and_means(browser, one, rm):
    LicenceFactory(staff=rm, kind="insurance")
    product = ProductFactory(category="insurance")

    answer = browser.post(
        f"/clients/{one.pk}/offer/", {"product": product.pk, "amount": "20000.00", "need": "on"}
    )

    assert "The premium has to be within" in answer.content.decode()


@pytest.mark.parametrize("text", ["", "x", "9" * 30, "0"])
def test_an_offer_of_no_product_is_not_found(browser, one, text):
    assert browser.get(f"/clients/{one.pk}/offer/", {"product": text}).status_code == 404


@pytest.mark.parametrize(
    "typed",
    [{"recording": "AV-1"}, {"client_agrees": "on"}, {"client_agrees": "on", "recording": "a b"}],
)
def test_no_yes_without_its_proof(browser, one, typed):
    sale = _disclosed(one)

    answer = browser.post(f"/sales/{sale.pk}/confirm/", {"version": 1, **typed})

    assert answer.status_code == 422
    sale.refresh_from_db()
    assert sale.state == "disclosed"


def test_a_sale_that_changed_meanwhile_says_so_and_takes_the_text_again(browser, one):
    sale = _disclosed(one)
    SaleRecord.objects.update(version=7)
    typed = {"client_agrees": "on", "recording": "AV-1"}

    first = browser.post(f"/sales/{sale.pk}/confirm/", {"version": 1, **typed})

    assert "Somebody changed this sale" in first.content.decode()
    assert first.context["confirm"]["version"].value() == 7
    again = browser.post(f"/sales/{sale.pk}/confirm/", {"version": 7, **typed})
    assert again.status_code == 302


def test_a_sale_ends_with_its_reason(browser, one):
    sale = SaleFactory(client=one)

    browser.post(f"/sales/{sale.pk}/cancel/", {"version": 1, "reason": "Wants to wait"})

    sale.refresh_from_db()
    assert (sale.state, sale.cancel_reason) == ("cancelled", "Wants to wait")


def _disclosed(one):
    sale = SaleFactory(client=one)
    disclosure = DisclosureFactory(product=sale.product)
    SaleRecord.objects.update(
        state="disclosed", disclosure=disclosure, disclosed_at="2026-11-23T00:00Z"
    )
    sale.refresh_from_db()
    return sale


# --- Risk


def test_the_rm_records_what_the_client_answered(browser, one):
    answered = {
        "level": 2,
        "answered_on": "2026-11-23",
        "place": "terminal",
        "paper": "RA-9",
    }

    refused = browser.post(f"/clients/{one.pk}/risk/", answered)
    kept = browser.post(f"/clients/{one.pk}/risk/", answered | {"own_answers": "on"})

    assert "Nobody of the bank may answer" in refused.content.decode()
    assert (refused.status_code, kept.status_code) == (422, 302)
    assert one.risk_assessments.first().level == 2


@pytest.mark.parametrize("part", ["products/", "risk/", "review/", "benefits/"])
@pytest.mark.parametrize(("who", "status"), [("head", 200), ("peer", 404), ("lobby", 404)])
def test_who_may_not_open_the_file_finds_no_page(client, request, one, part, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get(f"/clients/{one.pk}/{part}").status_code == status


def test_the_head_reads_and_does_not_advise(client, one, head):
    client.force_login(head)
    product = ProductFactory()

    posts = {
        "risk/": {},
        "offer/": {"product": product.pk, "amount": "20000.00"},
        "review/": {},
        "review/sheet/": {},
    }

    for part, body in posts.items():
        assert client.post(f"/clients/{one.pk}/{part}", body).status_code == 403


# --- Reviews


def test_the_next_review_follows_the_tier(one):
    diamond = ClientFactory(owner=one.owner, tier="diamond")
    gold = ClientFactory(owner=one.owner, tier="gold")
    ReviewFactory(client=diamond, held_on=date(2026, 9, 24))

    due = [reviews.rhythm(client, on=TODAY).due for client in (one, diamond, gold)]

    assert due == [date(2027, 3, 1), date(2026, 12, 24), None]


def test_a_review_keeps_goals_and_a_mix_of_a_hundred_percent(browser, one):
    typed = {"held_on": "2026-11-23", "goals": "School fees", "target_deposit": 60}

    wrong = browser.post(f"/clients/{one.pk}/review/", typed)
    right = browser.post(f"/clients/{one.pk}/review/", typed | {"target_wealth": 40})

    assert "The target mix has to come to 100 percent" in wrong.content.decode()
    assert right.status_code == 302
    review = PortfolioReview.objects.get()
    assert review.target == {"deposit": 60, "wealth": 40}


def test_the_mix_stands_beside_its_target(browser, one):
    ReviewFactory(client=one)
    HoldingFactory(client=one, amount=Decimal("300000.00"))
    HoldingFactory(client=one, category="bond", amount=Decimal("100000.00"))
    HoldingFactory(client=one, category="loan", amount=Decimal("900000.00"))
    HoldingFactory(client=one, amount=Decimal("100.00"), currency="USD")

    shares = browser.get(f"/clients/{one.pk}/review/").context["shares"]

    assert [(share.kind, str(share.percent), share.target) for share in shares] == [
        ("deposit", "75.0", 50),
        ("wealth", "0.0", 50),
        ("bond", "25.0", None),
    ]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("much", [False, True])
def test_the_sheet_is_one_page_and_the_audit_knows_of_it(browser, rm, one, language, much):
    rm.language = language
    rm.save()
    ReviewFactory(client=one, goals="子女留学费用 <b>\n" * (60 if much else 1))
    HoldingFactory.create_batch(40 if much else 1, client=one)

    answer = browser.post(f"/clients/{one.pk}/review/sheet/")

    assert answer["Content-Type"] == "application/pdf"
    assert (answer["Cache-Control"], answer.content[:5]) == ("no-store", b"%PDF-")
    assert answer.content.count(b"/Type /Page\n") == 1
    assert b"STSong-Light" in answer.content
    event = AuditEvent.objects.get(verb="review.printed")
    assert (event.actor, event.client_id) == (rm, one.pk)


# --- Benefits


def test_a_benefit_is_booked_and_taken_back(browser, one):
    grant = GrantFactory(client=one)
    typed = {"grant": grant.pk, "day": "2026-12-05", "note": "Two seats"}

    booked = browser.post(f"/clients/{one.pk}/benefits/", typed)
    text = browser.get(f"/clients/{one.pk}/benefits/").content.decode()
    back = browser.post(f"/benefits/uses/{BenefitUse.objects.get().pk}/take-back/")

    assert (booked.status_code, back.status_code) == (302, 302)
    assert "1 of 2 used" in text
    assert BenefitGrant.objects.get().used == 0


def test_another_clients_benefit_cannot_be_named(browser, one, rm):
    other = GrantFactory(client=ClientFactory(owner=rm))

    answer = browser.post(f"/clients/{one.pk}/benefits/", {"grant": other.pk, "day": "2026-12-05"})

    assert answer.status_code == 422
    assert not BenefitUse.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_benefits_cost_the_same_for_any_number(browser, one, rows, django_assert_num_queries):
    for grant in GrantFactory.create_batch(rows, client=one):
        BenefitUse.objects.create(grant=grant, day=TODAY, booked_by=one.owner)

    with django_assert_num_queries(10):
        browser.get(f"/clients/{one.pk}/benefits/")


# --- The administrator's tables


def test_the_administrator_keeps_the_catalogue_and_publishes_versions(client, admin):
    client.force_login(admin)
    product = DisclosureFactory().product
    made = {
        "code": "B-1",
        "name": "国债",
        "category": "bond",
        "issuer": "财政部",
        "issuer_risk": 1,
        "seller_risk": 1,
        "fee_rate": "0.00",
        "minimum": "100.00",
        "on_sale_from": "2026-11-01",
        "questions-TOTAL_FORMS": 1,
        "questions-INITIAL_FORMS": 0,
        "questions-0-position": 1,
        "questions-0-question": "May it be sold early?",
        "questions-0-answer": "Yes, at a price.",
    }

    added = client.post("/admin/clients/product/add/", made)
    told = {"product": product.pk, "text": "Please read this twice."}
    published = client.post("/admin/clients/disclosure/add/", told)
    first = product.disclosures.last()

    assert (added.status_code, published.status_code) == (302, 302)
    assert Product.objects.get(code="B-1").questions.get().answer == "Yes, at a price."
    assert [row.version for row in product.disclosures.all()] == [2, 1]
    assert client.post(f"/admin/clients/disclosure/{first.pk}/change/", told).status_code == 403
    assert client.get("/admin/clients/benefit/").status_code == 200


def test_nobody_else_opens_those_tables(client, head):
    client.force_login(head)

    assert client.get("/admin/clients/product/").status_code == 302


def test_a_licence_is_kept_by_the_administrator(client, admin, rm):
    client.force_login(admin)
    made = {"staff": rm.pk, "kind": "fund", "number": "F-7", "valid_until": "2027-11-30"}

    assert client.post("/admin/managers/licence/add/", made).status_code == 302
    assert rm.licences.get().number == "F-7"
    assert AuditEvent.objects.filter(verb="licence.added").count() == 1
