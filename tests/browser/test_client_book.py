"""A sale from the first word to the record, and two files that become one and two again."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from clients.book.duplicates import note
from clients.models import Client, Disclosure, Product, SaleRecord
from clients.sales.forms import ConfirmForm, OfferForm
from crm import words
from tests.browser.hands import follow, is_at, is_told, press, reads
from tests.clients.twins import kept, twin
from tests.factories import (
    AssessmentFactory,
    ClientFactory,
    DisclosureFactory,
    HoldingFactory,
    ProductFactory,
)

__all__ = ["kept", "twin"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = [("en", 1440), ("zh-hans", 390)]
screens = pytest.mark.parametrize(("language", "width"), SCREENS)
GRAVE = ("serious", "critical")


@pytest.fixture
def steady(rm) -> Product:
    """A product that suits a C3 client, with what clients are told of it."""
    product = ProductFactory(name="稳健一年", latin_name="Steady, one year", minimum=10000)
    DisclosureFactory(product=product, text="本金可能亏损。")
    return product


@pytest.fixture
def daring(steady) -> Product:
    """A product above every C3 client, and what to offer instead."""
    return ProductFactory(
        name="进取五年",
        latin_name="Daring, five years",
        issuer_risk=5,
        fallback=steady,
    )


@pytest.fixture
def one(rm) -> Client:
    """Zhou Mingyuan, C3, of the book of Lin Yue."""
    client = ClientFactory(owner=rm, name="周明远")
    AssessmentFactory(client=client)
    return client


def is_fit_to_read(page, width):
    """Nothing that axe calls grave, and nothing that scrolls sideways."""
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in GRAVE] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@screens
def test_what_does_not_suit_is_blocked_and_what_suits_is_sold(
    browse, width, one, rm, steady, daring
):
    page = browse(rm, width=width)
    page.goto(f"/clients/{one.pk}/products/")
    the_daring_one_is_refused_in_words(page, daring, steady, width)
    the_steady_one_is_recommended(page, steady, width)
    the_client_reads_what_must_be_said(page, width)
    the_clients_yes_makes_the_record(page, one, steady)


def the_daring_one_is_refused_in_words(page, daring, steady, width):
    page.get_by_label(_("Name, code or a question")).fill(daring.name)
    press(page.get_by_role("main"), _("Show"))
    refused = page.get_by_role("region", name=_("Does not suit this client"))
    reads(refused, daring.risk_label)
    is_fit_to_read(page, width)
    follow(refused, daring.shown_name)
    reads(page.get_by_role("main"), _("It may not be offered:"))
    expect(page.get_by_role("button", name=_("Recommend"))).to_have_count(0)
    follow(page, _("Look at %(name)s instead") % {"name": steady.shown_name})


def the_steady_one_is_recommended(page, steady, width):
    amount = page.get_by_label(str(OfferForm(product=steady).fields["amount"].label))
    amount.fill("9999.99")
    press(page, _("Recommend"))
    reads(page.get_by_role("alert"), "10,000.00")  # too little, in words, and still typed
    expect(amount).to_have_value("9999.99")
    is_fit_to_read(page, width)
    amount.fill("120000.00")
    press(page, _("Recommend"))
    is_told(page, _("Recommended. Now show the client the disclosure."))


def the_client_reads_what_must_be_said(page, width):
    reads(page.get_by_role("main"), Disclosure.objects.get().text)
    is_fit_to_read(page, width)
    press(page, _("The client has read it"))
    is_told(page, _("Noted. Now ask for the client's yes."))


def the_clients_yes_makes_the_record(page, one, steady):
    fields = ConfirmForm().fields
    page.get_by_label(str(fields["recording"].label)).fill("AV-2026-000417")
    press(page, _("Close the sale"))
    reads(page.get_by_role("alert"), _("Without the client's own yes there is no sale."))
    page.get_by_label(str(fields["client_agrees"].label)).check()
    press(page, _("Close the sale"))
    is_told(page, _("Sold. The product is among the holdings."))
    is_at(page, f"/clients/{one.pk}/")
    reads(page.locator("#holdings"), "120,000.00")
    sale = SaleRecord.objects.get()
    assert (sale.state, sale.product, sale.disclosure.version) == ("confirmed", steady, 1)


@screens
def test_two_files_become_one_and_two_again(browse, width, kept, twin, head, now):
    HoldingFactory(client=twin, name="三年期国债")
    note([twin], by=None, at=now)
    page, name = browse(head, width=width), words.plain_name(kept)

    page.goto("/clients/duplicates/")
    is_fit_to_read(page, width)
    page.get_by_role("link", name=_("Compare")).click()
    compared = page.get_by_role("main")
    for shown in (kept.number, twin.number, "z***@mail.example"):
        reads(compared, shown)
    is_fit_to_read(page, width)
    press(page, _("Merge the two files"))

    is_told(page, _("The two files are one now."))
    is_at(page, f"/clients/{kept.pk}/")
    reads(page.locator("#holdings"), "三年期国债")
    page.goto(f"/clients/{twin.pk}/")  # the old address leads to the file that stands
    is_at(page, f"/clients/{kept.pk}/")

    page.goto("/clients/duplicates/")
    page.get_by_role("button", name=_("Take back")).click()
    is_told(page, _("The file of %(name)s stands by itself again.") % {"name": name})
    is_at(page, f"/clients/{twin.pk}/")
    reads(page.locator("#holdings"), "三年期国债")
    kept.refresh_from_db()
    assert Client.objects.filter(merged_into=None).count() == 2
