"""Advice on pages: the client's risk, reviews and benefits."""

from datetime import date
from decimal import Decimal

import pytest

from clients.models import BenefitGrant, BenefitUse, PortfolioReview
from clients.sales import reviews
from managers.audit.models import AuditEvent
from tests.clients.advice import browser, one
from tests.factories import (
    ClientFactory,
    GrantFactory,
    HoldingFactory,
    ProductFactory,
    ReviewFactory,
)

__all__ = ["browser", "one"]

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


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
    assert (answer["Cache-Control"], answer.content[:5]) == ("no-store, private", b"%PDF-")
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

    with django_assert_num_queries(11):
        browser.get(f"/clients/{one.pk}/benefits/")
