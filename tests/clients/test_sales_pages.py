"""The catalogue, offers to a client, and the administrator's tables of both."""

from datetime import date
from decimal import Decimal

import pytest

from clients.models import Product, ProductQuestion, RiskAssessment, SaleRecord, SuitabilityCheck
from managers.audit.models import AuditEvent
from tests.clients.advice import browser, one
from tests.factories import DisclosureFactory, LicenceFactory, ProductFactory, SaleFactory

__all__ = ["browser", "one"]

pytestmark = pytest.mark.django_db


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

    with django_assert_num_queries(6):
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


def test_who_looks_for_what_does_not_suit_is_told_why(browser, one):
    ProductFactory(name="Fits", category="bond")
    risky = ProductFactory(name="Stars", latin_name="Stars", issuer_risk=5, category="wealth")

    found = browser.get(f"/clients/{one.pk}/products/?search=stars")

    assert names(found) == []
    assert found.context["unsuited"] == [
        (risky, "The product is R5 High; the client's C3 Balanced allows less.")
    ]
    assert f"/clients/{one.pk}/offer/?product={risky.pk}" in found.content.decode()

    one.risk_assessments.all().delete()
    found = browser.get(f"/clients/{one.pk}/products/?search=fits")
    assert "The client has not been assessed for risk." in found.content.decode()


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


def test_a_sale_is_cancelled_after_the_yes_from_the_timeline(browser, one):
    sale = _disclosed(one)
    proof = {"version": 1, "client_agrees": "on", "recording": "AV-2026-000417"}
    browser.post(f"/sales/{sale.pk}/confirm/", proof)
    file = browser.get(f"/clients/{one.pk}/").content.decode()
    page = browser.get(f"/sales/{sale.pk}/").content.decode()

    answer = browser.post(f"/sales/{sale.pk}/cancel/", {"version": 2, "reason": "Cooling-off"})

    assert f'href="/sales/{sale.pk}/"' in file
    assert "results of the competition are taken back" in page
    assert answer.url == f"/clients/{one.pk}/"
    after = browser.get(answer.url).content.decode()
    assert f"Sale of {sale.product.shown_name} cancelled" in after
    assert "Cooling-off" in after
    assert "Cancel the sale" not in browser.get(f"/sales/{sale.pk}/").content.decode()


def _disclosed(one):
    sale = SaleFactory(client=one)
    disclosure = DisclosureFactory(product=sale.product)
    SaleRecord.objects.update(
        state="disclosed", disclosure=disclosure, disclosed_at="2026-11-23T00:00Z"
    )
    sale.refresh_from_db()
    return sale


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
