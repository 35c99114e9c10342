"""A person's own door in a real browser: app, passkey and recovery codes, under the policy."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from managers.models import AuditEvent, Staff
from tests.browser.hands import PASSWORD, follow, is_at, is_told, press, reads, sign_in
from tests.managers.access_words import code_for, code_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def device():
    """Give a page a device that holds passkeys and knows its owner's finger."""

    def attach(page):
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    return attach


def open_security(page, person):
    sign_in(page, person)
    page.locator("summary.tool").last.click()
    follow(page, _("My account · Security"))
    is_at(page, reverse("security"))


def type_again(page, then):
    """The password, where it is asked for again."""
    if reverse("account_reauthenticate") in page.url:
        page.get_by_label(_("Password"), exact=True).fill(PASSWORD)
        press(page, _("Go on"))
    is_at(page, then)


def step_one(page, person):
    page.goto(reverse("account_login"))
    page.get_by_label(_("Staff number")).fill(person.employee_no)
    page.get_by_label(_("Password"), exact=True).fill(PASSWORD)
    press(page, _("Sign in"))
    is_at(page, reverse("mfa_authenticate"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [1440, 390])
def test_an_app_is_set_up_and_opens_with_its_code(browse, rm, width, language):
    page = browse(width=width)
    open_security(page, rm)
    page.get_by_role("link", name=_("Set up")).first.click()
    type_again(page, reverse("app-new"))
    expect(page.get_by_role("img", name=_("Picture for the authenticator app"))).to_be_visible()
    secret = page.locator("code.security-secret").inner_text()
    page.get_by_label(_("Six digits that the app shows")).fill(code_of(secret))
    press(page, _("Set up"))
    shown = page.locator(".security-codes code")
    expect(shown).to_have_count(10)
    codes = shown.all_inner_texts()
    follow(page, _("I have written them down"))

    reads(page.locator("main"), _("Recovery codes"))
    other = browse(width=width)
    step_one(other, rm)
    other.get_by_label(_("Code"), exact=True).fill(code_for(rm, steps=1))
    press(other, _("Sign in"))
    expect(other.locator("body.sign")).to_have_count(0)
    third = browse(width=width)
    step_one(third, rm)
    third.get_by_label(_("Code"), exact=True).fill(codes[0])
    press(third, _("Sign in"))
    expect(third.locator("body.sign")).to_have_count(0)


def test_a_passkey_is_added_and_opens_by_itself_and_as_second_step(browse, rm, device):
    page = browse()
    device(page)
    open_security(page, rm)
    follow(page, _("Add a passkey"))
    type_again(page, reverse("passkey-new"))
    page.get_by_label(_("Name of the passkey")).fill("Counter 3")
    press(page, _("Go on with the device"))
    follow(page, _("I have written them down"))
    reads(page.locator("main"), "Counter 3")

    page.locator("summary.tool").last.click()
    press(page, _("Sign out"))
    press(page, _("Use a passkey"))
    expect(page.locator("body.sign")).to_have_count(0)
    page.locator("summary.tool").last.click()
    press(page, _("Sign out"))
    step_one(page, rm)
    press(page, _("Use a passkey"))

    expect(page.locator("body.sign")).to_have_count(0)
    page.locator("summary.tool").last.click()
    press(page, _("Sign out"))
    Staff.objects.filter(pk=rm.pk).update(is_active=False)
    press(page, _("Use a passkey"))
    is_at(page, reverse("account_login"))
    means = AuditEvent.objects.filter(verb="sign_in.done").order_by("pk")
    assert [event.facts["means"] for event in means] == ["password", "webauthn", "webauthn"]


def test_a_device_without_the_passkey_says_so_and_the_password_still_opens(browse, rm, device):
    page = browse()
    device(page)
    page.goto(reverse("account_login"))

    press(page, _("Use a passkey"))

    expect(page.locator("[data-passkey-failed]")).to_be_visible()
    sign_in(page, rm)


def test_a_token_is_made_shown_once_and_ended(browse, rm):
    page = browse()
    open_security(page, rm)
    follow(page, _("New token"))
    type_again(page, reverse("token-new"))
    page.get_by_label(_("What is it for?")).fill("Reports")
    page.get_by_label(_("Clients, assets, households"), exact=True).select_option("read")
    press(page, _("Make token"))
    expect(page.get_by_label(_("Token"), exact=True)).to_have_value(re.compile("^[0-9a-f]{64}$"))
    follow(page, _("Done"))
    page.get_by_role("button", name=f"{_('End')} Reports").click()

    is_told(page, _("The token has ended."))
    reads(page.locator("main"), _("No program speaks for you."))
