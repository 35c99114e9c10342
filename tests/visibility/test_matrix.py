"""Every address, for every post, for what is theirs and what is not (security 8, 9, 17, 19)."""

import re
from collections import Counter

import pytest
from drf_spectacular.generators import SchemaGenerator

from managers.people.models import Post
from tests.visibility.faults import faults
from tests.visibility.stage import client_of
from tests.visibility.table import LEFT_OUT, addresses, read
from tests.visibility.walk import ask

pytestmark = [pytest.mark.once, pytest.mark.django_db]

ROWS = read()
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Pages of allauth and Django that take every method for a form that was sent, or was not.
FORGIVING = {
    "api-nothing",
    "account_login",
    "account_logout",
    "account_change_password",
    "account_reauthenticate",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "set_language",
}
# The schema describes neither itself nor what is not there.
UNDESCRIBED = {"api-schema", "api-docs", "api-nothing"}


def answers(stage, row):
    """What everybody gets; asked once for all tests of the row."""
    if row not in stage.answers:
        stage.answers[row] = {cell: ask(stage, row, *cell) for cell in row.cells}
    return stage.answers[row]


def test_every_address_has_a_row_and_every_row_an_address():
    named = {LEFT_OUT, *(row.name for row in ROWS)}
    assert sorted(set(addresses()) - named) == []
    assert sorted(named - set(addresses())) == []


def test_no_row_stands_there_twice():
    assert [row for row, times in Counter(map(str, ROWS)).items() if times > 1] == []


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everybody_gets_what_the_matrix_says(stage, row):
    got = answers(stage, row)
    wrong = {
        f"{post}, {relation}: {sign}": (got[post, relation].status, got[post, relation].changed)
        for (post, relation), sign in row.cells.items()
        if not row.expects(sign, got[post, relation])
    }
    assert wrong == {}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_no_answer_holds_what_its_reader_may_not_see(stage, row):
    found = {
        f"{post}, {relation}": list_of_faults
        for (post, relation), answer in answers(stage, row).items()
        if (list_of_faults := faults(row, answer, stage.known[post]))
    }
    assert found == {}


@pytest.mark.parametrize("row", [row for row in ROWS if row.shows_a_file], ids=str)
def test_whoever_reads_a_file_is_in_the_access_log(stage, row):
    unlogged = [
        cell
        for cell, answer in answers(stage, row).items()
        if answer.status == 200 and client_of(stage.thing(row.kind, *cell)) not in answer.read
    ]
    assert unlogged == []


@pytest.mark.parametrize("name", sorted(set(addresses()) - FORGIVING - {LEFT_OUT}))
def test_an_address_refuses_every_method_that_it_has_no_row_for(stage, name):
    rows = [row for row in ROWS if row.name == name]
    refused = {
        method: ask(stage, rows[0], Post.WEALTH_RM, "own", method=method)
        for method in METHODS
        if method not in {row.method for row in rows}
    }
    assert {method: answer.status for method, answer in refused.items()} == dict.fromkeys(
        refused, 405
    )
    assert [method for method, answer in refused.items() if answer.changed] == []


def test_the_openapi_schema_describes_what_the_matrix_has():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    described = {
        (method.upper(), re.sub(r"{\w+}", "{}", path))
        for path, operations in schema["paths"].items()
        for method in operations
    }
    mounted = addresses()
    assert described == {
        (row.method, mounted[row.name])
        for row in ROWS
        if row.is_api and row.name not in UNDESCRIBED
    }
