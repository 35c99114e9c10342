"""Sessions and tokens: listed, ended, and gone at once when a person's access ends."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.access.actions import sessions, tokens
from managers.access.scopes import everything
from managers.models import AuditEvent, SignIn, Token
from tests.managers.access_words import PASSWORD, is_in, mails, sign_in, verbs

pytestmark = pytest.mark.django_db


def program(text):
    speaking = APIClient()
    speaking.credentials(HTTP_AUTHORIZATION=f"Token {text}")
    return speaking


def makes(person, now, **terms):
    return tokens.make_token(
        person, **{"name": "Reports", "scopes": everything("write"), "days": 7} | terms, at=now
    )


# --- A person whose access ends


def test_ending_access_shuts_pages_parts_and_programs_at_the_next_request(rm, admin, now):
    browser, old = Client(), Client()
    sign_in(browser, rm)
    old.force_login(rm)
    _token, text = makes(rm, now)
    assert is_in(browser)
    assert program(text).get("/api/v1/me/").status_code == 200

    sessions.deactivate(rm, by=admin, at=now)

    for one in (browser, old):
        for headers in ({}, {"HX-Request": "true"}):
            answer = one.get(reverse("inbox"), headers=headers)
            to = answer.headers.get("HX-Redirect") or answer.url
            assert to.startswith(reverse("account_login"))
        assert one.get("/api/v1/me/").status_code == 401
    assert program(text).get("/api/v1/me/").status_code == 401


def test_access_that_is_given_back_revives_no_session_and_no_token(client, rm, admin, now):
    client.force_login(rm)
    _token, text = makes(rm, now)

    sessions.deactivate(rm, by=admin, at=now)
    sessions.reactivate(rm, by=admin, at=now)

    assert not is_in(client)
    assert program(text).get("/api/v1/me/").status_code == 401
    assert verbs()[-2:] == ["staff.deactivated", "staff.reactivated"]


def test_nobody_ends_their_own_access(admin, now):
    with pytest.raises(RuleBroken, match="Another administrator"):
        sessions.deactivate(admin, by=admin, at=now)


# --- The list of sessions


def test_a_person_sees_their_sessions_and_nobody_elses(rm, peer):
    here, there, other = Client(), Client(), Client()
    sign_in(here, rm)
    sign_in(there, rm, address="198.51.100.20")
    sign_in(other, peer, address="192.0.2.1")

    page = here.get(reverse("security")).content.decode()

    assert page.count("Chrome on Windows</b>") == 2
    assert page.count("this one") == 1
    assert "198.51.*.*" in page
    assert "192.0.*.*" not in page


def test_a_session_is_ended_from_the_list_and_only_by_its_owner(rm, peer):
    here, there, other = Client(), Client(), Client()
    sign_in(here, rm)
    sign_in(there, rm)
    sign_in(other, peer)
    came = SignIn.objects.filter(staff=rm).latest("pk")

    assert other.post(reverse("session-end", args=[came.pk])).status_code == 404
    assert is_in(there)
    here.post(reverse("session-end", args=[came.pk]))
    assert (is_in(here), is_in(there)) == (True, False)
    assert AuditEvent.objects.get(verb="session.ended").subject_id == str(came.pk)


def test_signing_out_everywhere_else_leaves_this_session(rm):
    here, there, old = Client(), Client(), Client()
    sign_in(here, rm)
    sign_in(there, rm)
    old.force_login(rm)

    here.post(reverse("sessions-end"))

    assert (is_in(here), is_in(there), is_in(old)) == (True, False, False)
    assert verbs()[-1] == "session.others_ended"
    assert here.get(reverse("security")).content.decode().count("Chrome on Windows</b>") == 1


def test_an_idle_session_is_not_listed(rm, now):
    here, there = Client(), Client()
    sign_in(there, rm)
    is_in(there)

    with clock.at(now + timedelta(minutes=16)):
        sign_in(here, rm)
        page = here.get(reverse("security")).content.decode()

    assert page.count("Chrome on Windows</b>") == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number(rm, now, rows, django_assert_num_queries):
    for _row in range(rows):
        sign_in(Client(), rm)
        makes(rm, now)
    here = Client()
    sign_in(here, rm)
    is_in(here)

    # session, person, factors, sign-ins, live sessions, posting, tokens, unread
    with django_assert_num_queries(9):
        page = here.get(reverse("security")).content.decode()

    assert page.count("Chrome on Windows</b>") == rows + 1
    assert page.count("Reports</b>") == rows


def test_a_new_password_ends_other_sessions_and_tokens_and_is_told_by_mail(rm, now):
    here, there = Client(), Client()
    sign_in(here, rm)
    sign_in(there, rm)
    makes(rm, now)
    new = "a staple of batteries"

    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    assert (is_in(here), is_in(there)) == (True, False)
    assert not Token.objects.exists()
    assert verbs()[-1] == "password.changed"
    assert mails()[-1] == ("access-changed", {"verb": "password.changed"})
    assert sign_in(Client(), rm, new).status_code == 302


# --- Tokens


def test_a_token_is_shown_once_and_kept_hashed(client, rm):
    sign_in(client, rm)

    shown = client.post(
        reverse("token-new"), {"name": "Reports", "clients": "read", "work": "", "days": "30"}
    ).content.decode()

    token = Token.objects.get()
    text = shown.split('id="token" value="')[1].split('"')[0]
    assert text not in f"{Token.objects.values().get()}"
    assert text not in client.get(reverse("security")).content.decode()
    assert program(text).get("/api/v1/me/").json()["employee_no"] == rm.employee_no
    assert (token.expiry - token.created).days in (29, 30)
    assert token.scopes == {"clients": "read"}
    assert AuditEvent.objects.get(verb="token.made").facts["scopes"] == "clients:read"
    assert "Clients, assets, households: Read" in client.get(reverse("security")).content.decode()


def test_a_token_without_any_scope_is_not_made(client, rm):
    sign_in(client, rm)

    page = client.post(reverse("token-new"), {"name": "Reports", "days": "30"})

    assert page.status_code == 422
    assert "Say what the program may read or write." in page.content.decode()
    assert not Token.objects.exists()


def test_a_token_that_may_only_read_writes_nothing(rm, now):
    _token, text = makes(rm, now, scopes=everything("read"))

    answer = program(text).post("/api/v1/clients/", {"name": "钱新来", "phone": "13600000001"})

    assert (answer.status_code, answer.json()["code"]) == (403, "read_only_token")
    assert program(text).get("/api/v1/clients/").status_code == 200


def test_a_token_opens_its_own_groups_only(rm, now):
    _token, text = makes(rm, now, scopes={"work": "write", "clients": "read"})
    speaking = program(text)

    prospect = speaking.post("/api/v1/clients/", {"name": "钱新来", "phone": "13600000001"})
    handovers = speaking.get("/api/v1/handovers/")

    assert (prospect.status_code, prospect.json()["code"]) == (403, "out_of_scope")
    assert (handovers.status_code, handovers.json()["code"]) == (403, "out_of_scope")
    assert speaking.get("/api/v1/clients/").status_code == 200
    assert speaking.post("/api/v1/follow-ups/", {}).status_code == 400
    assert speaking.get("/api/v1/me/").status_code == 200


def test_a_token_is_ended_by_its_owner_and_nobody_else(client, rm, peer, now):
    token, text = makes(rm, now)
    other = Client()
    sign_in(other, peer)
    sign_in(client, rm)

    assert other.post(reverse("token-end", args=[token.pk])).status_code == 404
    client.post(reverse("token-end", args=[token.pk]))

    assert program(text).get("/api/v1/me/").status_code == 401
    assert verbs()[-1] == "token.ended"


def test_a_token_lives_for_one_of_the_offered_times_and_a_person_has_not_too_many(rm, now):
    with pytest.raises(RuleBroken, match="offered days"):
        makes(rm, now, days=365)
    for _token in range(20):
        makes(rm, now)
    with pytest.raises(RuleBroken, match="20 tokens"):
        makes(rm, now)
