"""The schema tells no lie, whoever asks and whatever is sent (security 10)."""

import logging

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from managers.models import Token
from managers.people.models import Post
from tests.visibility.stage import RELATIONS

pytestmark = [pytest.mark.once, pytest.mark.django_db]

# Data may fit the schema and still name a day in the past or a stranger: 400 says which field.
_LEFT_OUT = [positive_data_acceptance]
# A batch is answered item by item: what does not fit is rejected there, with 200 around it.
_PER_ITEM = {"POST /api/v1/balances/": [negative_data_rejection]}
_PERIOD = "2026-11"
_UNHURRIED = settings(
    deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
# Which things of the stage an id means, by the resource in the address or the field in a body.
_THINGS = {
    "appointments": ["visit", "proposed"],
    "audit-events": ["audit-event"],
    "benefit-grants": ["grant"],
    "client": ["client", "pooled", "closed"],
    "client-requests": ["request"],
    "clients": ["client", "pooled", "closed"],
    "contacts": ["contact"],
    "follow-ups": ["follow-up"],
    "handovers": ["draft-by-me", "submitted-to-me", "accepted-by-me"],
    "holdings": ["holding"],
    "households": ["household"],
    "important-dates": ["file-date"],
    "lead-lists": ["lead-list"],
    "lead_list": ["lead-list"],
    "market-notes": ["note"],
    "market-reports": ["report", "handed-in"],
    "notifications": ["notification"],
    "org-units": ["org-unit"],
    "outlet": ["org-unit"],
    "owner": ["staff"],
    "product": ["product"],
    "products": ["product"],
    "prospects": ["draft-client", "lent"],
    "referrals": ["referral-to-me", "referral-by-me"],
    "risk-assessments": ["assessment"],
    "sale-records": ["sale", "disclosed"],
    "staff": ["staff"],
    "suitability-checks": ["check"],
    "target": ["staff"],
    "visits": ["outside"],
    "work-logs": ["work-log"],
    "to": ["staff"],
    "to_staff": ["staff"],
}


@pytest.fixture(scope="module", autouse=True)
def one_connection():
    """The stage stands in a transaction: no request may close its connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    logging.disable()  # what is refused is refused a thousand times
    yield
    logging.disable(logging.NOTSET)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def api(stage):
    """The API as its own schema describes it."""
    token = _token(stage, Post.AUDITOR)
    return schemathesis.openapi.from_wsgi(
        "/api/v1/schema/", get_wsgi_application(), headers={"Authorization": token}
    )


def _token(stage, post) -> str:
    return f"Token {Token.objects.create(stage.people[post])[1]}"


def _names_somebody(case, stage, post, data) -> None:
    """Put ids of the stage where the case has made-up ones: own, a colleague's, a stranger's."""

    def some(name):
        kind = data.draw(st.sampled_from(_THINGS[name]))
        return stage.thing(kind, post, data.draw(st.sampled_from(RELATIONS))).pk

    resource = case.path.split("/")[3]
    if "id" in case.path_parameters:
        known = resource in _THINGS
        case.path_parameters["id"] = some(resource) if known else _PERIOD
    for fields in (case.body, case.query):
        if isinstance(fields, dict):
            fields.update({name: some(name) for name in fields if name in _THINGS})


def _lies(api, stage, posts, examples) -> list[str]:
    """What any operation does that its schema does not say, whichever of the posts asks."""
    headers = {post: {"Authorization": _token(stage, post)} for post in posts}
    found = []
    for operation in (result.ok() for result in api.get_all_operations()):
        for mode in GenerationMode:
            ask = _question(operation, mode, stage, headers)
            try:
                settings(_UNHURRIED, max_examples=examples)(ask)()
            except Unsatisfiable:
                continue  # nothing that such an operation could be sent
            except BaseExceptionGroup as broken:
                found += [f"{operation.label}: {fault}" for fault in _leaves(broken)]
    return found


def _question(operation, mode, stage, headers):
    """A test of one operation with data that fit its schema, or with such as do not."""
    posts, cases = st.sampled_from([*headers]), operation.as_strategy(generation_mode=mode)

    @given(data=st.data(), post=posts, case=cases)
    def ask(data, post, case):
        if mode == GenerationMode.POSITIVE:
            _names_somebody(case, stage, post, data)
        with transaction.atomic():
            answer = case.call(headers=headers[post])
            left_out = _LEFT_OUT + _PER_ITEM.get(operation.label, [])
            case.validate_response(answer, headers=headers[post], excluded_checks=left_out)
            transaction.set_rollback(True)

    return ask


def _leaves(broken) -> list[Exception]:
    """The faults themselves, out of whatever groups they came in."""
    if isinstance(broken, BaseExceptionGroup):
        return [leaf for inner in broken.exceptions for leaf in _leaves(inner)]
    return [broken]


@pytest.mark.slow
def test_every_answer_is_one_that_the_schema_names(api, stage):
    assert _lies(api, stage, Post.values, examples=12) == []


@pytest.mark.short
def test_answers_to_a_relationship_manager_are_those_that_the_schema_names(api, stage):
    assert _lies(api, stage, [Post.WEALTH_RM], examples=2) == []
