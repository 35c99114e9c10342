"""A detail unmasked over the API."""

import pytest

from api.models import KeptAnswer
from clients.book.details import sealed_columns
from crm import bank
from crm.models import BankSetting
from managers.models import AuditEvent
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db

PHONE = "16112342210"
ASK = {"field": "phone", "purpose": "Call her back before noon"}


@pytest.fixture
def url(rm):
    file = ClientFactory(owner=rm, **sealed_columns(phone=PHONE))
    return f"/api/v1/clients/{file.pk}/reveal/"


def test_the_owner_s_program_gets_the_detail_and_no_cache_keeps_it(url, rm, speaking_for):
    answer = speaking_for(rm).post(url, ASK)

    assert (answer.status_code, answer.json()) == (200, {"field": "phone", "value": PHONE})
    assert answer["Cache-Control"] == "no-store, private"
    assert AuditEvent.objects.get(verb="client.revealed").actor == rm


def test_a_repetition_is_a_reveal_of_its_own_and_the_answer_is_not_kept(url, rm, speaking_for):
    program = speaking_for(rm)
    for _time in range(2):
        program.post(url, ASK, headers={"Idempotency-Key": "once"})

    assert AuditEvent.objects.filter(verb="client.revealed").count() == 2
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (ASK | {"purpose": "call"}, 409),
        (ASK | {"purpose": ""}, 400),
        (ASK | {"field": "name"}, 400),
        (ASK | {"field": "email"}, 409),
    ],
)
def test_what_is_not_right_is_refused(asked, status, url, rm, speaking_for):
    assert speaking_for(rm).post(url, asked).status_code == status
    assert not AuditEvent.objects.exists()


def test_beyond_the_limit_the_answer_is_429_and_one_sentence(url, rm, speaking_for, now):
    BankSetting.objects.create(key="reveal.per_hour", valid_from=now.date(), value=0)
    bank.forget()

    answer = speaking_for(rm).post(url, ASK)

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    assert answer.json()["detail"].startswith("You unmasked 0 details")


@pytest.mark.parametrize("who", ["peer", "auditor", "admin"])
def test_for_others_there_is_no_such_client(who, request, url, speaking_for):
    assert speaking_for(request.getfixturevalue(who)).post(url, ASK).status_code == 404
