"""What somebody sends who means harm: nothing gets through and nothing breaks (security 10, 20)."""

import json

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse

from managers.models import Staff
from managers.people.models import Post
from tests.visibility.bodies import BODIES
from tests.visibility.requests import Request
from tests.visibility.stage import NOBODY
from tests.visibility.table import read

pytestmark = [pytest.mark.once, pytest.mark.django_db]

ROWS = read()
WRITES = [row for row in ROWS if row.method != "GET"]
UPLOADS = {"api-import-list"}  # its body is a file
JSON_WRITES = [row for row in WRITES if row.is_api and row.name not in UPLOADS]
FIRST_PAGES = [row for row in ROWS if row.method == "GET" and row.kind == "-" and not row.is_api]
NO_JSON = {
    "a nest without bottom": b"[" * 100_000,
    "a deep nest": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "half a character": b'{"name": "\\ud800"}',
    "no text": b"\xff\xfe",
    "no number": b'{"name": NaN}',
    "a number without end": b"1" * 10_000,
    "half a body": b"{",
    "a name twice": b'{"name": "A", "name": "B"}',
}
ODD = ["\x00", "a\x00b", 10**30, -(10**30), -1, 1e300, [], {}, True, None, "9" * 5_000]
ELSEWHERE = ["//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example/"]


def post_of(row) -> str:
    """Somebody to whom the matrix allows the request."""
    return next((post for (post, whose), sign in row.cells.items() if sign in "ov"), NOBODY)


def send(stage, row, body: bytes):
    """The request of a row with another body, undone at once."""
    asked = Request(stage, row, post_of(row), "own")
    call = getattr(stage.browser(asked.post), row.method.lower())
    undone = transaction.atomic()
    undone._from_testcase = True  # as Django's own tests do: what is durable may run inside
    with undone:
        answer = call(asked.address, body, content_type="application/json")
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("row", JSON_WRITES, ids=str)
def test_what_is_no_json_is_refused_with_a_sentence(stage, row):
    for what, body in NO_JSON.items():
        answer = send(stage, row, body)
        # An act that takes no body never looks at one.
        assert answer.status_code < 500, what
        if answer.status_code == 400:
            assert answer.json()["detail"], what


def test_a_body_that_never_ends_is_refused_unread(stage):
    [row] = [row for row in JSON_WRITES if row.name == "api-client-list"]
    body = json.dumps({"name": "赵" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})

    assert send(stage, row, body.encode()).status_code in (400, 413)  # by Django, or by ours


@pytest.mark.parametrize("row", JSON_WRITES, ids=str)
def test_an_odd_value_in_any_field_is_no_error_of_ours(stage, row):
    asked = Request(stage, row, post_of(row), "own")
    usual = BODIES.get((row.name, row.method), lambda asked: {})(asked)
    bodies = [json.dumps({**usual, name: value}) for name in usual for value in ODD]

    assert [body for body in bodies if send(stage, row, body.encode()).status_code >= 500] == []


@pytest.mark.parametrize("row", [row for row in WRITES if "login" not in row.name], ids=str)
def test_a_write_from_another_site_is_refused(stage, row):
    post = post_of(row)
    if post == NOBODY or row.name in ("api-token", "mail-stop"):
        pytest.skip("It needs no session that another site could use.")
    browser = Browser(enforce_csrf_checks=True)
    browser.cookies = stage.browser(post).cookies
    address = Request(stage, row, post, "own").address

    answer = browser.generic(row.method, address, b"{}", content_type="application/json")

    assert answer.status_code == 403


@pytest.mark.parametrize("row", FIRST_PAGES, ids=str)
def test_no_page_is_framed_guessed_at_or_kept(stage, row):
    answer = stage.browser(post_of(row)).get(Request(stage, row, post_of(row), "own").address)

    assert answer["X-Frame-Options"] in ("DENY", "SAMEORIGIN")
    assert answer["X-Content-Type-Options"] == "nosniff"
    if Staff.objects.filter(pk=answer.wsgi_request.user.pk or 0).exists():
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver@evil.example", "testserver.evil.example"]
)
def test_another_host_is_not_answered(stage, host):
    answer = stage.browser(Post.WEALTH_RM).get(reverse("today"), headers={"Host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_a_forwarded_host_changes_no_address(stage):
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    browser = stage.browser(Post.WEALTH_RM)
    found = browser.get(reverse("api-client-list"), {"page_size": 1}, headers=headers)

    assert "evil" not in found.content.decode() + str(found.headers)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
@pytest.mark.parametrize("name", ["account_login", "set_language", "set-preferences"])
def test_nobody_is_led_to_another_site(stage, name, elsewhere):
    who = NOBODY if name == "account_login" else Post.WEALTH_RM
    person = stage.people[Post.WEALTH_RM]
    typed = {"login": person.employee_no, "password": "correct horse battery", "language": "en"}
    with transaction.atomic():
        answer = stage.browser(who).post(reverse(name), {**typed, "next": elsewhere})
        transaction.set_rollback(True)

    assert answer.status_code == 302
    assert "evil" not in answer["Location"]


def test_what_is_typed_adds_no_header(stage):
    typed = "x\r\nSet-Cookie: stolen=1"
    answer = stage.browser(Post.TELLER_CASH).post(reverse("search"), {"q": typed})

    assert answer.status_code == 302
    assert "stolen" not in answer.cookies
    assert not {"\r", "\n"} & set(answer["Location"])


@pytest.mark.parametrize("way", [{"headers": {"X-HTTP-Method-Override": "DELETE"}}, {"_method": 1}])
def test_a_method_is_what_it_is(stage, way):
    address = reverse("api-client-detail", args=[stage.thing("client", Post.WEALTH_RM, "own").pk])
    browser = stage.browser(Post.WEALTH_RM)
    if "headers" in way:
        answer = browser.post(address, {}, content_type="application/json", **way)
    else:
        answer = browser.post(f"{address}?_method=PATCH", {}, content_type="application/json")

    assert answer.status_code == 405
