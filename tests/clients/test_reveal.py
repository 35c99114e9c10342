"""A detail unmasked: one at a time, for a purpose, written down first (rules J5; security 14)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from clients.book.details import sealed_columns
from clients.book.reveal import reveal
from clients.models import Client
from crm import bank
from crm.lib.errors import RuleBroken
from crm.lib.secrets import Sealed
from crm.models import BankSetting
from managers.models import AccessEvent, AuditEvent, Staff
from tests.factories import AbsenceFactory, ClientFactory, FollowUpFactory
from tests.threads import at_once

pytestmark = pytest.mark.django_db

PHONE = "16112342210"
WHY = "Call her back before noon"


@pytest.fixture
def file(rm):
    return ClientFactory(owner=rm, **sealed_columns(phone=PHONE, address="Willow Lane 5"))


def limit_to(count: int, now) -> None:
    BankSetting.objects.create(key="reveal.per_hour", valid_from=now.date(), value=count)
    bank.forget()


def address(file) -> str:
    return reverse("client-reveal", args=[file.pk])


@pytest.mark.parametrize("who", ["rm", "head"])
def test_owner_and_head_see_a_detail_and_the_audit_says_so(who, request, file, now):
    person = request.getfixturevalue(who)

    assert reveal(file, "phone", purpose=WHY, by=person, at=now) == PHONE

    event = AuditEvent.objects.get(verb="client.revealed")
    assert (event.actor, event.client_id, event.facts) == (person, file.pk, {"field": "phone"})
    assert Sealed(*event.sealed["purpose"], file.data_key).open() == WHY
    access = AccessEvent.objects.get(verb="revealed")
    assert (access.actor, access.client_id, access.page) == (person, file.pk, "phone")


@pytest.mark.parametrize("who", ["peer", "lobby", "other_head", "admin", "auditor", "officer"])
def test_nobody_else_does(who, request, file, now):
    person = request.getfixturevalue(who)

    with pytest.raises(RuleBroken) as refused:
        reveal(file, "phone", purpose=WHY, by=person, at=now)

    assert refused.value.code == "forbidden"
    assert not AuditEvent.objects.exists()


def test_a_deputy_may_while_the_owner_is_away(file, rm, peer, now):
    AbsenceFactory(staff=rm, deputy=peer)

    assert reveal(file, "phone", purpose=WHY, by=peer, at=now) == PHONE
    assert AccessEvent.objects.get().basis == "cover"


@pytest.mark.parametrize("purpose", ["", "call", " call   it ", "x" * 201])
def test_without_a_purpose_nothing_is_shown(purpose, file, rm, now):
    with pytest.raises(RuleBroken, match="what for"):
        reveal(file, "phone", purpose=purpose, by=rm, at=now)

    assert not AuditEvent.objects.exists()


def test_what_the_file_does_not_have_is_not_counted(file, rm, now):
    with pytest.raises(RuleBroken, match="no such detail"):
        reveal(file, "email", purpose=WHY, by=rm, at=now)

    assert not AuditEvent.objects.exists()


def test_beyond_the_limit_one_waits_until_an_hour_has_passed(file, rm, head, now):
    limit_to(2, now)
    reveal(file, "phone", purpose=WHY, by=rm, at=now)
    reveal(file, "address", purpose=WHY, by=rm, at=now + timedelta(minutes=30))

    with pytest.raises(RuleBroken, match="2 details") as refused:
        reveal(file, "phone", purpose=WHY, by=rm, at=now + timedelta(minutes=59))
    assert refused.value.code == "too_many"

    assert reveal(file, "phone", purpose=WHY, by=head, at=now + timedelta(minutes=59)) == PHONE
    assert reveal(file, "phone", purpose=WHY, by=rm, at=now + timedelta(minutes=60)) == PHONE


def test_thirty_an_hour_is_the_limit_unless_the_bank_says_otherwise(now):
    assert bank.read("reveal.per_hour", on=now.date()) == 30


def break_audit():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE managers_auditevent RENAME TO lost_for_a_test")
        else:
            cursor.execute("ALTER TABLE managers_auditstream RENAME TO lost_for_a_test")


def test_while_the_audit_cannot_be_written_nothing_is_shown(client, file, rm):
    client.force_login(rm)
    client.raise_request_exception = False
    break_audit()

    answer = client.post(address(file), {"field": "phone", "purpose": WHY})

    assert answer.status_code == 500
    assert PHONE not in answer.content.decode()


def test_the_page_shows_masks_and_asks_what_for(client, file, rm):
    client.force_login(rm)

    card = client.get(reverse("client", args=[file.pk]))
    assert f'href="{address(file)}?field=phone"' in card.content.decode()
    assert "no-store" in card["Cache-Control"]
    ask = client.get(address(file), {"field": "phone"})

    assert "161****2210" in ask.content.decode()
    assert "What for?" in ask.content.decode()
    assert PHONE not in card.content.decode() + ask.content.decode()


def test_the_page_shows_one_detail_for_a_minute_and_no_cache_keeps_it(client, file, rm):
    client.force_login(rm)

    page = client.post(address(file), {"field": "phone", "purpose": WHY})

    text = page.content.decode()
    assert f'href="tel:{PHONE}"' in text
    assert "Willow Lane" not in text
    assert "load delay:60s" in text
    assert page["Cache-Control"] == "no-store, private"
    assert page["Refresh"] == f"60; url={reverse('client', args=[file.pk])}"


def test_put_away_it_is_masked_again(client, file, rm):
    client.force_login(rm)

    part = client.get(address(file), {"field": "phone", "hide": ""}, headers={"HX-Request": "true"})
    whole = client.get(address(file), {"field": "phone", "hide": ""})

    assert "161****2210" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert whole["Location"] == reverse("client", args=[file.pk])


def test_the_page_says_why_not(client, file, rm, now):
    limit_to(0, now)
    client.force_login(rm)

    short = client.post(address(file), {"field": "phone", "purpose": "call"})
    often = client.post(address(file), {"field": "phone", "purpose": WHY})

    assert (short.status_code, often.status_code) == (422, 422)
    assert "Please say what for, in 10 to 200 characters." in short.content.decode()
    assert "You unmasked 0 details within the hour" in often.content.decode()


@pytest.mark.parametrize("field", ["", "name", "data_key", "phone_index"])
def test_nothing_but_the_four_details_can_be_asked_for(field, client, file, rm):
    client.force_login(rm)

    assert client.post(address(file), {"field": field, "purpose": WHY}).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_two_reveals_at_the_edge_of_the_limit_and_one_is_shown(file, rm, now):
    limit_to(4, now)
    for _round in range(3):
        reveal(file, "phone", purpose=WHY, by=rm, at=now)

    def job():
        person, seen = Staff.objects.get(pk=rm.pk), Client.objects.get(pk=file.pk)
        return reveal(seen, "phone", purpose=WHY, by=person, at=now)

    results = at_once(job, job, job)

    assert results.count(PHONE) == 1
    assert [r.code for r in results if isinstance(r, RuleBroken)] == ["too_many"] * 2
    assert AuditEvent.objects.filter(verb="client.revealed").count() == 4


@pytest.mark.parametrize("page", ["today", "follow-up"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_planned_call_is_reason_enough_one_tap_shows_the_number(page, language, client, file, rm):
    item = FollowUpFactory(client=file, owner=rm, channel="call")
    Staff.objects.update(language=language)
    client.force_login(rm)

    shown = client.get(reverse(page, args=[item.pk] if page == "follow-up" else []))
    text = shown.content.decode()
    purpose = re.search(r'name="purpose" value="([^"]+)"', text)[1]
    answer = client.post(address(file), {"field": "phone", "purpose": purpose})

    assert PHONE not in text
    assert f'href="tel:{PHONE}"' in answer.content.decode()
    assert AuditEvent.objects.get(verb="client.revealed").client_id == file.pk


def test_who_may_not_see_the_number_has_no_such_tap(client, file, peer, rm, now):
    item = FollowUpFactory(client=file, owner=peer, channel="call")
    client.force_login(peer)

    answer = client.get(reverse("follow-up", args=[item.pk]))

    assert 'name="purpose"' not in answer.content.decode()
