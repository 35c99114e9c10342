"""The token for number and password: second factor, pauses, rates."""

import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient

from api.tokens import PerToken
from managers.access.actions import tokens
from managers.access.scopes import everything
from tests.managers.access_words import PASSWORD, code_for, set_up_app, sign_in, verbs

pytestmark = pytest.mark.django_db


def ask(person, password=PASSWORD, **more):
    body = {"employee_no": person.employee_no, "password": password, **more}
    return APIClient().post("/api/v1/auth/token/", body)


@pytest.fixture
def codes(rm):
    browser = Client()
    sign_in(browser, rm)
    return set_up_app(browser)


def test_without_a_factor_number_and_password_are_enough(rm):
    given = ask(rm)

    assert given.status_code == 200
    assert set(given.json()) == {"token", "expires_at", "scopes"}
    assert verbs() == ["token.made"]


def test_a_program_asks_for_no_more_than_it_needs(rm):
    given = ask(rm, scopes={"clients": "write", "work": "read"}, read_only=True).json()
    speaking = APIClient(headers={"Authorization": f"Token {given['token']}"})

    assert given["scopes"] == {"clients": "read", "work": "read"}
    assert speaking.get("/api/v1/clients/").status_code == 200
    assert speaking.get("/api/v1/referrals/").json()["code"] == "out_of_scope"
    assert speaking.post("/api/v1/clients/").json()["code"] == "read_only_token"
    assert ask(rm, scopes={"clients": "everything"}).json()["fields"].keys() == {"scopes.clients"}


def test_the_schema_names_the_scope_of_every_operation(client, rm):
    client.force_login(rm)
    paths = client.get("/api/v1/schema/").json()["paths"]

    told = {
        f"{method} {path}": operation.get("x-token-scope")
        for path, operations in paths.items()
        for method, operation in operations.items()
        if path != "/api/v1/auth/token/"
    }

    assert [name for name, needed in told.items() if not needed] == []
    assert told["get /api/v1/clients/lookup/"] == "clients:read"
    assert told["post /api/v1/clients/{id}/reveal/"] == "clients:write"
    assert told["get /api/v1/me/"] == "any"


def test_whoever_has_a_factor_sends_its_code(rm, codes):
    missing, wrong = ask(rm), ask(rm, otp="000000")
    right = ask(rm, otp=code_for(rm, steps=1))
    again = ask(rm, otp=code_for(rm, steps=1))

    answers = (missing, wrong, again)
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert [answer.json()["code"] for answer in answers] == [
        "otp_required",
        "otp_wrong",
        "otp_wrong",
    ]
    assert right.status_code == 200


def test_a_recovery_code_does_as_well(rm, codes):
    assert ask(rm, otp=codes[0]).status_code == 200
    assert ask(rm, otp=codes[0]).status_code == 401


def test_the_factor_is_asked_only_after_the_right_password(rm, codes):
    assert ask(rm, "a guess").json()["code"] == "authentication_failed"


def test_unknown_numbers_and_wrong_passwords_are_answered_alike(rm):
    unknown, wrong = ask(type(rm)(employee_no="999999")), ask(rm, "a guess")

    assert (unknown.status_code, unknown.json()) == (wrong.status_code, wrong.json())


def test_where_a_factor_is_required_nobody_gets_a_token_without(rm, settings):
    settings.SECOND_FACTOR_REQUIRED = True

    refused = ask(rm)

    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_missing")


def test_after_five_failures_it_says_how_long_to_wait(rm):
    for _failure in range(5):
        ask(rm, "a guess")

    shut = ask(rm)

    assert (shut.status_code, shut.json()["code"]) == (429, "too_many")
    assert shut.headers["Retry-After"] == "31"


def test_a_token_may_only_read_if_so_asked(rm):
    text = ask(rm, read_only=True).json()["token"]
    program = APIClient()
    program.credentials(HTTP_AUTHORIZATION=f"Token {text}")

    assert program.get("/api/v1/me/").status_code == 200
    assert program.post("/api/v1/contacts/", {}).status_code == 403


def test_each_token_has_a_rate_of_its_own(rm, now, monkeypatch):
    monkeypatch.setattr(PerToken, "get_rate", lambda throttle: "3/min")
    cache.clear()
    programs = []
    for name in ("Reports", "Phone"):
        _token, text = tokens.make_token(rm, name=name, scopes=everything("read"), at=now)
        programs.append(APIClient(HTTP_AUTHORIZATION=f"Token {text}"))

    statuses = [programs[0].get("/api/v1/me/").status_code for _request in range(4)]
    slowed = programs[0].get("/api/v1/me/")

    assert statuses == [200, 200, 200, 429]
    assert 0 < int(slowed.headers["Retry-After"]) <= 61
    assert programs[1].get("/api/v1/me/").status_code == 200
