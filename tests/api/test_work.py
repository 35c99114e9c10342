"""The relay and the follow-ups over the API."""

from decimal import Decimal

import pytest

from clients.handover.models import Item
from clients.models import Client, Contact, FollowUp
from managers.models import PointEntry
from tests.factories import ClientFactory, FollowUpFactory, HandoverFactory, ReferralFactory

pytestmark = pytest.mark.django_db

FILE = {item.value: f"About {item.value}" for item in Item}


def test_a_teller_refers_a_newcomer_and_the_rm_takes_the_client(teller, rm, speaking_for):
    made = speaking_for(teller).post(
        "/api/v1/referrals/",
        {"name": "许兰馨", "phone": "13900135678", "target": rm.pk, "cues": ["wealth_enquiry"]},
    )
    url = f"/api/v1/referrals/{made.json()['id']}/"
    taken = speaking_for(rm).post(f"{url}accept/")

    assert (made.status_code, made.json()["state"], made.json()["client_name"]) == (
        201,
        "new",
        "Xu**",
    )
    assert (taken.status_code, taken.json()["state"]) == (200, "accepted")
    assert Client.objects.get().owner == rm
    assert PointEntry.objects.get(metric="referral").staff == teller


def test_a_referral_is_answered_once(teller, rm, speaking_for):
    referral = ReferralFactory(referrer=teller, target=rm)
    program, url = speaking_for(rm), f"/api/v1/referrals/{referral.pk}/"

    first = program.post(f"{url}decline/", {"reason": "Only passing through"})
    second = program.post(f"{url}accept/")

    assert (first.status_code, second.status_code) == (200, 409)
    referral.client.refresh_from_db()
    assert (referral.client.owner, referral.client.state) == (None, "identified")


def test_only_the_rm_who_was_asked_may_answer(teller, rm, peer, head, speaking_for):
    url = f"/api/v1/referrals/{ReferralFactory(referrer=teller, target=rm).pk}/accept/"

    assert speaking_for(peer).post(url).status_code == 404
    assert speaking_for(head).post(url).status_code == 403
    assert speaking_for(teller).post(url).status_code == 403


def test_a_handover_ends_with_the_client_in_the_wealth_rms_book(marketing, rm, speaking_for):
    client = ClientFactory(owner=marketing, state="prospect")
    sender, receiver = speaking_for(marketing), speaking_for(rm)

    body = {"client": client.pk, "to_staff": rm.pk, "file": FILE}
    url = f"/api/v1/handovers/{sender.post('/api/v1/handovers/', body).json()['id']}/"
    before = receiver.get(url).status_code
    states = [
        sender.post(f"{url}submit/").json()["state"],
        receiver.post(f"{url}accept/").json()["state"],
        receiver.post(f"{url}introduce/").json()["state"],
    ]

    assert before == 404  # a draft is the sender's alone
    assert states == ["submitted", "accepted", "introduced"]
    client.refresh_from_db()
    assert client.owner == rm
    assert sender.get(f"/api/v1/clients/{client.pk}/").status_code == 404
    shares = dict(PointEntry.objects.values_list("staff", "amount"))
    assert shares == {marketing.pk: Decimal("0.60"), rm.pk: Decimal("0.40")}


def test_an_incomplete_file_is_refused_and_the_gap_named(marketing, rm, speaking_for):
    handover = HandoverFactory(from_staff=marketing, to_staff=rm, file=FILE | {"risk": " "})

    answer = speaking_for(marketing).post(f"/api/v1/handovers/{handover.pk}/submit/")

    assert answer.status_code == 409
    assert "Risk level" in answer.json()["detail"]


def test_the_sender_sees_no_file_after_the_introduction(marketing, rm, speaking_for):
    handover = HandoverFactory(
        client=ClientFactory(owner=rm), from_staff=marketing, to_staff=rm, state="introduced"
    )
    url = f"/api/v1/handovers/{handover.pk}/"

    assert speaking_for(marketing).get(url).json()["file"] == {}
    assert speaking_for(rm).get(url).json()["file"] == FILE


def test_an_rm_books_a_call_records_it_and_books_the_next(rm, speaking_for):
    client, program = ClientFactory(owner=rm), speaking_for(rm)
    booked = program.post(
        "/api/v1/follow-ups/", {"client": client.pk, "channel": "call", "due_on": "2026-11-24"}
    ).json()

    contact = program.post(
        f"/api/v1/follow-ups/{booked['id']}/complete/",
        {
            "outcome": "reached",
            "notes": "Compared the renewal rates.",
            "next_step": "Send the rate sheet",
            "next": {"channel": "visit", "due_on": "2026-11-26"},
        },
    ).json()

    assert (contact["is_valid"], contact["client"]) == (True, client.pk)
    open_ones = FollowUp.objects.open().values_list("channel", "due_on")
    planned = ("call", "2027-01-07")  # by the standard, 45 days after the contact
    assert [(channel, str(day)) for channel, day in open_ones] == [("visit", "2026-11-26"), planned]


def test_recording_it_twice_is_a_conflict_and_leaves_one_contact(rm, speaking_for):
    item, program = FollowUpFactory(client=ClientFactory(owner=rm)), speaking_for(rm)
    url, body = f"/api/v1/follow-ups/{item.pk}/complete/", {"outcome": "no_answer"}

    codes = [program.post(url, body).status_code for _time in range(2)]

    assert codes[0] == 200
    assert codes[1] in (409, 412)
    assert Contact.objects.count() == 1


def test_nobody_books_for_a_client_who_is_not_theirs(rm, stranger, speaking_for):
    client = ClientFactory(owner=rm)

    answer = speaking_for(stranger).post(
        "/api/v1/follow-ups/", {"client": client.pk, "channel": "call", "due_on": "2026-11-24"}
    )

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["client"])
    assert not FollowUp.objects.exists()


def test_the_head_gives_an_item_to_a_colleague_who_may_open_the_file(rm, peer, head, speaking_for):
    item = FollowUpFactory(client=ClientFactory(owner=rm))
    url = f"/api/v1/follow-ups/{item.pk}/reassign/"

    own = speaking_for(rm).post(url, {"to": peer.pk})
    blind = speaking_for(head).post(url, {"to": peer.pk})

    assert (own.status_code, blind.status_code) == (403, 409)


def test_days_of_a_year_say_whether_they_are_announced(rm, speaking_for):
    program = speaking_for(rm)

    announced = program.get("/api/v1/calendar-days/?year=2026").json()["results"]
    unknown = program.get("/api/v1/calendar-days/?year=2027").json()["results"]

    assert (len(announced), any(day["is_provisional"] for day in announced)) == (365, False)
    assert all(day["is_provisional"] for day in unknown)
    assert program.get("/api/v1/calendar-days/?year=1").status_code == 400


def test_the_audit_is_for_those_who_read_it(rm, head, auditor, outlet, speaking_for):
    client = ClientFactory(outlet=outlet)
    speaking_for(head).post(f"/api/v1/clients/{client.pk}/assign/", {"to": rm.pk})

    seen = speaking_for(auditor).get(f"/api/v1/audit-events/?client={client.pk}").json()["results"]

    assert {"client.given", "follow_up.booked"} <= {row["verb"] for row in seen} | {
        "follow_up.booked"
    }
    assert speaking_for(head).get("/api/v1/audit-events/").json()["results"] == []


def test_a_newcomer_who_is_known_already_is_one_too_many(teller, rm, outlet, speaking_for):
    known = ClientFactory(state="identified", outlet=outlet)
    asked = {"target": rm.pk, "cues": ["vip_card"], "phone": "13800138000"}

    both = speaking_for(teller).post("/api/v1/referrals/", {**asked, "client": known.pk})
    nameless = speaking_for(teller).post("/api/v1/referrals/", asked)

    assert (both.status_code, nameless.status_code) == (400, 400)
    assert list(nameless.json()["fields"]) == ["name"]
