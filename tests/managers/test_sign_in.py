"""The door: who comes in, who does not, and how long it stays shut."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from crm.lib import clock
from managers.access import devices, passwords, rules
from managers.models import Attempt, AuditEvent, Letter, SignIn
from managers.outbox import letters
from tests.managers.access_words import CHROME, is_in, mails, sign_in, verbs

pytestmark = pytest.mark.django_db
WRONG = "The staff number or the password is not right."


# --- Coming in


def test_a_sign_in_is_recorded_and_a_new_device_is_told_by_mail_once(client, rm):
    sign_in(client, rm)
    client.post(reverse("account_logout"))
    sign_in(client, rm)

    assert verbs() == ["sign_in.done", "sign_in.left", "sign_in.done"]
    first, again = AuditEvent.objects.filter(verb="sign_in.done").order_by("pk")
    assert (first.actor, first.facts) == (rm, {"means": "password", "new_device": True})
    assert again.facts["new_device"] is False
    assert [kind for kind, _context in mails()] == ["new-device"]


def test_the_mail_names_device_and_time_in_the_readers_language_and_nobody(client, rm):
    rm.language = "zh-hans"
    rm.save()
    sign_in(client, rm)

    mail = letters.write(Letter.objects.select_related("recipient").get())

    assert mail.subject == "您的账户在新设备上登录"
    assert "Windows" in mail.body
    assert "2026年11月23日 09:10" in mail.body
    for part in (mail.body, mail.alternatives[0].content):
        assert not {rm.name, rm.employee_no, "203.0.113.7"} & set(part.split())


def test_another_browser_is_another_device(rm):
    sign_in(Client(), rm)
    sign_in(Client(), rm)

    assert len(mails()) == 2


def test_only_the_network_of_an_address_is_kept(client, rm):
    sign_in(client, rm)

    came = SignIn.objects.get()
    assert (came.address, came.browser, came.system) == ("203.0.*.*", "Chrome", "Windows")


@pytest.mark.parametrize(
    ("address", "kept"),
    [("10.20.30.40", "10.20.*.*"), ("2001:db8::1", "2001:db8:*"), ("unknown", "")],
)
def test_an_address_is_masked(address, kept):
    assert devices.masked(address) == kept


def test_a_device_is_called_as_its_owner_would():
    assert devices.words("Edge", "Windows") == "Edge on Windows"
    assert devices.words("", "Kylin") == "Kylin"
    assert devices.words("", "") == "Unknown device"
    with translation.override("zh-hans"):
        assert devices.words("Chrome", "Windows") == "Windows 上的 Chrome"
    assert devices.browser(CHROME.replace("Chrome/142.0", "Chrome/142.0 Edg/142.0")) == "Edge"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example"]
)
def test_the_door_leads_to_no_other_site(client, rm, elsewhere):
    answer = sign_in(client, rm, at=f"?next={elsewhere}")

    assert answer.status_code == 302
    assert answer.url == "/"


def test_the_door_leads_on_to_the_page_that_was_asked_for(client, rm):
    assert sign_in(client, rm, at="?next=/clients/").url == "/clients/"


# --- Not coming in


def test_unknown_number_wrong_password_and_ended_access_are_answered_alike(client, rm, peer):
    peer.is_active = False
    peer.save()
    nobody = type(rm)(employee_no="999999")

    answers = [sign_in(client, nobody), sign_in(client, rm, "a guess"), sign_in(client, peer)]

    for person, answer in zip((nobody, rm, peer), answers, strict=True):
        page = answer.content.decode()
        assert (answer.status_code, WRONG in page) == (200, True)
        assert page.count(person.employee_no) == 1  # in the field where it was typed
    refused = AuditEvent.objects.filter(verb="sign_in.refused").order_by("pk")
    assert [event.facts["staff"] for event in refused] == [None, rm.pk, peer.pk]
    assert {event.facts["stage"] for event in refused} == {"password"}


def test_unknown_numbers_cost_the_same_work(client, rm, monkeypatch):
    hashed = []
    for hasher in ("make_password", "check_password"):
        monkeypatch.setattr(
            f"django.contrib.auth.base_user.{hasher}", lambda *args, **kw: hashed.append(1) and ""
        )

    sign_in(client, type(rm)(employee_no="999999"))
    assert len(hashed) == 1
    sign_in(client, rm, "a guess")
    assert len(hashed) == 2


def test_what_was_typed_is_never_written_down(client, rm, caplog):
    typed = "my password in the wrong field"
    client.post(reverse("account_login"), {"login": typed, "password": "another secret"})

    kept = f"{list(AuditEvent.objects.values())} {list(Attempt.objects.values())} {caplog.text}"
    assert typed not in kept
    assert "another secret" not in kept


def test_after_five_failures_the_door_stays_shut_for_a_while_even_for_the_right_password(
    client, rm, now
):
    for _failure in range(5):
        sign_in(client, rm, "a guess")

    shut = sign_in(client, rm)

    assert "Too many failed attempts. Try again in 1 minute." in shut.content.decode()
    with clock.at(now + timedelta(seconds=31)):
        assert sign_in(client, rm).status_code == 302
    assert Attempt.objects.count() == 0


def test_the_pause_is_for_one_account_at_one_address(client, rm, peer):
    for _failure in range(5):
        sign_in(client, rm, "a guess")

    assert sign_in(Client(), rm, address="198.51.100.9").status_code == 302
    assert sign_in(Client(), peer).status_code == 302


def test_each_failure_makes_the_pause_longer_and_a_day_forgets_them(client, rm, now):
    moment = now
    for seconds in (0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900):
        with clock.at(moment):
            sign_in(client, rm, "a guess")
        assert (Attempt.objects.get().next_at - moment).total_seconds() == seconds
        moment += timedelta(seconds=seconds + 1)

    with clock.at(moment + timedelta(hours=25)):
        sign_in(client, rm, "a guess")
    assert Attempt.objects.get().failures == 1


@given(st.integers(0, 10**6))
def test_a_pause_never_becomes_a_lock_and_never_shrinks(failures):
    assert rules.pause(failures) <= rules.pause(failures + 1) <= rules.LONGEST_PAUSE


# --- Passwords


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short words", "too short"),
        ("Password2026!!!", "common password with something around it"),
        ("passwordpassword", "common password with something around it"),
        ("aaaaaaaaaaaaaaa", "common password with something around it"),
        ("880427 880427", "too similar"),
        ("Lin Yue at the bank", ""),
        ("correct horse battery", ""),
    ],
)
def test_a_password_is_long_and_on_no_list_and_has_no_further_rules(client, rm, password, why):
    client.force_login(rm)
    typed = {"oldpassword": "correct horse battery", "password1": password, "password2": password}

    answer = client.post(reverse("account_change_password"), typed)

    if why:
        assert why in answer.content.decode()
    else:
        assert answer.status_code == 302


def test_a_breached_password_is_found_in_the_banks_list(tmp_path):
    from hashlib import sha1

    known = [f"word number {n}" for n in range(400)]
    digests = sorted(sha1(word.encode()).hexdigest().upper() for word in known)
    path = tmp_path / "breached.txt"
    path.write_text("".join(f"{digest}:{len(digest)}\n" for digest in digests))
    listed = passwords.Breached(path=str(path))

    for word in known:
        with pytest.raises(passwords.ValidationError):
            listed.validate(word)
    for word in ("correct horse battery", "word number 400"):
        listed.validate(word)
    passwords.Breached().validate("word number 1")


# --- How long


def test_twelve_hours_after_the_sign_in_a_session_ends_however_busy(client, rm, now):
    sign_in(client, rm)
    for minutes in range(10, 12 * 60, 10):
        with clock.at(now + timedelta(minutes=minutes)):
            assert is_in(client)

    with clock.at(now + timedelta(hours=12, seconds=1)):
        assert not is_in(client)
