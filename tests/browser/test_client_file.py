"""An RM prepares a meeting from the client's page."""

from datetime import date

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from clients.file.forms import DateForm, PreferencesForm
from clients.models import Contact, ImportantDate, Preferences
from tests.browser.hands import choose, follow, is_at, is_told, press, reads
from tests.factories import (
    ClientFactory,
    ContactFactory,
    FollowUpFactory,
    HoldingFactory,
    PreferencesFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def file(rm):
    """Zhou Mingyuan, whom Lin Yue meets today."""
    client = ClientFactory(owner=rm, name="周明远", tier="diamond", aum="2312480.16")
    ContactFactory(client=client, staff=rm, next_step="带上费率表")
    FollowUpFactory(client=client, channel="visit", purpose="检视资产")
    HoldingFactory(client=client, matures_on=date(2026, 12, 23))
    PreferencesFactory(client=client, avoid="未事先说明的费用")
    return client


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [1440, 390])
def test_an_rm_prepares_a_meeting_in_under_ten_clicks(width, browse, file, rm):
    page, clicks = browse(rm, width=width), 0
    page.goto(f"/clients/{file.pk}/")
    prefs = page.locator("#prefs")
    brief = page.locator(".brief")

    for words in ("带上费率表", "未事先说明的费用"):  # what to ask, what to mind: no click
        reads(brief, words)
    brief.get_by_role("link").filter(has_text="带上费率表").click()  # to the talk it came from
    clicks += 1
    expect(page.locator(":target")).to_contain_text("带上费率表")

    if width == 390:
        follow(page.get_by_role("navigation", name=_("On this page")), _("Preferences"))
        clicks += 1
    follow(prefs, _("Add a date"))
    fields = DateForm().fields
    choose(prefs, str(fields["kind"].label), _("Birthday"))
    choose(prefs, str(fields["calendar"].label), _("Lunar"))
    prefs.get_by_label(_("Month"), exact=True).fill("11")
    prefs.get_by_label(_("Day"), exact=True).fill("27")
    press(prefs, _("Save"))
    clicks += 3
    is_told(page, _("Saved."))
    is_at(page, f"/clients/{file.pk}/")  # in its card: the page was never left
    assert ImportantDate.objects.get().calendar == "lunar"

    topics = str(PreferencesForm().fields["topics"].label)
    follow(prefs, _("Edit"))
    prefs.get_by_label(topics).fill("帆船")
    press(prefs, _("Save"))
    clicks += 2
    reads(prefs, "帆船")
    assert Preferences.objects.get().topics == "帆船"
    assert clicks < 10
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_notes_follow_each_other_without_the_mouse(browse, file, rm):
    page = browse(rm)
    page.goto(f"/clients/{file.pk}/")
    note = page.get_by_label(_("What was said and agreed"))

    page.keyboard.press("n")
    for words in ("first thought", "second thought"):
        expect(note).to_be_focused()
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        reads(page.locator(".tl"), words)
        expect(note).to_have_value("")
    expect(note).to_be_focused()

    assert Contact.objects.filter(notes__endswith="thought").count() == 2


def test_the_focus_follows_a_card_into_its_form_and_back(browse, file, rm):
    page = browse(rm)
    page.goto(f"/clients/{file.pk}/")
    prefs = page.locator("#prefs")

    prefs.get_by_role("link", name=_("Edit"), exact=True).press("Enter")
    expect(prefs.get_by_label(str(PreferencesForm().fields["first"].label))).to_be_focused()
    prefs.get_by_role("link", name=_("Cancel")).press("Enter")

    expect(prefs.get_by_role("link", name=_("Edit"), exact=True)).to_be_focused()


@pytest.mark.parametrize("language", ["en"])
def test_a_card_is_written_without_javascript(browse, file, rm):
    page = browse(rm, java_script_enabled=False)
    page.goto(f"/clients/{file.pk}/")

    follow(page.locator("#prefs"), _("Edit"))
    is_at(page, f"/clients/{file.pk}/preferences/")
    page.get_by_label(_("Topics")).fill("sailing")
    press(page, _("Save"))

    is_at(page, f"/clients/{file.pk}/")
    reads(page.locator("#prefs"), "sailing")
