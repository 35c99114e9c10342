"""Visits: who books them and when, what nobody may take twice, and how they end (rules F9, F10)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from clients.appointments.actions import book, cancel, confirm, hand_on, hold, move, no_show, tick
from clients.desk.actions import edit_client
from clients.models import Appointment, Client, Contact, FollowUp
from crm.lib import clock
from crm.lib.errors import RuleBroken
from tests.factories import AbsenceFactory, AppointmentFactory, ClientFactory, RoomFactory

pytestmark = pytest.mark.django_db

NEXT = {"channel": "call", "due_on": date(2026, 11, 26), "purpose": "Ask about the flat"}


def span(hour, minutes=60, day=24, minute=0):
    """Times of a visit in November 2026."""
    starts_at = datetime(2026, 11, day, hour, minute, tzinfo=clock.SHANGHAI)
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}


@pytest.fixture
def client(rm):
    return ClientFactory(owner=rm, name="徐兰馨")


@pytest.fixture
def room(outlet):
    return RoomFactory(unit=outlet, latin_name="Lotus room")


def advise(client, *, by, at, **what):
    return book(client, **{"kind": "advice", **span(10), **what}, by=by, at=at)


def test_a_visit_takes_the_time_of_the_host_and_of_the_room(client, rm, room, now):
    visit = advise(client, room=room, by=rm, at=now)

    assert (visit.host, visit.unit, visit.state) == (rm, room.unit, "proposed")
    taken = visit.slots.values_list("staff", "room", "is_taken")
    assert sorted(taken, key=str) == sorted([(rm.pk, None, True), (None, room.pk, True)], key=str)


def test_nobody_books_for_the_client_of_a_colleague(client, peer, lobby, now):
    for person in (peer, lobby):
        with pytest.raises(RuleBroken, match="Only the client's manager"):
            advise(client, by=person, at=now)

    assert not Appointment.objects.exists()


def test_a_deputy_books_for_the_colleague_who_is_away(client, rm, peer, now):
    AbsenceFactory(staff=rm, deputy=peer)

    assert advise(client, by=peer, at=now).host == rm


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        (span(8), "receives clients from 09:00 to 17:00"),
        (span(16, 90), "receives clients from 09:00 to 17:00"),
        (span(10, day=29), "The outlet is closed on 2026-11-29"),
        (span(9, 10, day=23), "over already"),
        (span(9, 300), "four hours at most"),
        (span(10, 0), "four hours at most"),
        (span(10, -30), "four hours at most"),
    ],
)
def test_the_outlet_receives_clients_in_its_hours(client, rm, when, sentence, now):
    with pytest.raises(RuleBroken, match=sentence):
        advise(client, **when, by=rm, at=now)


def test_a_client_is_visited_outside_on_a_sunday_but_not_by_night(client, rm, now):
    outside = {"place": "The client's shop"}

    visit = advise(client, **span(18, day=29), **outside, by=rm, at=now)

    assert (visit.unit, visit.place) == (None, "The client's shop")
    with pytest.raises(RuleBroken, match="between 08:00 and 21:00"):
        advise(client, **span(20, 90, day=28), **outside, by=rm, at=now)


def test_clients_who_are_left_in_peace_are_not_invited(rm, now):
    for told in ({"do_not_contact": True}, {"state": "closed"}):
        with pytest.raises(RuleBroken, match=r"not to be contacted|closed all accounts"):
            advise(ClientFactory(owner=rm, **told), by=rm, at=now)


def test_a_colleague_is_nowhere_twice(client, rm, peer, now):
    advise(client, staff=[peer], **span(10), by=rm, at=now)
    other = ClientFactory(owner=peer)

    with pytest.raises(RuleBroken, match="Xu Ke is taken from 10:00 to 11:00"):
        advise(other, **span(10, minute=30), by=peer, at=now)
    assert advise(other, **span(11), by=peer, at=now)  # one begins when the other ends


def test_a_room_holds_one_visit_at_a_time(client, rm, peer, room, now):
    advise(client, room=room, by=rm, at=now)
    other = ClientFactory(owner=peer)

    with pytest.raises(RuleBroken, match="Lotus room is taken from 10:00 to 11:00") as refusal:
        advise(other, room=room, **span(9, 90), by=peer, at=now)

    assert (refusal.value.code, [*refusal.value.fields]) == ("conflict", ["room"])


def test_a_client_is_expected_at_one_place(client, rm, peer, head, now):
    advise(client, by=rm, at=now)

    with pytest.raises(RuleBroken, match="another appointment at that time"):
        advise(client, host=head, by=head, at=now)


def test_a_room_is_one_of_the_outlets_and_in_use(client, rm, room, now):
    room.is_active = False
    room.save()

    with pytest.raises(RuleBroken, match="not in use"):
        advise(client, room=room, by=rm, at=now)


def test_who_is_away_without_a_deputy_is_not_booked(client, rm, peer, head, now):
    away = AbsenceFactory(staff=rm)
    with pytest.raises(RuleBroken, match="Lin Yue is away that day"):
        advise(client, by=head, at=now)

    away.deputy = peer
    away.save()
    assert advise(client, by=head, at=now).host == rm


def test_to_a_restricted_file_nobody_comes_along_who_may_not_open_it(rm, peer, now):
    client = ClientFactory(owner=rm, restricted=True)

    with pytest.raises(RuleBroken, match="Xu Ke may not open"):
        advise(client, staff=[peer], by=rm, at=now)


def test_large_cash_names_its_amount_and_waits_until_it_is_ready(client, rm, now):
    cash = {"kind": "large_cash"}
    with pytest.raises(RuleBroken, match="how much cash"):
        advise(client, **cash, by=rm, at=now)
    with pytest.raises(RuleBroken, match="ready on 2026-11-24"):
        advise(client, **cash, cash=Decimal(80_000), **span(10, day=23), by=rm, at=now)

    assert advise(client, **cash, cash=Decimal(80_000), by=rm, at=now).cash == 80_000


def test_what_is_moved_is_agreed_anew_and_frees_its_time(client, rm, peer, room, now):
    visit = confirm(advise(client, room=room, by=rm, at=now), by=rm, at=now)

    moved = move(visit, **span(14), by=rm, at=now)

    assert (visit.state, moved.state, moved.room, moved.sequence) == (
        "confirmed",
        "proposed",
        None,
        2,
    )
    assert advise(ClientFactory(owner=peer), room=room, by=peer, at=now)


def test_what_is_called_off_says_why_and_frees_its_time(client, rm, now):
    visit = advise(client, by=rm, at=now)
    with pytest.raises(RuleBroken, match="say why"):
        cancel(visit, reason=" ", by=rm, at=now)

    cancel(visit, reason="The client is travelling", by=rm, at=now)

    assert advise(ClientFactory(owner=rm), by=rm, at=now)
    with pytest.raises(RuleBroken, match="closed already: Cancelled"):
        confirm(visit, by=rm, at=now)


def test_the_lobby_ticks_the_steps_of_today_in_their_order(client, rm, lobby, stranger, now):
    visit = AppointmentFactory(client=client)

    for minutes, step in enumerate(["received", "consulted", "accompanied", "seen_off"]):
        visit = tick(visit, step=step, by=lobby, at=now + timedelta(minutes=minutes))

    assert (visit.received_at, visit.next_step) == (now, "")
    assert visit.seen_off_at == now + timedelta(minutes=3)
    other = AppointmentFactory(client=ClientFactory(owner=rm), starts_at=span(14)["starts_at"])
    with pytest.raises(RuleBroken, match="day of the visit"):
        tick(other, step="received", by=rm, at=now)
    with pytest.raises(RuleBroken, match="who receives the client"):
        tick(other, step="received", by=stranger, at=now)


def test_no_step_is_skipped(client, lobby, now):
    with pytest.raises(RuleBroken, match="Received, Consulted"):
        tick(AppointmentFactory(client=client), step="seen_off", by=lobby, at=now)


def test_a_visit_that_was_held_is_a_valid_contact_with_the_next_step(client, rm, now):
    visit = AppointmentFactory(client=client)

    hold(visit, notes="Compared the renewal rates.", next=NEXT, by=rm, at=now)

    contact = Contact.objects.get()
    assert (contact.channel, contact.outcome, contact.is_valid) == ("visit", "visited", True)
    client.refresh_from_db()
    assert client.last_contact_at == now
    assert FollowUp.objects.get(trigger="manual").purpose == "Ask about the flat"
    assert Appointment.objects.get().contact == contact


def test_without_a_next_step_the_visit_counts_for_nothing(client, rm, now):
    hold(AppointmentFactory(client=client), notes="Compared the rates.", by=rm, at=now)

    assert not Contact.objects.get().is_valid


def test_nothing_is_recorded_before_its_day(client, rm, now):
    visit = advise(client, by=rm, at=now)

    for act in (hold, no_show):
        with pytest.raises(RuleBroken, match="has not come yet"):
            act(visit, **({"notes": "Said much"} if act is hold else {}), by=rm, at=now)


def test_who_did_not_come_is_called_on_the_next_working_day(client, rm, now):
    visit = AppointmentFactory(client=client)

    no_show(visit, by=rm, at=now)

    call = FollowUp.objects.get()
    assert (call.owner, call.due_on.isoformat(), call.channel) == (rm, "2026-11-24", "call")
    assert "2026-11-23" in call.purpose
    assert advise(ClientFactory(owner=rm), **span(9, 30, minute=30, day=23), by=rm, at=now)


def test_who_was_received_has_come(client, rm, now):
    visit = tick(AppointmentFactory(client=client), step="received", by=rm, at=now)

    with pytest.raises(RuleBroken, match="so has come"):
        no_show(visit, by=rm, at=now)


def test_who_asks_to_be_left_in_peace_is_not_expected_any_more(client, rm, now):
    visit = advise(client, by=rm, at=now)

    edit_client(client, version=1, name=client.name, do_not_contact=True, by=rm, at=now)

    assert Appointment.objects.get(pk=visit.pk).state == "cancelled"


def test_visits_go_with_the_client_and_none_is_lost(client, rm, peer, head, now):
    free = advise(client, **span(10), by=rm, at=now)
    taken = advise(client, **span(14), by=rm, at=now)
    advise(ClientFactory(owner=peer), **span(14), by=peer, at=now)

    moved = hand_on(rm, peer, [client], by=head, at=now)
    Client.objects.filter(pk=client.pk).update(owner=peer)

    assert [visit.host for visit in moved] == [peer, peer]
    free, taken = Appointment.objects.filter(pk__in=[free.pk, taken.pk])
    assert (free.clashes, taken.clashes) == (False, True)
    with pytest.raises(RuleBroken, match="Xu Ke is taken from 14:00"):
        confirm(taken, by=head, at=now)
    move(taken, **span(15), by=head, at=now)
    assert not Appointment.objects.get(pk=taken.pk).clashes
