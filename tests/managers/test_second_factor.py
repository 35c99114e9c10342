"""Second factors: set up, asked for, used once, lost and reset."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.sites import site
from django.test import Client
from django.urls import reverse

from crm.lib.errors import RuleBroken
from managers.access.actions import attempts, factors
from managers.models import AppSecret, AuditEvent, Staff
from tests.managers.access_words import (
    code_for,
    is_in,
    mails,
    set_up_app,
    sign_in,
    verbs,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def codes(client, rm):
    """Lin Yue has set up an app; her recovery codes."""
    sign_in(client, rm)
    return set_up_app(client)


def prove(browser, code):
    return browser.post(reverse("mfa_authenticate"), {"code": code})


# --- Setting up


def test_setting_up_an_app_shows_ten_recovery_codes_once_and_tells_by_mail(client, rm, codes):
    assert len(set(codes)) == 10
    page = client.get(reverse("security")).content.decode()
    assert "10 are left" in page
    assert not any(code in page for code in codes)
    assert verbs() == ["sign_in.done", "factor.totp_added"]
    assert mails()[-1] == ("access-changed", {"verb": "factor.totp_added"})


def test_nothing_that_opens_is_readable_in_the_database(codes, rm):
    secret = AppSecret.objects.get()

    kept = f"{list(Authenticator.objects.values())} {list(AppSecret.objects.values())}"
    assert secret.secret.open() not in kept
    assert not any(code.replace("-", "") in kept for code in codes)


def test_a_wrong_first_code_sets_nothing_up(client, rm):
    sign_in(client, rm)
    client.get(reverse("app-new"))

    answer = client.post(reverse("app-new"), {"code": "000000"})

    assert answer.status_code == 422
    assert not Authenticator.objects.exists()


def test_changes_at_the_door_ask_for_the_password_again(client, rm):
    client.force_login(rm)  # a session that proved nothing lately

    asked = client.get(reverse("app-new"))
    assert asked.url == f"{reverse('account_reauthenticate')}?next=%2Faccount%2Fsecurity%2Fapp%2F"
    answer = client.post(asked.url, {"password": "correct horse battery"})
    assert answer.url == reverse("app-new")
    assert client.get(answer.url).status_code == 200


# --- Signing in with it


def test_the_password_alone_opens_nothing_any_more(codes, rm):
    browser = Client()

    answer = sign_in(browser, rm)

    assert answer.url == reverse("mfa_authenticate")
    assert not is_in(browser)


def test_a_code_of_the_app_opens_and_never_twice(codes, rm):
    first, second = Client(), Client()
    code = code_for(rm, steps=1)
    for browser in (first, second):
        sign_in(browser, rm)

    prove(first, code)
    replayed = prove(second, code)

    assert (is_in(first), is_in(second)) == (True, False)
    assert "it was used before" in replayed.content.decode()
    done = AuditEvent.objects.filter(verb="sign_in.done").latest("pk")
    assert done.facts["means"] == "totp"


def test_the_code_that_set_the_app_up_does_not_sign_in(codes, rm):
    browser = Client()
    sign_in(browser, rm)

    prove(browser, code_for(rm))

    assert not is_in(browser)


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (2, False)])
def test_a_code_counts_for_its_half_minute_and_the_ones_beside_it(codes, rm, steps, opens):
    browser = Client()
    sign_in(browser, rm)

    prove(browser, code_for(rm, steps=steps))

    assert is_in(browser) is opens


def test_a_recovery_code_opens_once_however_it_is_typed(codes, rm):
    first, second = Client(), Client()
    for browser in (first, second):
        sign_in(browser, rm)

    prove(first, codes[3].upper().replace("-", " "))
    prove(second, codes[3])

    assert (is_in(first), is_in(second)) == (True, False)
    assert "9 are left" in first.get(reverse("security")).content.decode()


def test_guesses_of_codes_are_slowed_down_for_the_account_wherever_they_come_from(codes, rm):
    for guess in range(5):
        browser = Client()
        sign_in(browser, rm, address=f"198.51.100.{guess}")
        prove(browser, "000000")

    browser = Client()
    sign_in(browser, rm, address="198.51.100.99")
    shut = prove(browser, code_for(rm, steps=1))

    assert "Too many failed attempts" in shut.content.decode()
    assert not is_in(browser)


def test_the_right_password_does_not_forget_wrong_codes(codes, rm, now):
    for _guess in range(4):
        assert attempts.check_code(rm, "000000", at=now) is None
        attempts.check_password(None, rm.employee_no, "correct horse battery", address="a", at=now)

    attempts.check_code(rm, "000000", at=now)
    with pytest.raises(RuleBroken, match="Too many"):
        attempts.check_code(rm, code_for(rm, steps=1), at=now)


# --- Removing, renewing, resetting


def test_removing_the_last_factor_takes_the_recovery_codes_along(client, codes, rm):
    client.post(reverse("factor-remove", args=[Authenticator.objects.get(type="totp").pk]))

    assert not Authenticator.objects.exists()
    assert mails()[-1] == ("access-changed", {"verb": "factor.totp_removed"})
    assert sign_in(Client(), rm).url == "/"


def test_new_recovery_codes_replace_the_old(client, codes, rm, now):
    shown = client.post(reverse("codes-new")).content.decode()

    assert factors.use_code(rm, codes[0], at=now) is None
    assert verbs()[-1] == "factor.codes_renewed"
    assert not any(code in shown for code in codes)


def test_nobody_removes_the_factor_of_somebody_else(client, codes, rm, peer):
    other = Client()
    sign_in(other, peer)

    answer = other.post(reverse("factor-remove", args=[Authenticator.objects.first().pk]))

    assert answer.status_code == 404
    assert Authenticator.objects.count() == 2


def test_an_administrator_resets_a_lost_factor_and_everything_of_that_person_ends(
    client, codes, rm, admin
):
    browser = Client()
    browser.force_login(admin)
    browser.post(
        reverse("admin:managers_staff_changelist"),
        {"action": "reset_factors", "_selected_action": [rm.pk]},
    )

    assert not is_in(client)
    assert sign_in(Client(), rm).url == "/"
    event = AuditEvent.objects.get(verb="factor.reset")
    assert (event.actor, event.facts["staff"]) == (admin, rm.pk)
    assert ("access-changed", {"verb": "factor.reset"}) in mails()


def test_an_administrator_does_not_reset_their_own_factor(admin, now):
    with pytest.raises(RuleBroken, match="Another administrator"):
        factors.reset_factors(admin, by=admin, at=now)

    assert "reset_factors" in site._registry[Staff].actions


# --- Where the bank asks for it


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


PLACES = ["/", "/clients/", "/follow-ups/", "/account/security/tokens/new/", "/admin/"]


@pytest.mark.parametrize("place", PLACES)
def test_without_a_factor_a_person_is_led_to_set_one_up(client, rm, required, place):
    sign_in(client, rm)

    assert client.get(place).url == reverse("security")
    assert "asks for a second factor" in client.get(reverse("security")).content.decode()


def test_a_language_may_be_chosen_before(client, rm, required):
    sign_in(client, rm)

    client.post(reverse("set-preferences"), {"language": "zh-hans"})

    rm.refresh_from_db()
    assert rm.language == "zh-hans"


def test_parts_of_pages_and_the_api_are_shut_as_well(client, rm, required):
    sign_in(client, rm)

    part = client.get("/clients/", headers={"HX-Request": "true"})
    answer = client.get("/api/v1/clients/")

    assert part["HX-Redirect"] == reverse("security")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_missing")


def test_with_the_factor_everything_opens_and_the_last_one_stays(client, rm, required):
    sign_in(client, rm)
    set_up_app(client)

    assert client.get("/clients/").status_code == 200
    refused = client.post(
        reverse("factor-remove", args=[Authenticator.objects.get(type="totp").pk]), follow=True
    )
    assert "add another one first" in refused.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_session_older_than_the_rule_signs_in_again_with_the_factor(client, codes, rm, required):
    browser = Client()
    browser.force_login(rm)

    assert browser.get("/clients/").url == f"{reverse('account_login')}?next=/clients/"
    assert not is_in(browser)
