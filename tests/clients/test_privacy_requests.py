"""Requests of clients about their data: taken down, worked on, answered in time (rules J7)."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from clients.book.details import sealed_columns
from clients.exports import actions as exports
from clients.lobby.queries import pick
from clients.models import Client, Consent, Erasure, Export, PrivacyRequest
from clients.privacy import actions
from clients.privacy.rules import requests as rules
from crm import bank
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.models import BankSetting
from managers.models import AccessEvent, AuditEvent, Letter, Notification
from tests.factories import (
    ClientFactory,
    ConsentFactory,
    ContactFactory,
    HoldingFactory,
    RelativeFactory,
)
from tests.factories.privacy import PrivacyRequestFactory

pytestmark = pytest.mark.django_db

PHONE, MONDAY = "16187654321", date(2026, 11, 23)
HOW = {"channel": "outlet", "identity": "card", "received_on": MONDAY}
SAID = "Done as you asked."


@pytest.fixture
def file(rm):
    return ClientFactory(owner=rm, name="王小明", **sealed_columns(phone=PHONE))


@pytest.fixture
def asked(file, teller, officer, now):
    """Take a request of one kind down at the counter."""

    def take_down(kind, **more):
        return actions.take_down(file, kind=kind, **HOW | more, by=teller, at=now)

    return take_down


def told(person):
    return list(person.notifications.order_by("pk").values_list("kind", flat=True))


# --- The clock


def test_fifteen_calendar_days_and_no_roll_over_a_weekend():
    assert rules.due_on(date(2026, 3, 2)) == date(2026, 3, 17)
    assert rules.due_on(date(2026, 9, 20)) == date(2026, 10, 5)  # a holiday


@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.integers(1, 60))
def test_the_days_are_those_of_the_day_on_which_it_came(received, days):
    BankSetting.objects.all().delete()
    BankSetting.objects.create(key="privacy.answer_days", valid_from="2028-02-29", value=days)
    bank.forget()

    expected = days if received >= date(2028, 2, 29) else 15
    assert (rules.due_on(received) - received).days == expected


@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        ("2026-12-04", []),
        ("2026-12-05", ["privacy-soon"]),
        ("2026-12-08", ["privacy-soon"]),
        ("2026-12-09", ["privacy-late"]),
    ],
)
def test_the_officer_is_warned_three_days_before_and_when_it_is_late(asked, officer, day, kinds):
    asked("copy")
    Notification.objects.all().delete()
    at = clock.start_of_day(date.fromisoformat(day)) + timedelta(hours=8)

    actions.warn(at=at)
    actions.warn(at=at + timedelta(hours=1))

    assert told(officer) == kinds
    assert Letter.objects.filter(recipient=officer, due_at=at).count() == len(kinds)


# --- Take down


def test_it_is_taken_down_at_the_counter_and_the_officer_hears_of_it(asked, officer, teller):
    made = asked("copy", wish="Everything, please")

    assert (made.state, made.registered_by, made.due_on) == (
        "received", teller, date(2026, 12, 8)
    )  # fmt: skip
    assert made.wish.open() == "Everything, please"
    assert told(officer) == ["privacy-request"]
    assert AuditEvent.objects.get(verb="privacyrequest.received").client_id == made.client_id


def test_a_correction_is_told_to_the_owner_who_corrects(asked, rm, officer):
    asked("correction", wish="My name is spelled otherwise")

    assert told(rm) == ["privacy-correction"]


@pytest.mark.parametrize("who", ["stranger", "other_head", "auditor", "admin"])
def test_nobody_takes_down_for_clients_out_of_reach(request, file, now, who):
    with pytest.raises(RuleBroken) as refused:
        actions.take_down(file, kind="copy", **HOW, by=request.getfixturevalue(who), at=now)

    assert refused.value.code == "forbidden"


def test_the_same_is_not_asked_twice_while_it_waits(asked):
    asked("copy")

    with pytest.raises(RuleBroken, match="waits for its answer"):
        asked("copy")


def test_a_withdrawal_says_of_what_and_no_request_comes_from_the_future(asked):
    with pytest.raises(RuleBroken, match="which consents"):
        asked("withdrawal")
    with pytest.raises(RuleBroken, match="future"):
        asked("copy", received_on=date(2026, 11, 24))


# --- Work and answer


def test_an_officer_takes_it_and_answers_and_who_took_it_down_hears(asked, officer, teller, now):
    made = asked("correction")
    actions.take(made, by=officer, at=now)

    done = actions.answer(made, answer=SAID, by=officer, at=now)

    assert (done.state, done.worked_by, done.answer.open()) == ("answered", officer, SAID)
    assert told(teller) == ["privacy-answered"]


@pytest.mark.parametrize("who", ["rm", "head", "auditor", "admin", "teller"])
def test_only_an_officer_answers(request, asked, now, who):
    made = asked("copy")

    for act in (
        lambda by: actions.take(made, by=by, at=now),
        lambda by: actions.answer(made, answer=SAID, by=by, at=now),
        lambda by: actions.refuse(made, reason=SAID, by=by, at=now),
    ):
        with pytest.raises(RuleBroken) as refused:
            act(request.getfixturevalue(who))
        assert refused.value.code == "forbidden"


def test_it_is_answered_once(asked, officer, now):
    made = asked("copy")
    actions.refuse(made, reason="The mandate is not signed.", by=officer, at=now)

    with pytest.raises(RuleBroken, match="answered already"):
        actions.answer(made, answer=SAID, by=officer, at=now)


def test_a_withdrawal_ends_the_consents_it_names(asked, file, officer, now):
    kept = ConsentFactory(client=file, purpose="household", given_on="2026-01-05")
    ended = ConsentFactory(client=file, purpose="marketing", given_on="2026-01-05")

    actions.answer(asked("withdrawal", purposes=["marketing"]), answer=SAID, by=officer, at=now)

    assert Consent.objects.get(pk=ended.pk).withdrawn_on == MONDAY
    assert Consent.objects.get(pk=kept.pk).withdrawn_on is None


def test_an_erasure_that_law_forbids_is_refused_with_its_reason_and_locks(
    asked, file, officer, rm, now
):
    HoldingFactory(client=file)

    done = actions.answer(asked("erasure"), answer=SAID, by=officer, at=now)

    assert done.state == "refused"
    assert "art. 34" in done.answer.open()
    file.refresh_from_db()
    assert file.locked_at == now
    assert not Client.objects.visible_to(rm).exists()
    assert PrivacyRequest.objects.visible_to(officer).exists()


def test_an_erasure_that_nothing_forbids_leaves_proof_and_no_words(asked, file, officer, now):
    Client.objects.filter(pk=file.pk).update(state="prospect", aum=0)

    done = actions.answer(asked("erasure", wish="Forget me"), answer=SAID, by=officer, at=now)

    assert (done.state, bool(done.wish), bool(done.answer)) == ("answered", False, False)
    proof = Erasure.objects.get()
    assert (proof.client_id, proof.by, proof.basis) == (file.pk, officer, "request")


# --- The copy


@pytest.fixture
def copy(asked, file, rm, officer, now):
    ContactFactory(client=file, staff=rm, notes="Likes tea")
    RelativeFactory(client=file, name="王明", purpose="Care")
    actions.answer(asked("copy"), answer=SAID, by=officer, at=now)
    return Export.objects.get()


def test_the_copy_says_all_for_machines_and_people_and_bears_its_mark(copy, rm, now):
    with zipfile.ZipFile(io.BytesIO(exports.download(copy, by=rm, at=now))) as book:
        told_of, page = book.read("data.json").decode(), book.read("data.pdf")
    for text in ("王小明", PHONE, "Likes tea", "王明", f"880427 · 2026-11-23 09:10 · #{copy.pk}"):
        assert text in told_of
    assert page.startswith(b"%PDF")
    assert "k1." not in told_of
    assert json.loads(told_of)["tables"]


def test_it_goes_to_who_serves_the_client_and_to_nobody_else(copy, rm, peer, officer, now):
    assert (copy.asked_by, copy.state) == (rm, "ready")
    assert "export-ready" in told(rm)
    assert PHONE not in Export.objects.get().body.token
    Client.objects.update(owner=peer)  # who served the client does so no more
    for reader in (officer, rm):
        with pytest.raises(RuleBroken, match="Only who asked"):
            exports.download(copy, by=reader, at=now)


def test_it_opens_once_and_both_audit_and_access_log_know(copy, rm, file, now):
    exports.download(copy, by=rm, at=now)

    with pytest.raises(RuleBroken, match="not any more"):
        exports.download(copy, by=rm, at=now)
    assert AuditEvent.objects.filter(verb="export.downloaded").count() == 1
    assert AccessEvent.objects.filter(verb="exported", client_id=file.pk).count() == 1


# --- The pages


def test_from_the_counter_to_the_answer(client, file, teller, officer):
    client.force_login(teller)
    address = f"{reverse('privacy-request-new')}?client={pick(teller, file.pk)}"
    assert "王小明" not in client.get(address).content.decode()
    form = {"kind": "erasure", "channel": "outlet", "identity": "card", "received_on": "2026-11-23"}
    client.post(address, form)
    made = PrivacyRequest.objects.get()

    client.force_login(officer)
    page = client.get(reverse("privacy-request", args=[made.pk])).content.decode()
    assert "Law keeps this file" in page
    assert "王小明" not in page
    client.post(reverse("privacy-request-take", args=[made.pk]))
    client.post(reverse("privacy-request-answer", args=[made.pk]), {"answer": SAID})

    made.refresh_from_db()
    assert (made.state, made.worked_by) == ("refused", officer)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_size(
    client, officer, outlet, rows, django_assert_num_queries
):
    for _ in range(rows):
        PrivacyRequestFactory(client=ClientFactory(outlet=outlet))
    client.force_login(officer)
    client.get(reverse("privacy-request-list"))

    with django_assert_num_queries(5):  # session, person, posting, requests, bell
        page = client.get(reverse("privacy-request-list"))

    assert len(page.context["page"].rows) == rows


def test_a_program_asks_and_an_officer_answers(file, rm, officer):
    program = APIClient()
    program.force_authenticate(rm)
    given = {"client": file.pk, "kind": "correction", **HOW}
    made = program.post("/api/v1/privacy-requests/", given, format="json").json()
    assert (made["due_on"], made["allowed_actions"]) == ("2026-12-08", [])

    program.force_authenticate(officer)
    row = f"/api/v1/privacy-requests/{made['id']}/"
    assert program.get(row).json()["allowed_actions"] == ["take", "answer", "refuse"]
    assert program.post(f"{row}answer/", {"answer": SAID}).json()["state"] == "answered"
    assert program.post(f"{row}refuse/", {"reason": SAID}).status_code == 409
